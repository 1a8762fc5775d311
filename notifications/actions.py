"""Sending what lies in the outbox, and keeping what people want to get."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django_tasks import task

from common.markdown import render_markdown
from notifications.models import MailPreference, OutgoingMail

logger = logging.getLogger(__name__)

ATTEMPTS = 12
KEPT = timedelta(days=90)


@task()
def deliver_mail() -> int:
    """Send every message that waits; returns how many went out. Called twice, nothing goes out twice.

    A message that cannot be sent stays, and is tried again with the portal's schedule, ``ATTEMPTS`` times; whatever is
    the matter with it holds no other message up.
    A process killed between the server's answer and the commit sends that one message again: SMTP knows no better.
    """
    sent = 0
    waiting = OutgoingMail.objects.filter(sent_at=None, attempts__lt=ATTEMPTS).values_list("pk", flat=True)
    for pk in list(waiting):
        with transaction.atomic():
            mail = OutgoingMail.objects.select_for_update().filter(pk=pk, sent_at=None).first()
            if mail is None:
                continue
            try:
                _send(mail)
            except Exception as error:
                # The mail server says no (OSError), or the message is none (ValueError of the mail library).
                logger.warning("Message %s could not be sent", pk, exc_info=True)
                OutgoingMail.objects.filter(pk=pk).update(
                    attempts=F("attempts") + 1, last_error=f"{type(error).__name__}: {error}"[:300]
                )
            else:
                OutgoingMail.objects.filter(pk=pk).update(sent_at=timezone.now(), attempts=F("attempts") + 1)
                sent += 1
    return sent


def _send(mail: OutgoingMail) -> None:
    with translation.override(mail.language):
        html = render_to_string(
            "emails/letter.html", {"mail": mail, "content": render_markdown(mail.text), "language": mail.language}
        )
    message = EmailMultiAlternatives(subject=mail.subject, body=mail.text, to=[mail.recipient], headers=mail.headers)
    message.attach_alternative(html, "text/html")
    message.send()


def prune_sent_mail() -> int:
    """Forget what was sent long ago; returns how many messages that were."""
    deleted, _by_model = OutgoingMail.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
    return deleted


@transaction.atomic
def choose_mail(*, user_pk: int, wanted: Mapping[str, bool]) -> None:
    """Keep which kinds of letters this person wants; kinds that ``wanted`` does not name stay as they are."""
    for kind, is_wanted in wanted.items():
        MailPreference.objects.update_or_create(user_id=user_pk, kind=kind, defaults={"wanted": is_wanted})


def refuse_mail(*, user: Any, kind: str) -> None:
    """Send ``user`` no more letters of this kind; those that wait in the outbox still go out."""
    choose_mail(user_pk=user.pk, wanted={kind: False})
