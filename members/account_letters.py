"""Letters about accounts: each goes through the outbox, in the language of its reader."""

from collections.abc import Iterable
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.moments import moment_in_words
from members.accounts import begin_address
from members.models import User
from members.second_factor import lacks_second_factor
from notifications.messages import Addressee, Message, Recipient


@dataclass
class AccountOpened(Message):
    """An administrator made an account for somebody: the way to begin with it."""

    kind = "account-opened"
    label = _("An account that was made for you")
    template = "emails/members/account_opened.txt"

    user: User

    def recipients(self) -> Iterable[Recipient]:
        return [self.user]

    @property
    def key(self) -> str:
        return str(self.user.pk)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return {
            "begin_address": begin_address(self.user),
            "lacks_second_factor": lacks_second_factor(self.user),
        }


@dataclass
class NewPassword(Message):
    """Somebody asked for a new password: the way to it."""

    kind = "new-password"
    label = _("A new password that you asked for")
    template = "emails/members/new_password.txt"

    user: User
    uid: str
    token: str

    def recipients(self) -> Iterable[Recipient]:
        return [self.user]

    @property
    def key(self) -> str:
        return self.token


@dataclass
class ConfirmAddress(Message):
    """The address of an account is to be confirmed by whoever gets mail there."""

    kind = "confirm-address"
    label = _("Confirming your e-mail address")
    template = "emails/members/confirm_address.txt"

    user: User
    email: str
    token: str

    def recipients(self) -> Iterable[Recipient]:
        return [_at(self.user, self.email)]

    @property
    def key(self) -> str:
        return self.token


_NEW_ADDRESS = "account/email/email_changed"
_CHANGES: dict[str, Promise] = {
    _NEW_ADDRESS: _("Your e-mail address was changed"),
    "account/email/password_changed": _("Your password was changed"),
    "account/email/password_reset": _("Your password was changed"),
    "account/email/password_set": _("Your account has a password now"),
    "mfa/email/totp_activated": _("An app for codes was added to your account"),
    "mfa/email/totp_deactivated": _("The app for codes was taken from your account"),
    "mfa/email/webauthn_added": _("A passkey was added to your account"),
    "mfa/email/webauthn_removed": _("A passkey was taken from your account"),
    "second-factor-removed": _("An administrator took the second step from your account"),
    "mfa/email/recovery_codes_generated": _("Your account has new recovery codes"),
}


@dataclass
class AccountChanged(Message):
    """How an account is opened was changed: whoever did not do so can still act."""

    kind = "account-changed"
    label = _("Changes to how you log in")
    template = "emails/members/account_changed.txt"

    user: User
    email: str
    change: str
    new_email: str = ""

    def __post_init__(self) -> None:
        self.at = timezone.now()

    def recipients(self) -> Iterable[Recipient]:
        return [_at(self.user, self.email)]

    @property
    def key(self) -> str:
        return f"{self.change}:{self.at.isoformat()}"

    def context_for(self, recipient: Any) -> dict[str, Any]:
        return {
            "what": str(_CHANGES[self.change]),
            "when": moment_in_words(self.at, self.user.clock),
            # A letter with the way to a new password would go to the new address.
            "is_lost": self.change == _NEW_ADDRESS,
            "contact": contact_address(),
        }


def contact_address() -> str:
    """Where people write to the administrators: whoever answers a letter of the portal writes there, too."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def is_change(name: str) -> bool:
    """Whether the library's letter of this name tells of a change that people hear of."""
    return name in _CHANGES


def _at(user: User, email: str) -> Recipient:
    """``user`` at an address that is not, or no longer, that of the account."""
    if email.lower() == user.email.lower():
        return user
    return Addressee(key=f"user:{user.pk}", email=email, name=str(user), languages=tuple(user.languages))
