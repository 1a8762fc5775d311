"""Taking letters in: an answer becomes a post, and whatever cannot is answered with the reason."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from discussions.actions.answering import LARGEST, Refused, is_from, post_answer, words_of
from discussions.enums import MailOutcome, MailRefusal
from discussions.incoming.automatic import forbids_answers, why_automatic
from discussions.incoming.letters import Letter, read_letter
from discussions.incoming.returned import Returned, read_returned, read_returned_to
from discussions.languages import detect_language
from discussions.mail_answers import FilesLeftOut, ReplyRefused
from discussions.models import PostAttachment, ReceivedMail, ThreadGuest
from discussions.reply_addresses import ReplyTo, has_token, is_reply_address, read_reply_address
from members.accounts import account_of
from members.models import User
from notifications.bounces import letter_returned_to, take_bounce
from notifications.messages import Addressee, Recipient
from notifications.models import OutgoingMail

ANSWERS_A_DAY = 5
"""To one sender: two machines that answer each other stop there."""
KNOWN_FOR = timedelta(days=90)
KEPT = timedelta(days=180)
_MOST_SENT_BACK = 40_000
_MOST_ADDRESSES = 20


def take_mail(raw: bytes, *, envelope_recipient: str = "") -> ReceivedMail:
    """Take in a letter as it came from the mail server; whatever it is, it is taken once, and ends as one outcome.

    ``envelope_recipient`` is the address that the server delivered it to, where that is known.
    """
    letter = read_letter(raw[: LARGEST + 1])
    saved: list[PostAttachment] = []
    try:
        with transaction.atomic():
            received, is_new = ReceivedMail.objects.get_or_create(
                message_id=letter.message_id,
                defaults={
                    "sender": letter.sender[:254],
                    "subject": letter.subject[:300],
                    "outcome": MailOutcome.IGNORED,
                },
            )
            if is_new:
                _take(letter, received, [envelope_recipient, *letter.addresses], saved)
            return received
    except BaseException:
        # Files know nothing of transactions.
        for attachment in saved:
            attachment.file.delete(save=False)
        raise


def prune_received_mail() -> int:
    """Forget letters that came in long ago; returns how many those were."""
    deleted, _by_model = ReceivedMail.objects.filter(received_at__lt=timezone.now() - KEPT).delete()
    return deleted


def _take(letter: Letter, received: ReceivedMail, addresses: Sequence[str], saved: list[PostAttachment]) -> None:
    ours = next((mail for address in addresses if (mail := letter_returned_to(address))), None)
    returned = read_returned_to(letter, ours.recipient) if ours else read_returned(letter)
    if returned is not None:
        _take_returned(returned, received)
    elif reason := why_automatic(letter):
        _close(received, MailOutcome.IGNORED, reason)
    else:
        _take_answer(letter, received, addresses, saved)


def _close(received: ReceivedMail, outcome: MailOutcome, reason: str = "") -> None:
    received.outcome, received.reason = outcome, reason[:300]
    received.save()


def _take_returned(returned: Iterable[Returned], received: ReceivedMail) -> None:
    """Note which addresses do not take mail. Anybody can write such a report: it is believed about addresses that were
    written to lately."""
    told = []
    for each in returned:
        if _wrote_to(each.address):
            take_bounce(address=each.address, is_hard=each.is_hard, reason=each.reason)
            told.append(f"{each.address}: {each.reason}")
    _close(received, MailOutcome.BOUNCE if told else MailOutcome.IGNORED, "; ".join(told))


def _wrote_to(address: str) -> bool:
    sent = OutgoingMail.objects.filter(recipient__iexact=address)
    return sent.filter(sent_at__gte=timezone.now() - KNOWN_FOR).exists()


# ------------------------------------------------------------ answers


def _take_answer(letter: Letter, received: ReceivedMail, addresses: Sequence[str], saved: list[PostAttachment]) -> None:
    reply_to = _best_reply_to(letter, addresses)
    try:
        if reply_to is None:
            raise Refused(MailRefusal.UNKNOWN_ADDRESS)
        received.post, left_out = post_answer(letter=letter, reply_to=reply_to, saved=saved)
    except Refused as refused:
        _refuse(letter, received, reply_to, refused)
        return
    _close(received, MailOutcome.POSTED)
    if left_out:
        recipient = _recipient(letter, received, reply_to.person)
        FilesLeftOut(received, recipient, letter.own_id, received.post, left_out).send()


def _best_reply_to(letter: Letter, addresses: Sequence[str]) -> ReplyTo | None:
    """What the letter answers; of several reply addresses the one that is the sender's own."""
    signed = [address for address in dict.fromkeys(addresses) if has_token(address)][:_MOST_ADDRESSES]
    found = [reply_to for address in signed if (reply_to := read_reply_address(address))]
    return next((each for each in found if is_from(letter, each.person)), found[0] if found else None)


# ------------------------------------------------------------ refusals


def _refuse(letter: Letter, received: ReceivedMail, reply_to: ReplyTo | None, refused: Refused) -> None:
    _close(received, MailOutcome.REFUSED, refused.reason)
    if not _may_be_answered(letter, reply_to):
        return
    received.is_answered = True
    received.save(update_fields=["is_answered"])
    person = reply_to.person if reply_to and is_from(letter, reply_to.person) else None
    sees_thread = reply_to is not None and refused.may_see_thread and _has_login(person)
    ReplyRefused(
        received=received,
        recipient=_recipient(letter, received, person),
        answers=letter.own_id,
        text=words_of(letter)[:_MOST_SENT_BACK],
        thread=reply_to.post.thread if reply_to and sees_thread else None,
        left_out=refused.left_out,
    ).send()


def _has_login(person: User | ThreadGuest | None) -> bool:
    return isinstance(person, User) and person.is_active


def _may_be_answered(letter: Letter, reply_to: ReplyTo | None) -> bool:
    """Whether the sender is told. Whoever holds a signed address got a letter of ours; others only if we know them, as
    the senders of unwanted mail are mostly forged. Nobody is told without end."""
    if not letter.sender or forbids_answers(letter) or is_reply_address(letter.sender):
        return False
    told = ReceivedMail.objects.filter(
        sender=letter.sender[:254], is_answered=True, received_at__gte=timezone.now() - timedelta(days=1)
    )
    if told.count() >= ANSWERS_A_DAY:
        return False
    return reply_to is not None or _is_known(letter.sender)


def _is_known(sender: str) -> bool:
    is_guest = ThreadGuest.objects.filter(email__iexact=sender).exists()
    return is_guest or account_of(sender) is not None or _wrote_to(sender)


def _recipient(letter: Letter, received: ReceivedMail, person: User | ThreadGuest | None) -> Recipient:
    """Whom an answer goes to: the address that the letter came from, in the person's languages if it is known."""
    known = person or account_of(letter.sender)
    languages = known.languages if known else [detect_language(letter.subject, ())]
    name = (known.get_full_name() if isinstance(known, User) else known.name if known else "") or letter.sender
    return Addressee(f"mail:{received.pk}", letter.sender, name, tuple(languages))
