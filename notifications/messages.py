"""What a message is. The app that causes one declares it as a subclass."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import translation

from common.languages import complete_order
from notifications.actions import deliver_mail
from notifications.models import MailPreference, OutgoingMail
from notifications.stopped import stopped_among
from notifications.stopping import stop_address, stop_headers

# Parts of templates that have nothing to say leave empty lines behind.
_GAPS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody without an account to whom a message goes."""

    key: str
    """Who it is, for the outbox: ``registration:12``."""
    email: str
    name: str
    languages: tuple[str, ...]
    """The languages that the person reads, the best first."""

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


Recipient = AbstractBaseUser | Addressee


def _email_of(recipient: Any) -> str:
    return str(recipient.email)


class Message:
    """One thing to tell to some people, each in the language that the person reads best.

    ``template`` names a text template whose first line is the subject; the rest is Markdown, sent as text and as HTML.
    The template finds the attributes of the message, ``recipient``, ``base_url`` and, of a message that people can do
    without, ``stop_address``.
    """

    kind: ClassVar[str]
    template: str
    label: ClassVar[Any] = ""
    """The kind in words, for whoever chooses what to get; lazy."""
    is_optional: ClassVar[bool] = False
    """Whether people may do without it: it is left out for those who said so, and can be stopped by its headers."""

    is_asked_for: ClassVar[bool] = False
    """Whether it comes only to those who asked for it somewhere else, and stop it there."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in vars(cls):
            _BY_KIND[cls.kind] = cls

    def recipients(self) -> Iterable[Recipient]:
        raise NotImplementedError

    @property
    def key(self) -> str:
        """What makes this message the same as one already written: it is told to each person once."""
        raise NotImplementedError

    def languages_of(self, recipient: Any) -> Sequence[str]:
        """The languages that this person reads, the best first."""
        return getattr(recipient, "languages", ()) or (settings.LANGUAGE_CODE,)

    def context_for(self, recipient: Any) -> dict[str, Any]:
        """What the template finds besides, for this person; asked in the person's language."""
        return {}

    def stop_address(self, recipient: Any) -> str:
        """The address, without its server, at which this person stops the letters of this kind without a login."""
        return stop_address(self.kind, recipient.pk)

    def headers(self, recipient: Any) -> dict[str, str]:
        """Headers of the letter to this person, besides the usual ones; asked in the person's language."""
        return stop_headers(self.stop_address(recipient)) if self.is_optional else {}

    def send(self) -> None:
        """Write the message into the outbox, in the current transaction; it goes out after the commit."""
        for recipient in self._willing(list(self.recipients())):
            self.write_to(recipient)
        if transaction.get_connection().in_atomic_block:
            transaction.on_commit(lambda: deliver_mail.enqueue())
        else:
            deliver_mail.enqueue()

    def _willing(self, recipients: list[Recipient]) -> list[Recipient]:
        if self.is_optional or self.is_asked_for:
            stopped = stopped_among(_email_of(recipient) for recipient in recipients)
            recipients = [each for each in recipients if _email_of(each).lower() not in stopped]
        if not self.is_optional:
            return recipients
        pks = [recipient.pk for recipient in recipients if not isinstance(recipient, Addressee)]
        refused = set(
            MailPreference.objects.refused(self.kind).filter(user__in=pks).values_list("user", flat=True) if pks else ()
        )
        return [each for each in recipients if isinstance(each, Addressee) or each.pk not in refused]

    def write_to(self, recipient: Any) -> OutgoingMail:
        """The letter to this person in the outbox, written now if it is not there."""
        is_guest = isinstance(recipient, Addressee)
        key = f"{self.kind}:{self.key}:{recipient.key if is_guest else recipient.pk}"
        if written := OutgoingMail.objects.filter(key=key).first():
            return written
        language = complete_order(self.languages_of(recipient))[0]
        context = {**vars(self), "message": self, "recipient": recipient, "base_url": settings.BASE_URL}
        with translation.override(language):
            if self.is_optional:
                context["stop_address"] = self.stop_address(recipient)
            context |= self.context_for(recipient)
            subject, _newline, text = render_to_string(self.template, context).strip().partition("\n")
            headers = self.headers(recipient)
        mail, _is_new = OutgoingMail.objects.get_or_create(
            key=key,
            defaults={
                "kind": self.kind,
                "recipient": recipient.email,
                "user": None if is_guest else recipient,
                "language": language,
                # What people call things may hold ends of lines, and mail servers take no subject that does.
                "subject": " ".join(subject.split())[:200],
                "text": _GAPS.sub("\n\n", text.strip()) + "\n",
                "headers": headers,
            },
        )
        return mail


_BY_KIND: dict[str, type[Message]] = {}


def kinds() -> list[type[Message]]:
    """All kinds of letters that have a name, in the order of their kinds."""
    return [message for _kind, message in sorted(_BY_KIND.items()) if message.label]


def optional_kinds() -> list[type[Message]]:
    return [message for message in kinds() if message.is_optional]


def optional_kind(kind: str) -> type[Message] | None:
    """The kind of letters that goes by this name, if people may do without it."""
    return next((message for message in optional_kinds() if message.kind == kind), None)


def active(users: Iterable[Any]) -> list[Any]:
    """Those of ``users`` who can still log in, each once."""
    pks = {user.pk for user in users if user is not None}
    return list(get_user_model()._default_manager.filter(pk__in=pks, is_active=True).order_by("pk"))
