"""Who finds what, at every door of search: nothing that a reader may not see is shown, counted, completed or suggested.

One world of things of every kind, one table of readers, one table of doors. A new door is one function and one line.
"""

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pypdf import PdfReader
from wagtail.documents.models import Document

from groups.actions import set_membership
from groups.enums import Role
from groups.permissions import audiences_of
from members.models import User
from practices.actions.writing import sheets_collection
from practices.models import Attachment
from search.actions import read_missing_attachments, rebuild_index
from search.engine import FACETS
from search.engines import get_engine
from search.models import PendingUpdate
from search.queries import request_for, search_as
from search.sources import BY_MODEL_LABEL, SOURCES, documents_by_id
from tests.conftest import StrictClient
from tests.factories import (
    CityFactory,
    EventPageFactory,
    PracticeSheetFactory,
    ProjectFactory,
    RecommendationFactory,
    StandardPageFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
)
from tests.search import files

pytestmark = pytest.mark.django_db

COMMON = "harbour"
"""In the title of everything."""

WORDS = [
    "zanfomir",
    "bolquedra",
    "tukvanel",
    "ruspiglor",
    "wemdacho",
    "jolvistan",
    "krubenzi",
    "pawtoldim",
    "sghenlora",
    "fluxbemar",
    "cotdarvin",
    "ombretzal",
    "vigdunkas",
    "rethmolai",
    "yspondre",
    "kalwubfen",
    "drisnotem",
    "ulcabergo",
    "hixtarven",
    "mopfelzud",
    "gwentsadi",
    "balzuroki",
    "nedkroplas",
    "afjimurte",
]
"""Invented, and so unlike each other that no mistake leads from one to another."""


@dataclass(frozen=True)
class Thing:
    """Something with a word in its title that nothing else has, and another in its text."""

    name: str
    object: Any
    word: str
    hidden: str

    @property
    def type(self) -> str:
        return BY_MODEL_LABEL[self.object._meta.label_lower].type

    @property
    def id(self) -> str:
        return f"{self.object._meta.label_lower}:{self.object.pk}"

    def is_visible_to(self, user: Any) -> bool:
        """As the database says: nothing else decides."""
        return type(self.object).objects.visible_to(user).filter(pk=self.object.pk).exists()


@dataclass(frozen=True)
class World:
    things: tuple[Thing, ...]
    users: dict[str, User]
    folder: Path

    def user(self, reader: str) -> Any:
        user = self.users.get(reader)
        # As a request has it: nobody who is suspended is logged in.
        return user if user and user.is_active else AnonymousUser()

    def client(self, reader: str) -> Client:
        client = StrictClient()
        if user := self.users.get(reader):
            client.force_login(user)
        return client

    def seen_by(self, reader: str, types: set[str] | None = None) -> set[str]:
        return {
            thing.name
            for thing in self.things
            if thing.is_visible_to(self.user(reader)) and (types is None or thing.type in types)
        }

    def named_in(self, said: str) -> set[str]:
        """What is given away by ``said``, by a word of its title or of its text."""
        said = said.casefold()
        return {thing.name for thing in self.things if thing.word in said or thing.hidden in said}


READERS = ("visitor", "network", "member", "coordinator", "administrator", "other", "suspended")


def _things(group: Any, other_group: Any, author: User) -> Iterator[tuple[str, Callable[[str, str], Any]]]:
    city = CityFactory(key="somewhere")

    def sheet(**fields: Any) -> Callable[[str, str], Any]:
        def make(title: str, text: str) -> Any:
            made = PracticeSheetFactory(title=title, problem=text, city=city, **fields)
            if made.live:
                # Booklets print versions, which publishing freezes.
                made.save_revision().publish()
            return made

        return make

    def event(**fields: Any) -> Callable[[str, str], Any]:
        return lambda title, text: EventPageFactory(title=title, venue=text, **fields)

    for visibility in ("public", "network", "group"):
        yield f"sheet {visibility}", sheet(visibility=visibility, group=group)
        yield f"event {visibility}", event(visibility=visibility, group=group)
    yield "sheet of another group", sheet(visibility="group", group=other_group)
    yield "sheet in French", sheet(visibility="group", group=group, language="fr")
    yield "draft", sheet(live=False)
    yield "draft of an event", event(live=False)
    yield "thread", lambda title, text: ThreadFactory(group=group, author=author, title=title, text=text)
    yield "project", lambda title, text: ProjectFactory(title=title, summary=text)
    yield "recommendation", lambda title, text: RecommendationFactory(title=title, text=f"<p>{text}</p>")
    yield "group page", lambda title, text: WorkingGroupFactory(title=title, summary=text)
    yield "page", lambda title, text: StandardPageFactory(title=title, summary=text)
    yield "page that is a draft", lambda title, text: StandardPageFactory(title=title, summary=text, live=False)
    yield "unpublished page", lambda title, text: StandardPageFactory(title=title, summary=text)


def _make_world(folder: Path) -> World:
    group, other_group = WorkingGroupFactory(title="Ours"), WorkingGroupFactory(title="Theirs")
    users = {
        name: UserFactory(email=f"{name}@example.com")
        for name in ("network", "member", "coordinator", "other", "suspended")
    }
    users["administrator"] = UserFactory(email="administrator@example.com", is_superuser=True, is_staff=True)
    set_membership(group=group, user=users["member"], role=Role.MEMBER)
    set_membership(group=group, user=users["coordinator"], role=Role.COORDINATOR)
    set_membership(group=group, user=users["suspended"], role=Role.MEMBER)
    set_membership(group=other_group, user=users["other"], role=Role.MEMBER)
    users["suspended"].is_active = False
    users["suspended"].save()
    things = []
    for (name, make), word in zip(_things(group, other_group, users["coordinator"]), WORDS, strict=False):
        hidden = word[::-1]
        made = make(f"{COMMON.title()} {word.title()}", f"Inside stands {hidden}, which only this says.")
        things.append(Thing(name, made, word, hidden))
    things[-1].object.unpublish()
    rebuild_index()
    return World(tuple(things), users, folder)


@pytest.fixture(scope="module")
def built_world(django_db_setup: None, django_db_blocker: Any, tmp_path_factory: Any) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("access") / "search"
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(django_settings, "SEARCH_INDEX_DIR", folder)
        patch.setattr(
            django_settings, "SEARCH_ENGINE", {**django_settings.SEARCH_ENGINE, "OPTIONS": {"folder": folder}}
        )
        get_engine.cache_clear()
        yield _make_world(folder)
        transaction.set_rollback(True)
        get_engine.cache_clear()


@pytest.fixture
def world(built_world: World, settings: Any) -> World:
    settings.SEARCH_INDEX_DIR = built_world.folder
    settings.SEARCH_ENGINE = {**django_settings.SEARCH_ENGINE, "OPTIONS": {"folder": built_world.folder}}
    return built_world


# ---------------------------------------------------------------- the doors

Door = Callable[[World, str, str], str]
"""All that is said to a reader who asks for some words, as one text."""


def _ranking(world: World, reader: str, words: str) -> Any:
    return search_as(world.user(reader), words, language="en")


def hits(world: World, reader: str, words: str) -> str:
    _request, ranking = _ranking(world, reader, words)
    return " ".join(hit.title for hit in (*ranking.own, *ranking.other))


def passages(world: World, reader: str, words: str) -> str:
    """Also for hits that another, who may see them, has found."""
    everything = [hit for who in ("administrator", "coordinator", "other") for hit in _own_and_other(world, who)]
    asked = request_for(world.user(reader), "inside stands", language="en")
    return " ".join(get_engine().passages(asked, everything).values())


def _own_and_other(world: World, reader: str) -> list[Any]:
    _request, ranking = _ranking(world, reader, COMMON)
    return [*ranking.own, *ranking.other]


def completions(world: World, reader: str, words: str) -> str:
    said = []
    for beginning in (words, words[:4]):
        found = get_engine().complete(request_for(world.user(reader), beginning, language="en"), 50)
        said += [*(hit.title for hit in found.titles), *found.words]
    return " ".join(said)


def similar_documents(world: World, reader: str, words: str) -> str:
    asked = request_for(world.user(reader), "", language="en")
    return " ".join(
        " ".join((found.hit.title, *found.words))
        for thing in world.things
        for found in get_engine().similar(thing.id, asked, 50)
    )


def result_page(world: World, reader: str, words: str) -> str:
    """Every page of the results, without what was typed."""
    client, said, number = world.client(reader), "", 1
    while True:
        response = client.get("/en/search/", {"q": words, "page": number})
        assert response.status_code == 200
        said += response.content.decode().replace(words, "")
        page = response.context.get("page_of_hits")
        if not page or not page.has_next():
            return said
        number += 1


def similar_titles(world: World, reader: str, words: str) -> str:
    response = world.client(reader).get("/en/search/similar/", {"title": words})
    return response.content.decode().replace(words, "") if response.status_code == 200 else ""


def table(world: World, reader: str, words: str) -> str:
    response = world.client(reader).get("/en/search/export.csv", {"q": words})
    rows = csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"), newline=""))
    return json.dumps(list(rows))


def lines(world: World, reader: str, words: str) -> str:
    response = world.client(reader).get("/en/search/export.jsonl", {"q": words})
    return b"".join(response.streaming_content).decode()


def booklet(world: World, reader: str, words: str) -> str:
    response = world.client(reader).get("/en/search/booklet.pdf", {"q": words})
    if response.status_code == 404:
        return ""
    reader_of_file = PdfReader(io.BytesIO(response.content))
    titles = [entry.title for entry in reader_of_file.outline if not isinstance(entry, list)]
    return " ".join([*titles, *(page.extract_text() for page in reader_of_file.pages)])


def suggestions(world: World, reader: str, words: str) -> str:
    said = ""
    for beginning in (words, words[:4]):
        response = world.client(reader).get("/en/search/suggestions/", {"q": beginning})
        assert response.status_code == 200
        said += response.content.decode()
    return said


def practices_like_it(world: World, reader: str, words: str) -> str:
    """What the pages of sheets that the reader may open name as like them."""
    said = ""
    for thing in world.things:
        if thing.type == "practice" and thing.is_visible_to(world.user(reader)):
            response = world.client(reader).get(thing.object.get_url())
            assert response.status_code == 200
            said += " ".join(one.sheet.title for one in response.context["related"])
    return said


def feed(world: World, reader: str, words: str) -> str:
    """A feed reader is nobody, whoever has subscribed to it."""
    response = world.client(reader).get("/en/search/feed.atom", {"q": words})
    assert response.status_code == 200
    return response.content.decode().replace(words, "")


def command(world: World, reader: str, words: str) -> str:
    """Asked at the machine, it answers as to a visitor, whoever sits there."""
    out = io.StringIO()
    call_command("search", words, "--json", "--limit", "100", stdout=out)
    return out.getvalue()


EVERYTHING = {source.type for source in SOURCES}
SHEETS = {"practice"}

WHOLE: dict[str, tuple[Door, set[str]]] = {
    "hits": (hits, EVERYTHING),
    "passages": (passages, EVERYTHING),
    "result page": (result_page, EVERYTHING),
    "table": (table, SHEETS),
    "lines": (lines, SHEETS),
    "booklet": (booklet, SHEETS),
}
"""Doors that show all that they find, and the types that they show."""

SOME: dict[str, Door] = {
    "completions": completions,
    "suggestions": suggestions,
    "practices like it": practices_like_it,
    "feed": feed,
    "similar documents": similar_documents,
    "similar titles": similar_titles,
}
"""Doors that show a choice of what they find."""


# ---------------------------------------------------------------- the walk


def test_world_has_every_kind_of_thing(world):
    assert {thing.type for thing in world.things} == EVERYTHING


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("door", WHOLE)
def test_door_shows_exactly_what_its_reader_may_see(world, door, reader):
    ask, types = WHOLE[door]
    assert world.named_in(ask(world, reader, COMMON)) == world.seen_by(reader, types)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("door", SOME)
def test_door_shows_nothing_that_its_reader_may_not_see(world, door, reader):
    assert world.named_in(SOME[door](world, reader, COMMON)) <= world.seen_by(reader)


def test_feed_shows_members_what_a_visitor_may_see(world):
    assert world.named_in(feed(world, "administrator", COMMON)) <= world.seen_by("visitor")


def test_command_shows_what_a_visitor_may_see(world):
    assert world.named_in(command(world, "visitor", COMMON)) == world.seen_by("visitor")


CHEAP: dict[str, Door] = {
    "hits": hits,
    "completions": completions,
    "page": result_page,
    "similar titles": similar_titles,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("door", ["hits", "completions"])
def test_secret_word_that_somebody_knows_finds_nothing(world, door, reader):
    """By a word of its title or of its text, whole, begun or misspelt."""
    ask, seen = CHEAP[door], world.seen_by(reader)
    for thing in world.things:
        if thing.name not in seen:
            for word in (thing.word, thing.hidden, thing.word[:-2], f"{thing.word[:4]}{thing.word[5:]}"):
                # Something else that is spelt or meant like it may be found, of what the reader may see.
                assert world.named_in(ask(world, reader, word)) <= seen, (thing.name, word)


@pytest.mark.parametrize("reader", READERS)
def test_mistake_is_corrected_only_to_words_of_what_the_reader_may_see(world, reader):
    seen = world.seen_by(reader)
    for thing in world.things:
        for word in (thing.word, thing.hidden):
            mistyped = f"{word[:4]}{word[5:]}"
            _request, ranking = _ranking(world, reader, mistyped)
            # Corrected is to words of the language that is asked in, and to names.
            known = thing.name in seen and thing.name != "sheet in French"
            assert ranking.suggestion == (word if known else None), thing.name


@pytest.mark.parametrize("reader", ["visitor", "other", "suspended"])
@pytest.mark.parametrize("door", ["page", "similar titles"])
def test_secret_word_shows_nothing_on_pages(world, door, reader):
    seen = world.seen_by(reader)
    for thing in world.things:
        if thing.name in {"sheet group", "thread", "draft"}:
            assert thing.name not in seen
            assert world.named_in(CHEAP[door](world, reader, thing.word)) == set()
            assert world.named_in(CHEAP[door](world, reader, f"{thing.word[:4]}{thing.word[5:]}")) == set()


@pytest.mark.parametrize("reader", READERS)
def test_counts_are_those_of_what_the_reader_may_see(world, reader):
    seen = world.seen_by(reader)
    _request, ranking = _ranking(world, reader, COMMON)
    per_type = {count.value: count.count for count in ranking.facets["type"]}
    things = [thing for thing in world.things if thing.name in seen]
    assert per_type == {kind: sum(thing.type == kind for thing in things) for kind in {thing.type for thing in things}}
    assert len(ranking.own) + len(ranking.other) == len(seen)
    languages = {count.value: count.count for count in ranking.facets["language"]}
    assert sum(languages.values()) == len(seen)
    for facet in FACETS:
        for count in ranking.facets.get(facet, ()):
            assert 0 < count.count <= len(seen)
    shown = world.client(reader).get("/en/search/", {"q": COMMON}).context["page_of_hits"].paginator.count
    assert shown == len(seen)


@pytest.mark.parametrize("reader", READERS)
def test_counts_without_a_filter_are_those_of_what_the_reader_may_see(world, reader):
    filters = {"type": ["practice"], "language": ["en"]}
    _request, ranking = search_as(world.user(reader), COMMON, language="en", filters=filters)
    seen = [thing for thing in world.things if thing.name in world.seen_by(reader)]

    def language(thing: Thing) -> str:
        return "fr" if thing.name == "sheet in French" else "en"

    assert dict(ranking.without) == {
        "type": sum(language(thing) == "en" for thing in seen),
        "language": sum(thing.type == "practice" for thing in seen),
    }


@pytest.mark.parametrize("reader", READERS)
def test_secret_word_counts_nothing(world, reader):
    seen = world.seen_by(reader)
    for thing in world.things:
        _request, ranking = search_as(world.user(reader), thing.word, language="en", filters={"type": [thing.type]})
        counted = sum(count.count for counts in ranking.facets.values() for count in counts)
        assert (counted > 0, sum(ranking.without.values()) > 0) == (thing.name in seen,) * 2, thing.name


# ---------------------------------------------------------------- hidden, and no worker runs


def hide(thing: Thing, empty_group: Any) -> None:
    if hasattr(thing.object, "visibility"):
        thing.object.visibility, thing.object.group = "group", empty_group
        thing.object.save()
    elif hasattr(thing.object, "unpublish"):
        thing.object.unpublish()
    else:
        thing.object.delete()


@pytest.mark.parametrize("reader", ["visitor", "coordinator"])
def test_what_is_hidden_disappears_from_every_door_while_no_worker_runs(world, reader):
    assert world.seen_by(reader)
    empty_group = WorkingGroupFactory(title="Nobody’s", live=False)
    for thing in world.things:
        fresh = type(thing.object).objects.get(pk=thing.object.pk)
        hide(Thing(thing.name, fresh, thing.word, thing.hidden), empty_group)
    assert world.seen_by(reader) == set()
    assert PendingUpdate.objects.exists()
    for door in sorted({*WHOLE, *SOME}):
        ask = WHOLE[door][0] if door in WHOLE else SOME[door]
        assert world.named_in(ask(world, reader, COMMON)) == set(), door
    _request, ranking = _ranking(world, reader, COMMON)
    assert [*ranking.facets["type"], *ranking.own, *ranking.other] == []
    for thing in world.things[:6]:
        _request, ranking = _ranking(world, reader, f"{thing.word[:4]}{thing.word[5:]}")
        assert ranking.suggestion is None


# ---------------------------------------------------------------- the files of sheets


@pytest.fixture
def report(world, settings, tmp_path):
    """A file that only the sheet of the group offers."""
    settings.MEDIA_ROOT = tmp_path
    document = Document.objects.create(
        title="Report",
        file=ContentFile(files.pdf("Only the file says quellbastim"), "report.pdf"),
        collection=sheets_collection(),
    )
    (thing,) = (thing for thing in world.things if thing.name == "sheet group")
    sheet = type(thing.object).objects.get(pk=thing.object.pk)
    sheet.attachments = [Attachment(title="Report", document=document)]
    sheet.save()
    read_missing_attachments()
    folder = tmp_path / "search"
    settings.SEARCH_INDEX_DIR = folder
    settings.SEARCH_ENGINE = {**settings.SEARCH_ENGINE, "OPTIONS": {"folder": folder}}
    get_engine.cache_clear()
    rebuild_index()
    yield thing
    get_engine.cache_clear()


@pytest.mark.parametrize("reader", READERS)
def test_words_of_a_file_are_for_those_who_may_read_its_sheet(world, report, reader):
    (document,) = documents_by_id([report.id])
    assert "quellbastim" in document.attachments[0].text
    may_read = report.is_visible_to(world.user(reader))
    assert audiences_of(world.user(reader)).isdisjoint(document.audiences) is not may_read
    if not may_read:
        for ask in (hits, completions, result_page, similar_titles):
            for words in ("quellbastim", "quelbastim", "quellb"):
                assert world.named_in(ask(world, reader, words)) == set()
        _request, ranking = _ranking(world, reader, "quelbastim")
        assert ranking.suggestion is None
        # ``inside stands`` is in the sheet's own text.
        assert "quellbastim" not in passages(world, reader, "quellbastim")


@pytest.mark.parametrize("reader", ["member", "coordinator"])
def test_words_of_a_file_find_its_sheet(world, report, reader):
    assert world.named_in(hits(world, reader, "quellbastim")) == {"sheet group"}
