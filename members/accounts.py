"""Accounts: there is no way to one but an invitation or an accepted request."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from members.models import City, User

BEGUN_WITHIN = timedelta(days=14)
_SALT = "members.begin"


def account_of(email: str) -> User | None:
    """The person who logs in with ``email``, whatever its case; also one whose account is shut."""
    return User.objects.filter(email__iexact=email.strip()).first()


@transaction.atomic
def open_account(
    *,
    email: str,
    first_name: str = "",
    last_name: str = "",
    city: City | None = None,
    organisation: str = "",
    languages: Sequence[str] = (),
) -> User:
    """Make an account that nobody can log in to before its person followed ``begin_address`` from a letter.

    Raises ValueError where ``email`` has an account already.
    """
    if account_of(email):
        raise ValueError("This address has an account already.")
    return User.objects.create_user(
        email.strip(),
        first_name=first_name,
        last_name=last_name,
        city=city,
        organisation_name=organisation,
        languages=list(languages),
    )


# ---------------------------------------------------------------- beginning


def begin_address(user: User, *, then: str = "") -> str:
    """Where its person begins to use the account, without the server: only for letters to the account's own address.

    It works once, for ``BEGUN_WITHIN``, and leads on to ``then``, an address on the portal.
    """
    token = signing.dumps([user.pk, _state_of(user)], salt=_SALT)
    address = reverse("begin", args=[token])
    return f"{address}?{urlencode({'next': then})}" if then else address


def who_begins(token: str) -> User | None:
    """Whose account this token of ``begin_address`` opens; None if it is used up, too old, or none at all."""
    try:
        pk, state = signing.loads(token, salt=_SALT, max_age=BEGUN_WITHIN)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    user = User.objects.filter(pk=pk, is_active=True).first()
    return user if user and constant_time_compare(state, _state_of(user)) else None


def is_begun(user: User) -> bool:
    """Whether the person has ever used the account."""
    return user.last_login is not None or user.has_usable_password()


def _state_of(user: User) -> str:
    """What is another as soon as somebody chose how to log in, logged in, or the address changed."""
    seen = user.last_login.isoformat() if user.last_login else ""
    return salted_hmac(_SALT, f"{user.pk}|{user.email.lower()}|{user.password}|{seen}").hexdigest()[:32]


@transaction.atomic
def begin_account(*, user: User, first_name: str, last_name: str, shown_to: str, password: str | None) -> User:
    """Let its person use the account from now on; ``password`` None is for those who log in with a passkey.

    The letter with ``begin_address`` went to the account's address: whoever came by it gets mail there.
    """
    user.first_name, user.last_name, user.shown_to = first_name, last_name, shown_to
    # Also without a password, what the field holds is another than before: the address is used up.
    user.password = make_password(password)
    user.save(update_fields=["first_name", "last_name", "shown_to", "password"])
    confirm_address(user)
    return user


# ---------------------------------------------------------------- confirmed addresses


def has_confirmed_address(user: User) -> bool:
    return EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()


@transaction.atomic
def confirm_address(user: User) -> None:
    """Take it as proven that ``user`` gets mail at the address of the account; called twice, it changes nothing."""
    EmailAddress.objects.filter(user=user, primary=True).exclude(email=user.email).delete()
    EmailAddress.objects.update_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@transaction.atomic
def forget_confirmed_addresses(user: User) -> None:
    """After an administrator wrote another address into the account: it is to be proven anew at the next log-in."""
    EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
