"""What a message is. The app that causes one declares it as a subclass."""

from collections.abc import Iterable
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
from notifications.models import OutgoingMail


@dataclass(frozen=True, slots=True)
class Addressee:
    """Somebody without an account to whom a message goes."""

    key: str
    """Who it is, for the outbox: ``registration:12``."""
    email: str
    name: str
    languages: tuple[str, ...]
    """The languages that the person reads, the best first."""

    def get_full_name(self) -> str:
        return self.name


Recipient = AbstractBaseUser | Addressee


class Message:
    """One thing to tell to some people, each in the language that the person reads best.

    ``template`` names a text template whose first line is the subject; the rest is Markdown, sent as text and as HTML.
    The template finds the attributes of the message, ``recipient`` and ``base_url``.
    """

    kind: ClassVar[str]
    template: ClassVar[str]

    def recipients(self) -> Iterable[Recipient]:
        raise NotImplementedError

    @property
    def key(self) -> str:
        """What makes this message the same as one already written: it is told to each person once."""
        raise NotImplementedError

    def headers(self, recipient: Any) -> dict[str, str]:
        """Headers of the letter to this person, besides the usual ones; asked in the person's language."""
        return {}

    def send(self) -> None:
        """Write the message into the outbox, in the current transaction; it goes out after the commit."""
        for recipient in self.recipients():
            self._write(recipient)
        if transaction.get_connection().in_atomic_block:
            transaction.on_commit(lambda: deliver_mail.enqueue())
        else:
            deliver_mail.enqueue()

    def _write(self, recipient: Any) -> None:
        language = complete_order(getattr(recipient, "languages", ()) or (settings.LANGUAGE_CODE,))[0]
        context = {**vars(self), "message": self, "recipient": recipient, "base_url": settings.BASE_URL}
        with translation.override(language):
            subject, _newline, text = render_to_string(self.template, context).strip().partition("\n")
            headers = self.headers(recipient)
        is_guest = isinstance(recipient, Addressee)
        OutgoingMail.objects.get_or_create(
            key=f"{self.kind}:{self.key}:{recipient.key if is_guest else recipient.pk}",
            defaults={
                "kind": self.kind,
                "recipient": recipient.email,
                "user": None if is_guest else recipient,
                "language": language,
                # What people call things may hold ends of lines, and mail servers take no subject that does.
                "subject": " ".join(subject.split())[:200],
                "text": text.strip() + "\n",
                "headers": headers,
            },
        )


def active(users: Iterable[Any]) -> list[Any]:
    """Those of ``users`` who can still log in, each once."""
    pks = {user.pk for user in users if user is not None}
    return list(get_user_model()._default_manager.filter(pk__in=pks, is_active=True).order_by("pk"))
