"""Names in posts: ``@Anna Rossi``, ``@The Hague``, ``@Innovation & Security``.

People write a name as it is; what it means is found when the post is saved. Of people, only those can be named who may
read the thread and whose name the writer may know. Where a name is that of several, what tells them apart follows:
``@Anna Rossi#12``, as the completion writes it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from common.markdown import TextLink, plain_runs
from common.names import name_key, name_words
from discussions.models import Mention, Post, Thread
from groups.models import WorkingGroup
from groups.permissions import Reader, readers_of
from members.models import CityName, User
from taxonomy.models import LabelKind

# More names than these in one post are a list of addressees, which is what following is for.
MOST_NAMES = 20
MOST_COMPLETIONS = 8
MOST_CANDIDATES = 200
_LONGEST_NAME = 200
_BEGINNING = re.compile(r"(?<![\w@/.])@(?=\w)")
_APART = "#"
_QUOTATION = re.compile(r"^ {0,3}>.*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody or something that a name stands for."""

    kind: str
    """``user``, ``city`` or ``group``."""
    pk: int
    key: str
    """What tells it apart from others of the same name."""
    name: str
    address: str
    """Without a language: see ``templatetags.discussions.post_text``."""
    note: str = ""
    """What a list of completions says besides."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """What the names in a text stand for."""

    links: dict[str, TextLink] = field(default_factory=dict)
    found: dict[tuple[str, int], Named] = field(default_factory=dict)

    def of(self, kind: str) -> set[int]:
        return {pk for found_kind, pk in self.found if found_kind == kind}


def people_to_name(thread: Thread, writer: Reader) -> QuerySet[User]:
    """Those who may read ``thread``, which need not be saved, and whose name ``writer`` may know: because they show it,
    because they wrote in it, or wrote something else that the writer may read."""
    wrote = Post.objects.standing().filter(author=OuterRef("pk"))
    known = Q(pk__in=User.objects.visible_to(writer).values("pk")) | Q(Exists(wrote.visible_to(writer)))
    if thread.pk:
        known |= Q(Exists(wrote.filter(thread=thread.pk)))
    return readers_of(thread).filter(known).exclude(first_name="", last_name="")


def groups_to_name(thread: Thread) -> QuerySet[WorkingGroup]:
    """Those of which every reader of ``thread`` may learn."""
    known = Q(pk__in=WorkingGroup.objects.visible_to(AnonymousUser()).values("pk"))
    if thread.group:
        known |= Q(translation_key=thread.group.translation_key)
    return WorkingGroup.objects.filter(known, live=True).select_related("locale")


def read_mentions(text: str, *, thread: Thread, writer: Reader) -> Mentions:
    """What the names in ``text``, Markdown, stand for; three queries at most, and none where nobody is named.

    Names in quotations lead to whom they name as well, but it is not the writer who names them there.
    """
    own = _beginnings(_QUOTATION.sub("", text))
    beginnings = list(dict.fromkeys([*own, *_beginnings(text)]))[:MOST_NAMES]
    if not beginnings:
        return Mentions()
    by_name = defaultdict(list)
    for named in _named({beginning.split()[0] for beginning in beginnings}, thread, writer):
        by_name[_folded(named.name)].append(named)
    mentions = Mentions()
    for beginning in beginnings:
        if found := _longest(beginning, by_name):
            words, named = found
            mentions.links[f"@{words}"] = TextLink(named.address, f"@{named.name}")
            if beginning in own:
                mentions.found[named.kind, named.pk] = named
    return mentions


def _beginnings(text: str) -> list[str]:
    """What follows each ``@`` that may begin a name."""
    return [
        _folded(run[match.end() :][:_LONGEST_NAME]) for run in plain_runs(text) for match in _BEGINNING.finditer(run)
    ]


def keep_mentions(post: Post, mentions: Mentions) -> bool:
    """Bring the rows of ``post`` in line with what its text names. Returns whether somebody new is named."""
    wanted = set(mentions.found)
    for mention in post.mentions.all():
        row = next(
            (kind, pk)
            for kind, pk in (("user", mention.user_id), ("city", mention.city_id), ("group", mention.group_id))
            if pk is not None
        )
        if row in wanted:
            wanted.remove(row)
        else:
            mention.delete()
    Mention.objects.bulk_create(Mention(post=post, **{f"{kind}_id": pk}) for kind, pk in sorted(wanted))
    return bool(wanted)


def complete_name(beginning: str, *, thread: Thread, writer: Reader) -> list[tuple[str, Named]]:
    """What may be meant by what follows an ``@``: the words to write, and what they stand for."""
    folded = _folded(beginning)
    if not folded:
        return []
    candidates: dict[tuple[str, int], Named] = {}
    for named in _named({folded.split()[0]}, thread, writer):
        if name_key(named.name).startswith(name_key(beginning)):
            candidates.setdefault((named.kind, named.pk), named)
    same = Counter(_folded(named.name) for named in candidates.values())
    return [
        (named.name if same[_folded(named.name)] == 1 else f"{named.name}{_APART}{named.key}", named)
        for named in list(candidates.values())[:MOST_COMPLETIONS]
    ]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _longest(text: str, by_name: dict[str, list[Named]]) -> tuple[str, Named] | None:
    """The longest name with which ``text`` begins, if it stands for one alone."""
    for name in sorted(by_name, key=len, reverse=True):
        rest = text[len(name) :]
        if not text.startswith(name) or (rest and (rest[0].isalnum() or rest[0] == "_")):
            continue
        apart = re.match(r"[\w-]+", rest.removeprefix(_APART)) if rest.startswith(_APART) else None
        for named in by_name[name]:
            if apart and apart[0] == named.key:
                return f"{name}{_APART}{named.key}", named
        if len({(named.kind, named.pk) for named in by_name[name]}) == 1:
            return name, by_name[name][0]
    return None


def _begins(field_name: str, words: Iterable[str]) -> Q:
    condition = Q(pk__in=[])
    for word in words:
        bare = re.split(r"[^\w’'-]", word)[0]
        # SQLite knows the two cases of the letters of English only.
        for variant in {word, bare, bare.capitalize(), bare.upper()} - {""}:
            condition |= Q(**{f"{field_name}__istartswith": variant})
    return condition


def _named(first_words: Collection[str], thread: Thread, writer: Reader) -> list[Named]:
    """Candidates whose name begins with one of these words, in the order in which they are offered."""
    return [
        *_people_named(first_words, thread, writer),
        *_cities_named(first_words),
        *_groups_named(first_words, thread),
    ]


def _people_named(first_words: Collection[str], thread: Thread, writer: Reader) -> list[Named]:
    begins = Q(pk__in=[])
    for bare in {bare for word in first_words for bare in name_words(word)[:1]}:
        begins |= Q(name_key__startswith=bare) | Q(name_key__contains=f" {bare}")
    people = people_to_name(thread, writer).filter(begins).select_related("city").prefetch_related("city__labels")
    return [
        Named(
            kind="user",
            pk=person.pk,
            key=str(person.pk),
            name=person.get_full_name(),
            address=f"/people/{person.pk}/",
            note=person.city.label() if person.city else "",
        )
        for person in people.order_by("name_key", "pk")[:MOST_CANDIDATES]
    ]


def _cities_named(first_words: Collection[str]) -> list[Named]:
    names = CityName.objects.filter(_begins("text", first_words)).exclude(kind=LabelKind.HIDDEN)
    names = names.select_related("city").prefetch_related("city__labels")[:MOST_CANDIDATES]
    # Of several names of one city, that in the language of the interface.
    ordered = sorted(names, key=lambda name: (name.text != name.city.label(), name.text.casefold(), name.pk))
    return [
        Named(
            kind="city",
            pk=name.city_id,
            key=name.city.key,
            name=name.text,
            address=f"/cities/{name.city.key}/",
            note=name.city.country_name,
        )
        for name in ordered
    ]


def _groups_named(first_words: Collection[str], thread: Thread) -> list[Named]:
    versions = list(groups_to_name(thread).filter(_begins("title", first_words))[:MOST_CANDIDATES])
    if not versions:
        return []
    originals = {
        group.translation_key: group
        for group in WorkingGroup.objects.filter(
            translation_key__in={version.translation_key for version in versions},
            locale__language_code=F("original_language"),
        )
    }
    named = []
    for version in versions:
        original = originals.get(version.translation_key, version)
        address = (original.get_url() or "/").lstrip("/").partition("/")[2]
        named.append(Named("group", original.pk, str(original.pk), version.title, f"/{address}"))
    return named
