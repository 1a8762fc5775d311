"""An answer by mail becomes a post."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone, translation

from common.languages import complete_order
from common.uploads import Checked
from discussions.actions.posting import add_post
from discussions.enums import CameBy, MailRefusal
from discussions.incoming.files import LeftOut, check_files, files_of
from discussions.incoming.letters import Letter
from discussions.incoming.own_words import own_words
from discussions.languages import detect_language
from discussions.models import Post, PostAttachment, ReadState, Thread, ThreadGuest
from discussions.reply_addresses import ReplyTo, hide_tokens
from members.accounts import account_of
from members.models import User
from notifications.models import Notice

LARGEST = 40 * 1024 * 1024
"""Bytes of a letter that is read."""
OPEN_FOR = timedelta(days=365)
POSTS_AN_HOUR = 30
SAID_AGAIN = timedelta(days=7)
"""Within which the same words are not taken twice: machines that do not say what they are repeat themselves."""
_LONGEST_POST = Post._meta.get_field("source").max_length or 0


class Refused(Exception):
    """A letter cannot become a post."""

    def __init__(self, reason: MailRefusal, *, left_out: Sequence[LeftOut] = (), may_see_thread: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.left_out = left_out
        self.may_see_thread = may_see_thread


@transaction.atomic
def post_answer(*, letter: Letter, reply_to: ReplyTo, saved: list[PostAttachment]) -> tuple[Post, list[LeftOut]]:
    """The post that a letter became, and the files that it could not bring along.

    ``saved`` grows by the files that were stored, for whoever has to remove them if the transaction fails. Raises
    Refused.
    """
    person = reply_to.person
    thread = _thread_to_write_in(letter, reply_to)
    if letter.size > LARGEST:
        raise Refused(MailRefusal.TOO_LARGE)
    text = words_of(letter)
    with translation.override(_languages_of(person)[0]):
        files, left_out = check_files(files_of(letter.message))
    _check_content(letter, text, files, left_out)
    _check_amount(person, thread, text)
    author, guest = (None, _guest_in(thread, person)) if isinstance(person, ThreadGuest) else (person, None)
    saved += [_keep(file, author) for file in files]
    text = text or _names_of(files)
    unread = _unread_beyond(author, thread, reply_to.post.created_at) if author else None
    post = add_post(
        thread=thread,
        author=author,
        guest=guest,
        text=text,
        language=detect_language(text, _languages_of(person)),
        is_language_given=False,
        reply_to=reply_to.post,
        attachments=saved,
        came_by=CameBy.MAIL,
    )
    if unread:
        unread.keep()
    return post, left_out


def is_from(letter: Letter, person: User | ThreadGuest) -> bool:
    """Whether the letter says that it comes from this person."""
    if letter.sender == person.email.lower():
        return True
    return isinstance(person, User) and account_of(letter.sender) == person


def words_of(letter: Letter) -> str:
    """What the sender wrote, as Markdown, without the secrets of addresses that it quotes."""
    return hide_tokens(own_words(letter.body()))


def _thread_to_write_in(letter: Letter, reply_to: ReplyTo) -> Thread:
    """The thread in which the answer is to stand. Raises Refused if this person cannot write there."""
    person = reply_to.person
    thread = _where_it_went(reply_to.post.thread)
    if not is_from(letter, person):
        raise Refused(MailRefusal.OTHER_SENDER, may_see_thread=False)
    if isinstance(person, User) and not person.is_active:
        raise Refused(MailRefusal.SHUT, may_see_thread=False)
    if not _may_write(person, thread):
        raise Refused(MailRefusal.NOT_OPEN, may_see_thread=False)
    if thread.is_closed:
        raise Refused(MailRefusal.CLOSED)
    if reply_to.post.created_at < timezone.now() - OPEN_FOR:
        raise Refused(MailRefusal.TOO_OLD)
    return thread


def _where_it_went(thread: Thread) -> Thread:
    """The thread itself or, of one that was merged, that in which its posts stand."""
    seen = {thread.pk}
    while thread.merged_into and thread.merged_into_id not in seen:
        thread = thread.merged_into
        seen.add(thread.pk)
    return thread


def _may_write(person: User | ThreadGuest, thread: Thread) -> bool:
    if isinstance(person, ThreadGuest):
        return _guest_in(thread, person) is not None
    return Thread.objects.visible_to(person).filter(pk=thread.pk).exists()


def _guest_in(thread: Thread, person: ThreadGuest) -> ThreadGuest | None:
    """As whom this guest writes in ``thread``: posts that were split off took a guest of the same address along."""
    if _where_it_went(person.thread) == thread:
        return person
    return thread.guests.filter(email__iexact=person.email).first()


def _posts_by(person: User | ThreadGuest) -> QuerySet[Post]:
    if isinstance(person, ThreadGuest):
        return Post.objects.filter(guest=person)
    return Post.objects.filter(author=person)


def _check_content(letter: Letter, text: str, kept: Sequence[Checked], left_out: Sequence[LeftOut]) -> None:
    if letter.is_encrypted:
        raise Refused(MailRefusal.ENCRYPTED)
    if not text and not kept:
        raise Refused(MailRefusal.FILES if left_out else MailRefusal.EMPTY, left_out=left_out)
    if len(text) > _LONGEST_POST:
        raise Refused(MailRefusal.TOO_LONG)


def _check_amount(person: User | ThreadGuest, thread: Thread, text: str) -> None:
    """Raises Refused for what only machines do that do not say what they are."""
    now = timezone.now()
    by_mail = _posts_by(person).filter(came_by=CameBy.MAIL)
    if text and by_mail.filter(thread=thread, source=text, created_at__gte=now - SAID_AGAIN).exists():
        raise Refused(MailRefusal.SAID)
    if by_mail.filter(created_at__gte=now - timedelta(hours=1)).count() >= POSTS_AN_HOUR:
        raise Refused(MailRefusal.TOO_MANY)


def _names_of(files: Sequence[Checked]) -> str:
    """The text of a post that is nothing but files."""
    return ", ".join(file.title for file in files)


def _keep(file: Checked, author: User | None) -> PostAttachment:
    attachment = PostAttachment(title=file.title, size=file.file.size or 0, uploaded_by=author)
    attachment.file.save(file.name, file.file, save=False)
    attachment.save()
    return attachment


def _languages_of(person: User | ThreadGuest) -> tuple[str, ...]:
    return complete_order(person.languages)


# ------------------------------------------------------------ what was read


@dataclass(frozen=True, slots=True)
class _Unread:
    """What others wrote after the post that is answered: whoever answers by mail has not seen it."""

    user: User
    thread: Thread
    read_until: datetime
    unread: tuple[int, ...]
    waiting_for_mail: tuple[int, ...]

    def keep(self) -> None:
        """Writing marks all of the thread as read; what came meanwhile is new again, and its letters still come."""
        ReadState.objects.filter(user=self.user, thread=self.thread).update(read_until=self.read_until)
        Notice.objects.filter(pk__in=self.unread).update(read_at=None)
        Notice.objects.filter(pk__in=self.waiting_for_mail).update(is_for_mail=True)


def _unread_beyond(user: User, thread: Thread, moment: datetime) -> _Unread | None:
    state = ReadState.objects.filter(user=user, thread=thread).first()
    read_until = max(moment, state.read_until) if state else moment
    if not thread.posts.filter(created_at__gt=read_until).exclude(author=user).exists():
        return None
    notices = Notice.objects.filter(user=user, topic=thread.topic, at__gt=read_until)
    return _Unread(
        user,
        thread,
        read_until,
        tuple(notices.unread().values_list("pk", flat=True)),
        tuple(notices.waiting_for_mail().values_list("pk", flat=True)),
    )
