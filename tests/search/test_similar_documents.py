"""What the engine calls like a document, and why."""

import pytest

from search.engine import SearchRequest
from tests.search.conftest import document

BIKES = "Des vélos volés dans la ville sont retrouvés par la police grâce au marquage et au registre des vélos."
DOCUMENTS = (
    document("bikes", "fr", title="Vols de vélos", text=BIKES),
    document("bikes", "en", title="Bicycle thefts", text="Stolen bicycles are found by the police."),
    document("marking", "fr", title="Marquage", text="Le marquage des vélos par la police municipale."),
    document("dutch", "nl", title="Fietsen registreren", text="Gestolen fietsen worden door de politie gevonden."),
    document("dutch", "de", title="Fahrräder registrieren", text="Gestohlene Fahrräder findet die Polizei."),
    document("swimming", "fr", title="Piscine", text="Les enfants apprennent à nager pendant les vacances."),
    document("budget", "fr", title="Finances", text="Le conseil municipal vote les comptes de la ville."),
    document("secret", "fr", title="Vélos secrets", text=BIKES, audiences=("group:x",)),
    document("event", "fr", title="Journée du vélo", type="event", text=BIKES),
)


@pytest.fixture
def filled(reading_engine_with):
    return reading_engine_with(*DOCUMENTS)


def similar(engine, document_id, language="fr", limit=5, **values):
    return engine.similar(document_id, SearchRequest("", language, **values), limit)


PRACTICES = {"type": frozenset({"practice"})}


def test_similar_documents_come_from_every_language_with_the_reason(filled):
    found = similar(filled, "bikes-fr", filters=PRACTICES)

    assert [(one.hit.id, one.hit.matched, one.words) for one in found] == [
        ("dutch-de", "meaning", ()),
        ("marking-fr", "text", ("vélos", "marquage", "police")),
    ]


@pytest.mark.parametrize(
    ("reading_order", "shown"), [((), "dutch-de"), (("nl",), "dutch-nl"), (("de", "nl"), "dutch-de")]
)
def test_the_version_shown_follows_the_reading_order(filled, reading_order, shown):
    found = similar(filled, "bikes-fr", filters=PRACTICES, reading_order=reading_order)

    assert found[0].hit.id == shown


def test_filters_and_audiences_hold(filled):
    member = frozenset({"public", "group:x"})

    assert [one.hit.id for one in similar(filled, "bikes-fr", filters={"type": frozenset({"event"})})] == ["event-fr"]
    assert "secret-fr" not in [one.hit.id for one in similar(filled, "bikes-fr")]
    assert "secret-fr" in [one.hit.id for one in similar(filled, "bikes-fr", audiences=member)]
    withheld = frozenset({"secret-fr"})
    found = similar(filled, "bikes-fr", audiences=member, withheld=withheld)
    assert "secret-fr" not in [one.hit.id for one in found]


@pytest.mark.parametrize("document_id", ["never-there", "secret-fr"])
def test_nothing_is_like_a_document_that_the_reader_may_not_see(filled, document_id):
    assert similar(filled, document_id) == []


def test_no_more_than_the_limit_is_found(filled):
    assert len(similar(filled, "bikes-fr", limit=1)) == 1


def test_words_alone_find_what_is_similar_in_one_language(engine_with):
    found = similar(engine_with(*DOCUMENTS), "bikes-fr", filters=PRACTICES)

    assert [one.hit.id for one in found] == ["marking-fr"]
