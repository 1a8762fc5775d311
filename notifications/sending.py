"""One letter of the outbox as mail servers take it, and the connection over which letters go."""

import hashlib
import smtplib
from email.utils import parseaddr
from types import TracebackType
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from common.markdown import markdown_to_text, render_markdown
from notifications.bounces import bounce_address
from notifications.letter_html import dress
from notifications.models import OutgoingMail


def message_id(name: str) -> str:
    """A ``Message-ID`` of the portal's own: ``<post-34@example.org>``."""
    return f"<{name}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition('@')[2]}>"


def is_refused_for_good(error: Exception) -> bool:
    """Whether the mail server has said of this letter's recipient that it will never take anything for it."""
    if not isinstance(error, smtplib.SMTPRecipientsRefused):
        return False
    return all(500 <= code < 600 for code, _words in error.recipients.values())


class Letter(EmailMultiAlternatives):
    """A letter that says that no person sends it, and comes back to where letters are counted that do.

    Its ``Message-ID`` is the same whenever it is sent: servers and mail programs drop the second copy where a crash
    has sent it twice.
    """

    def __init__(self, mail: OutgoingMail, **kwargs: Any) -> None:
        super().__init__(
            subject=mail.subject,
            body=markdown_to_text(mail.text),
            from_email=bounce_address(mail) or settings.DEFAULT_FROM_EMAIL,
            to=[mail.recipient],
            headers=mail.headers,
            **kwargs,
        )
        with translation.override(mail.language):
            html = render_to_string(
                "emails/letter.html",
                {"mail": mail, "content": dress(render_markdown(mail.text)), "language": mail.language},
            )
        self.attach_alternative(html, "text/html")
        self._mail = mail

    def message(self, **kwargs: Any) -> Any:
        message = super().message(**kwargs)
        digest = hashlib.sha256(self._mail.key.encode()).hexdigest()[:24]
        own = {
            "From": settings.DEFAULT_FROM_EMAIL,
            "Message-ID": message_id(f"letter-{digest}"),
            # RFC 3834, and what Exchange reads in its place: absences and receipts are not to be answered with.
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        }
        for name, value in own.items():
            if name not in self._mail.headers:
                del message[name]
                message[name] = value
        return message


class ServerAway(Exception):
    """There is no mail server that would talk to the portal."""


class Door:
    """One connection for many letters; after one that failed, a new one."""

    def __init__(self) -> None:
        self._connection: Any = None

    def __enter__(self) -> "Door":
        return self

    def __exit__(
        self, error: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def open(self) -> None:
        """Raises ServerAway."""
        if self._connection is None:
            connection = get_connection()
            try:
                connection.open()
            except OSError as error:
                raise ServerAway(str(error)) from error
            self._connection = connection

    def send(self, mail: OutgoingMail) -> None:
        """Raises what is the matter with the letter, or with the server."""
        try:
            Letter(mail, connection=self._connection).send()
        except Exception:
            self._close()
            raise

    def _close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            try:
                connection.close()
            except (OSError, smtplib.SMTPException):
                # It is gone already.
                pass
