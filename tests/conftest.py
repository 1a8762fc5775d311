"""What every test can use: the skeleton of pages, people in their roles, a client that is hard to please."""

import gc
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.utils import translation
from wagtail.models import Locale

from groups.actions import set_membership
from groups.enums import Role
from groups.models import WorkingGroup
from members.models import User
from portal.catalogues import compile_catalogues
from portal.demonstration import load_demonstration
from portal.middleware import FirstRunMiddleware
from portal.structure import create_structure
from search import vocabulary
from search.engines import get_engine
from tests import clock
from tests.database import copy_migrated_tables
from tests.factories import UserFactory, WorkingGroupFactory

UNDEFINED = b"undefined template variable"


def pytest_configure() -> None:
    """Moments that modules of tests name when they are read are of the same clock as what happens in their tests."""
    clock.begin()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What uses the database is asked of every kind of database."""
    for item in items:
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker("database")


def pytest_collection_finish() -> None:
    """What is there when the first test begins stays until the last one ends: the collector of garbage need not look
    through it again and again, which takes a tenth of the time of the tests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 100)


@pytest.fixture(scope="session", autouse=True)
def catalogues() -> None:
    compile_catalogues()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """SQLite's database is there before Django migrates it, with nothing left to migrate; it lives while it is open."""
    if connection.vendor != "sqlite":
        yield
        return
    with closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as database:
        copy_migrated_tables(database)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> None:
    """Every test finds the languages, the home pages and the sections; it adds what it is about."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]
        create_structure(Path(django_settings.CONTENT_DIR) / "structure.toml")


@pytest.fixture(scope="module")
def demonstration(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """The demonstration content, for all tests of a module; each still undoes what it does itself."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]
        load_demonstration(Path(django_settings.CONTENT_DIR))
        yield
        transaction.set_rollback(True)


class StrictClient(Client):
    """A client that fails where a template shows something that is not there."""

    def request(self, **request: object) -> object:
        response = super().request(**request)
        # Wagtail's own templates are not ours to judge.
        if request["PATH_INFO"].startswith("/cms/"):
            return response
        if not response.streaming and UNDEFINED in response.content:
            start = response.content.index(UNDEFINED)
            raise AssertionError(response.content[start : start + 120].decode())
        return response


@pytest.fixture
def client() -> StrictClient:
    return StrictClient()


@pytest.fixture(autouse=True)
def _set_up_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first administrator is there, but for tests that are about the first run."""
    monkeypatch.setattr(FirstRunMiddleware, "is_set_up", True, raising=False)
    monkeypatch.setattr(
        FirstRunMiddleware, "__init__", lambda self, get_response: setattr(self, "get_response", get_response)
    )


@pytest.fixture(autouse=True)
def _speak_english() -> Iterator[None]:
    """A request leaves its language behind in the thread: the next test begins in that of the sources."""
    with translation.override(django_settings.LANGUAGE_CODE):
        yield


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """Wagtail keeps the addresses of sites in the cache; what a test did to them is undone in the database only."""
    cache.clear()
    # The same holds for the names that searches know.
    vocabulary.forget()


@pytest.fixture
def search_folder(tmp_path: Path, settings: object) -> Iterator[Path]:
    """A search index of the test's own, empty at first: not even a folder."""
    folder = tmp_path / "search"
    settings.SEARCH_INDEX_DIR = folder  # type: ignore[attr-defined]
    settings.SEARCH_ENGINE = {**django_settings.SEARCH_ENGINE, "OPTIONS": {"folder": folder}, "ENCODER": ""}  # type: ignore[attr-defined]
    get_engine.cache_clear()
    yield folder
    get_engine.cache_clear()
    # Of an index that could not be opened the library leaves files open: they are closed here, and in no later test.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()


@pytest.fixture
def prepared_engine(search_folder: Path, settings: object) -> object:
    """An engine that gives what the test has prepared: see ``tests.search.prepared_engine``."""
    settings.SEARCH_ENGINE = {"ENGINE": "tests.search.prepared_engine.PreparedEngine", "OPTIONS": {}}  # type: ignore[attr-defined]
    get_engine.cache_clear()
    return get_engine()


@pytest.fixture
def group(db: None) -> WorkingGroup:
    return WorkingGroupFactory(title="Innovation & Security", slug="innovation")


@pytest.fixture
def people(group: WorkingGroup) -> dict[str, User | None]:
    """One person for each way to stand towards ``group``."""
    people = {who: UserFactory(email=f"{who}@example.com") for who in ("coordinator", "member", "stranger")}
    set_membership(group=group, user=people["coordinator"], role=Role.COORDINATOR)
    set_membership(group=group, user=people["member"], role=Role.MEMBER)
    administrator = UserFactory(email="administrator@example.com", is_superuser=True, is_staff=True)
    return {**people, "administrator": administrator, "visitor": None}


@pytest.fixture
def client_as(people: dict[str, User | None]) -> Callable[[str], StrictClient]:
    def log_in(who: str) -> StrictClient:
        client = StrictClient()
        if person := people[who]:
            client.force_login(person)
        return client

    return log_in


@pytest.fixture
def locale() -> Callable[[str], Locale]:
    return lambda code: Locale.objects.get(language_code=code)
