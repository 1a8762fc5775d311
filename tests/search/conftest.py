"""Documents of a test's own, and engines that hold them."""

from collections.abc import Iterator

import pytest
from django.template import engines

from search.engine import Document, SearchRequest
from search.engines import get_engine
from search.meaning import get_encoder
from search.whoosh_engine import WhooshEngine
from tests.search.engines import FakeEngine


def document(key, language="fr", **values):
    values = {"type": "practice", "title": "", **values}
    return Document(id=f"{key}-{language}", key=key, language=language, **values)


def search(engine, text, language="fr", **values):
    return engine.search(SearchRequest(text, language, **values))


def own(ranking):
    return [hit.id for hit in ranking.own]


def other(ranking):
    return [hit.id for hit in ranking.other]


@pytest.fixture
def engine(tmp_path):
    """It goes by words alone."""
    return WhooshEngine(tmp_path / "index", lock_seconds=5)


@pytest.fixture
def engine_with(engine):
    def build(*documents):
        engine.rebuild(documents)
        return engine

    return build


@pytest.fixture
def reading_engine_with(tmp_path):
    """It goes by meaning, too."""
    engine = WhooshEngine(tmp_path / "meaning", lock_seconds=5, encoder=get_encoder)

    def build(*documents):
        engine.rebuild(documents)
        return engine

    return build


@pytest.fixture
def fake_engine(settings: object) -> Iterator[FakeEngine]:
    """An engine that finds what the test puts into it."""
    settings.SEARCH_ENGINE = {"ENGINE": "tests.search.engines.FakeEngine", "OPTIONS": {}}  # type: ignore[attr-defined]
    get_engine.cache_clear()
    yield get_engine()
    get_engine.cache_clear()


@pytest.fixture
def editor(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wagtail's own templates name what is not there; that is not ours to judge."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")
