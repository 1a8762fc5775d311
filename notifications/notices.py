"""Notices: kinds of things that people are told of, and telling them.

An app declares a kind, and calls ``notify`` in the transaction in which something happens. Each person hears of a
subject once. What a notice says is read when it is shown or mailed, as far as its person may see it at that moment.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import Truncator

from common.markdown import words_in
from notifications.models import Frequency, MailPreference, Notice

KEPT = timedelta(days=365)
LONGEST_BEGINNING = 280


@dataclass(frozen=True, slots=True)
class Item:
    """What a notice says to one reader."""

    title: str
    """In plain text: of a post, who wrote it; of a sheet, its title."""
    address: str
    """Without the server."""
    text: str = ""
    """Markdown: the text itself, or the beginning of a long one."""
    language: str = ""
    """That of ``text``; empty where it is the reader's."""
    author: str = ""
    facts: str = ""
    """A line of plain text below the title: the city, what kind of page it is."""
    about: str = ""
    """In plain text, the page that it is about, and the passage."""
    files: Sequence[str] = ()
    """The names of files that came with it."""
    note: str = ""
    """About the text, in plain text: that a machine translated it."""
    within: str = ""
    """The title of what it belongs to, a thread; empty of what stands for itself."""
    within_address: str = ""
    within_facts: str = ""
    """A line of plain text below that title: the working group."""
    subject: str = ""
    """Of the letter that carries this item alone; empty for the title."""
    headers: Mapping[str, str] | None = None
    """Of a letter that carries this item alone: ``Message-ID``, ``In-Reply-To``, ``References``, ``Reply-To``."""
    reply_address: str = ""
    """Where an answer by mail goes; empty if there is none."""

    @property
    def beginning(self) -> str:
        """How its text begins, in one line of plain text."""
        return Truncator(words_in(self.text)).chars(LONGEST_BEGINNING)


class NoticeKind:
    """One kind of notices. Subclasses register themselves by ``kind``."""

    kind: ClassVar[str]
    label: ClassVar[Any]
    """In words, for whoever chooses how often to get it; lazy."""
    reason: ClassVar[Any]
    """Why somebody gets it, one sentence for the foot of a letter; lazy."""
    frequency: ClassVar[str] = Frequency.DAILY
    """How often it comes to those who have not chosen."""
    comes_by_mail: ClassVar[bool] = True
    """Whether its letters are notices': False where letters of another kind tell the same."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "kind" in vars(cls):
            _KINDS[cls.kind] = cls

    @classmethod
    def visible(cls, subjects: Collection[str], user: Any) -> set[str]:
        """Those of these subjects that ``user`` may see now: what ``read`` has an item for, for whoever only counts."""
        return set(cls.read(subjects, user))

    @classmethod
    def read(cls, subjects: Collection[str], user: Any) -> dict[str, Item]:
        """The items of these subjects that ``user`` may see now, in the language that is active.

        Kinds that inherit this from one class are read together: it depends on the subjects alone.
        """
        raise NotImplementedError


_KINDS: dict[str, type[NoticeKind]] = {}


def notice_kinds() -> list[type[NoticeKind]]:
    """The kinds that come by mail: those that are most urgent to most people first, then by name."""
    urgency = list(Frequency.values)
    kinds = [kind for kind in _KINDS.values() if kind.comes_by_mail]
    return sorted(kinds, key=lambda kind: (urgency.index(kind.frequency), kind.kind))


def notice_kind(name: str) -> type[NoticeKind] | None:
    """The kind of this name, if it comes by mail."""
    kind = _KINDS.get(name)
    return kind if kind and kind.comes_by_mail else None


@transaction.atomic
def notify(
    *, subject: str, topic: str, at: datetime, kinds_by_user: Mapping[int, str], read_by: Collection[int] = ()
) -> None:
    """Tell people of ``subject``, each as the kind that ``kinds_by_user`` gives; whoever was told already is not again.

    ``read_by``, people who have read it before they could be told, find it read. In the caller's transaction; the
    letters that are wanted at once go out after it.
    """
    from notifications.digests import send_waiting_at_once  # noqa: PLC0415 -- digests are made of notices

    refused = _refusals(set(kinds_by_user.values()))
    now = timezone.now()
    Notice.objects.bulk_create(
        [
            Notice(
                user_id=user_pk,
                kind=kind,
                subject=subject,
                topic=topic,
                at=at,
                read_at=now if user_pk in read_by else None,
                is_for_mail=user_pk not in read_by and not refused(user_pk, kind),
            )
            for user_pk, kind in kinds_by_user.items()
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    if kinds_by_user:
        transaction.on_commit(lambda: send_waiting_at_once.enqueue())


def _refusals(kinds: Collection[str]) -> Callable[[int, str], bool]:
    """A function that says whether a person wants no letters of a kind."""
    never = {kind for kind in kinds if not (known := notice_kind(kind)) or known.frequency == Frequency.NEVER}
    chosen = MailPreference.objects.filter(kind__in=kinds).order_by()
    chosen = chosen.filter(Q(frequency=Frequency.NEVER) | Q(kind__in=never))
    frequencies = {(user, kind): frequency for user, kind, frequency in chosen.values_list("user", "kind", "frequency")}

    def refused(user_pk: int, kind: str) -> bool:
        usual = Frequency.NEVER if kind in never else Frequency.DAILY
        return frequencies.get((user_pk, kind), usual) == Frequency.NEVER

    return refused


def read_items(notices: Iterable[Notice], user: Any) -> dict[int, Item]:
    """What these notices of ``user`` say, by their primary keys; what may not be seen any more is not there."""
    found: dict[int, Item] = {}
    for kind, of_one in _by_reader(notices):
        items = kind.read({notice.subject for notice in of_one}, user)
        found |= {notice.pk: items[notice.subject] for notice in of_one if notice.subject in items}
    return found


def visible_among(notices: Iterable[Notice], user: Any) -> set[str]:
    """The subjects of those of these notices that ``user`` may see now."""
    found: set[str] = set()
    for kind, of_one in _by_reader(notices):
        found |= kind.visible({notice.subject for notice in of_one}, user)
    return found


def _by_reader(notices: Iterable[Notice]) -> list[tuple[type[NoticeKind], list[Notice]]]:
    """Those of kinds that are read together, with one of these kinds."""
    by_reader: dict[Any, list[Notice]] = defaultdict(list)
    for notice in notices:
        if kind := _KINDS.get(notice.kind):
            by_reader[kind.read.__func__].append(notice)  # type: ignore[attr-defined]
    return [(_KINDS[of_one[0].kind], of_one) for of_one in by_reader.values()]


def saw(*, user: Any, topic: str, subject: str = "") -> None:
    """``user`` has opened the page of ``topic``: its notices are read, and need no letter. With a ``subject``, those of
    that alone: the page does not show the others."""
    unread = Notice.objects.filter(user=user, topic=topic).unread()
    if subject:
        unread = unread.filter(subject=subject)
    if unread.exists():
        unread.update(read_at=timezone.now(), is_for_mail=False)


def pks_in(subjects: Collection[str], name: str) -> list[int]:
    """The numbers of those subjects that are called ``name:number``."""
    return [
        int(rest)
        for found, _colon, rest in (each.partition(":") for each in subjects)
        if found == name and rest.isdecimal()
    ]


def prune_notices() -> int:
    """Forget what happened long ago; returns how many notices that were. What mail has still to carry stays."""
    old = Notice.objects.filter(at__lt=timezone.now() - KEPT).exclude(is_for_mail=True, mailed_at=None)
    deleted, _by_model = old.delete()
    return deleted
