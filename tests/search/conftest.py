from collections.abc import Iterator

import pytest
from django.template import engines

from search.engines import get_engine
from tests.search.engines import FakeEngine


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
