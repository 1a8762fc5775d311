"""Queries as people type them on the demonstration content, and what they expect to see first."""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from common.languages import complete_order
from portal.content.loaded import translation_key
from search.actions import rebuild_index
from search.engines import get_engine
from search.queries import search_as
from search.sources import SOURCES

QUERIES = tomllib.loads((Path(settings.CONTENT_DIR) / "judged_queries.toml").read_text(encoding="utf-8"))["query"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.fixture(scope="module")
def index(demonstration, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    before = settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR
    settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR = {**before[0], "OPTIONS": {"folder": folder}}, folder
    get_engine.cache_clear()
    with django_db_blocker.unblock():
        rebuild_index()
    yield
    settings.SEARCH_ENGINE, settings.SEARCH_INDEX_DIR = before
    get_engine.cache_clear()


def test_table_is_long_enough_to_mean_something():
    assert len(QUERIES) >= 40
    assert {query["language"] for query in QUERIES} == {"fr", "en", "de", "it", "nl", "es", "pt"}


@pytest.mark.usefixtures("index")
@pytest.mark.parametrize("query", QUERIES, ids=[f"{query['language']}: {query['text']}" for query in QUERIES])
def test_first_result_is_what_a_person_expects(query):
    language = query["language"]
    _request, ranking = search_as(
        AnonymousUser(), query["text"], language=language, reading_order=complete_order((language,))
    )
    hits = getattr(ranking, query["list"])
    expected = {f"{source.model_label.lower()}:{translation_key(source.model, query['first'])}" for source in SOURCES}
    assert hits, "nothing found"
    assert hits[0].key in expected, hits[0].title
