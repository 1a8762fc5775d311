"""What is offered for the beginning of a word or title."""

import pytest

from search.engine import Completions, SearchRequest
from tests.search.conftest import document


@pytest.fixture
def engine_with_titles(engine_with):
    return engine_with(
        document("bikes", "fr", title="Vol de vélos", text="Vidéo et vidéosurveillance"),
        document("bikes", "nl", title="Fietsendiefstal"),
        document("camera", "fr", title="Vidéosurveillance de la gare", text="Une vidéo. La sûreté."),
        document("dutch", "nl", title="Video in de stad"),
        document("secret", "fr", title="Vidéothèque", text="vidéophone", audiences=("group:x",)),
    )


def complete(engine, text, limit=5, **values):
    found = engine.complete(SearchRequest(text, "fr", **values), limit)
    return [hit.id for hit in found.titles], list(found.words)


@pytest.mark.parametrize(
    ("text", "titles", "words"),
    [
        ("vid", ["camera-fr", "dutch-nl"], ["vidéo", "vidéosurveillance"]),
        ("VIDÉOS", ["camera-fr"], ["vidéosurveillance"]),
        ("gare vid", ["camera-fr"], ["vidéo", "vidéosurveillance"]),
        ("vol de v", [], []),
        ("vol de ve", ["bikes-fr"], ["vélos"]),
        ("fiets", ["bikes-nl"], []),
        ("sur", [], ["sûreté"]),
        ("v", [], []),
        ("", [], []),
        ("zzz", [], []),
        ('"vid', ["camera-fr", "dutch-nl"], ["vidéo", "vidéosurveillance"]),
    ],
)
def test_titles_and_words_begin_as_typed(engine_with_titles, text, titles, words):
    assert complete(engine_with_titles, text) == (titles, words)


def test_only_what_the_reader_may_see_is_offered(engine_with_titles):
    member = frozenset({"public", "group:x"})

    assert complete(engine_with_titles, "vidéoth") == ([], [])
    assert complete(engine_with_titles, "vidéoth", audiences=member) == (["secret-fr"], ["vidéothèque"])
    assert complete(engine_with_titles, "vidéoph", audiences=member) == ([], ["vidéophone"])
    withheld = frozenset({"secret-fr"})
    assert complete(engine_with_titles, "vidéoth", audiences=member, withheld=withheld) == ([], [])


def test_no_more_than_the_limit_is_offered(engine_with_titles):
    assert complete(engine_with_titles, "vid", limit=1) == (["camera-fr"], ["vidéo"])


def test_an_empty_index_offers_nothing(engine_with):
    assert engine_with().complete(SearchRequest("vid", "fr"), 5) == Completions([], [])
