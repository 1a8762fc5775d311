"""Sending what lies in the outbox, and keeping what people want to get."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django_tasks import task

from notifications.models import DigestTime, Frequency, MailPreference, Notice, OutgoingMail

logger = logging.getLogger(__name__)

ATTEMPTS = 15
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=12)
# So long nobody else sends a letter that somebody is sending: longer than a mail server keeps one waiting.
HELD = timedelta(minutes=10)
KEPT = timedelta(days=90)


@task()
def deliver_mail() -> int:
    """Send every message that is due; returns how many went out. Called twice at once, each goes out once.

    A message that cannot be sent stays, and is tried again, ``ATTEMPTS`` times, over some three days; whatever is the
    matter with it holds no other message up. Where there is no server to talk to, nothing is tried and nothing counted.

    No lock is held while a server is talked to: who sends a message moves it out of the others' sight for a while. A
    process that is killed before the server has taken the message leaves it due again after ``HELD``. One that is
    killed between the server's answer and the note of it sends that one message again: SMTP has no way to ask. The
    copy has the same ``Message-ID``, by which servers and mail programs know it.
    """
    from notifications.sending import Door, ServerAway  # noqa: PLC0415 -- letters are made of what is declared above

    sent = 0
    due = OutgoingMail.objects.filter(sent_at=None, attempts__lt=ATTEMPTS, due_at__lte=timezone.now())
    with Door() as door:
        for pk in list(due.order_by("pk").values_list("pk", flat=True)):
            try:
                door.open()
            except ServerAway as error:
                logger.warning("There is no mail server to be reached: %s", error)
                break
            if mail := _take(pk):
                sent += _deliver(mail, door)
    return sent


def _take(pk: int) -> OutgoingMail | None:
    """The message, for whoever is the first to ask."""
    now = timezone.now()
    taken = OutgoingMail.objects.filter(pk=pk, sent_at=None, due_at__lte=now).update(due_at=now + HELD)
    return OutgoingMail.objects.get(pk=pk) if taken else None


def _deliver(mail: OutgoingMail, door: Any) -> bool:
    from notifications.bounces import take_bounce  # noqa: PLC0415 -- it writes letters itself
    from notifications.sending import is_refused_for_good  # noqa: PLC0415

    of_mail = OutgoingMail.objects.filter(pk=mail.pk)
    try:
        door.send(mail)
    except Exception as error:
        # The mail server says no (OSError), or the message is none (ValueError of the mail library).
        logger.warning("Message %s could not be sent", mail.pk, exc_info=True)
        words = f"{type(error).__name__}: {error}"[:300]
        is_over = is_refused_for_good(error)
        attempts = ATTEMPTS if is_over else mail.attempts + 1
        of_mail.update(attempts=attempts, last_error=words, due_at=timezone.now() + _pause_after(attempts))
        if is_over:
            take_bounce(mail.recipient, is_hard=True, reason=words)
        return False
    of_mail.update(sent_at=timezone.now(), attempts=F("attempts") + 1, last_error="")
    return True


def _pause_after(attempts: int) -> timedelta:
    """Twice as long each time: a server that asks for patience gets it."""
    return min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LONGEST_PAUSE)


def prune_sent_mail() -> int:
    """Forget what was sent long ago; returns how many messages that were."""
    deleted, _by_model = OutgoingMail.objects.filter(sent_at__lt=timezone.now() - KEPT).delete()
    return deleted


@transaction.atomic
def choose_mail(*, user_pk: int, frequencies: Mapping[str, str]) -> None:
    """Keep how often this person wants each kind of messages; kinds that are not named stay as they are.

    What waits for a letter of a kind that is refused now gets none, also if the kind is wanted again later.
    """
    for kind, frequency in frequencies.items():
        MailPreference.objects.update_or_create(user_id=user_pk, kind=kind, defaults={"frequency": frequency})
    refused = [kind for kind, frequency in frequencies.items() if frequency == Frequency.NEVER]
    Notice.objects.filter(user=user_pk, kind__in=refused).waiting_for_mail().update(is_for_mail=False)


def choose_digest_time(*, user_pk: int, weekday: int, hour: int) -> None:
    """Keep when this person wants digests: ``weekday`` 0 is Monday, ``hour`` by the person's own clock."""
    DigestTime.objects.update_or_create(user_id=user_pk, defaults={"weekday": weekday, "hour": hour})


def refuse_mail(*, user: Any, kind: str) -> None:
    """Send ``user`` no more letters of this kind, or no more digests; those that wait in the outbox still go out."""
    from notifications.preferences import DIGEST, gathered_kinds  # noqa: PLC0415 -- kinds are made of messages

    kinds = gathered_kinds(user.pk) if kind == DIGEST else [kind]
    choose_mail(user_pk=user.pk, frequencies=dict.fromkeys(kinds, Frequency.NEVER))
