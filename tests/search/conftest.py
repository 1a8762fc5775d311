"""Documents of a test's own, and engines that hold them."""

import pytest

from search.engine import Document, SearchRequest
from search.meaning import get_encoder
from search.whoosh_engine import WhooshEngine


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
