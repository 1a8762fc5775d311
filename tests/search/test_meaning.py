"""Search by meaning, with the model itself."""

import numpy as np
import pytest

from search import meaning_files
from search.engine import SearchRequest, Synonyms
from search.meaning import DIMENSIONS, WINDOW_WORDS, get_encoder, windows
from search.whoosh_engine import WhooshEngine
from tests.search.conftest import document, other, own, search

PRACTICES = (
    document("bikes", "nl", title="Fietsen registreren", text="Gestolen fietsen worden sneller teruggevonden."),
    document("phishing", "de", title="Schulung gegen Phishing", text="Gefälschte E-Mails im Rathaus erkennen."),
    document("fear", "it", title="Percezione di insicurezza", text="La paura della criminalità nelle piazze."),
    document("night", "fr", title="Médiation la nuit", text="Des médiateurs apaisent la vie nocturne."),
)


@pytest.mark.parametrize(
    ("text", "language", "first"),
    [
        ("vol de vélo", "fr", "bikes-nl"),
        ("bike theft", "en", "bikes-nl"),
        ("furto di biciclette", "it", "bikes-nl"),
        ("fake e-mails", "en", "phishing-de"),
        ("fear of crime", "en", "fear-it"),
        ("Angst vor Kriminalität", "de", "fear-it"),
        ("nightlife mediators", "en", "night-fr"),
        ("Vermittler im Nachtleben", "de", "night-fr"),
    ],
)
def test_words_of_one_language_find_a_practice_in_another(reading_engine_with, text, language, first):
    hits = search(reading_engine_with(*PRACTICES), text, language).other

    assert hits[0].id == first


def test_a_synonym_carries_a_word_that_the_model_does_not_know(reading_engine_with):
    engine = reading_engine_with(*PRACTICES)
    synonyms = (Synonyms("hameçonnage", {"de": ("Phishing",), "en": ("phishing",)}),)

    assert other(search(engine, "hameçonnage")) == []
    assert other(search(engine, "hameçonnage", synonyms=synonyms))[0] == "phishing-de"


@pytest.mark.parametrize("text", ["recette de cuisine", "résultats du championnat de football", "xyzzy"])
def test_what_the_network_does_not_have_finds_nothing(reading_engine_with, text):
    ranking = search(reading_engine_with(*PRACTICES), text)

    assert (own(ranking), other(ranking)) == ([], [])


def test_a_document_is_found_by_its_meaning_in_the_readers_language_too(reading_engine_with):
    engine = reading_engine_with(*PRACTICES, document("lights", text="Des lampadaires neufs dans le parc"))

    (hit,) = search(engine, "éclairage public").own
    assert (hit.id, hit.matched) == ("lights-fr", "meaning")
    assert own(search(engine, "éclairage public", mode="lexical")) == []


def test_words_lead_where_they_match(reading_engine_with):
    engine = reading_engine_with(
        document("meant", text="La bicyclette dérobée est retrouvée"),
        document("said", text="Un vélo volé, un vol de vélo"),
    )

    assert own(search(engine, "vélo volé")) == ["said-fr", "meant-fr"]


def test_the_passage_of_a_document_found_by_its_meaning_is_the_nearest_part(reading_engine_with):
    padding = "Le conseil municipal se réunit chaque lundi pour parler de ses finances et de ses travaux. " * 8
    engine = reading_engine_with(document("long", text=f"{padding}Des lampadaires neufs éclairent le parc. {padding}"))
    request = SearchRequest("new street lights in the park", "en")

    hits = engine.search(request).other
    assert [hit.matched for hit in hits] == ["meaning"]
    assert "lampadaires neufs" in engine.passages(request, hits)["long-fr"]


def test_filters_hold_for_what_is_found_by_meaning(reading_engine_with):
    engine = reading_engine_with(*PRACTICES, document("event", "en", type="event", title="Bicycle theft conference"))
    filters = {"type": frozenset({"event"})}

    assert other(search(engine, "vol de vélo", filters=filters)) == ["event-en"]


def test_hidden_documents_are_not_found_by_meaning(reading_engine_with):
    engine = reading_engine_with(document("secret", "nl", text="Gestolen fietsen", audiences=("group:x",)))

    assert other(search(engine, "vol de vélo")) == []
    assert other(search(engine, "vol de vélo", audiences=frozenset({"group:x"}))) == ["secret-nl"]
    member = frozenset({"group:x"})
    assert other(search(engine, "vol de vélo", audiences=member, withheld=frozenset({"secret-nl"}))) == []


def test_written_documents_are_read_and_removed_ones_forgotten(reading_engine_with):
    engine = reading_engine_with(PRACTICES[1])
    assert other(search(engine, "bike theft", "en")) == []

    engine.write([PRACTICES[0]])
    assert other(search(engine, "bike theft", "en")) == ["bikes-nl"]
    engine.write([document("bikes", "nl", text="Kinderen leren zwemmen in het zwembad")])
    assert other(search(engine, "bike theft", "en")) == []
    assert other(search(engine, "swimming pool", "en")) == ["bikes-nl"]
    engine.write([], removed=["bikes-nl"])
    assert other(search(engine, "swimming pool", "en")) == []


def test_an_index_made_without_the_model_says_so_and_is_completed(tmp_path):
    WhooshEngine(tmp_path).rebuild(PRACTICES)
    engine = WhooshEngine(tmp_path, encoder=get_encoder)

    assert not engine.health().is_semantic
    assert set(engine.fingerprints().values()) == {""}
    assert other(search(engine, "bike theft", "en")) == []
    engine.write(PRACTICES)
    assert engine.health().is_semantic
    assert engine.fingerprints() == {found.id: found.fingerprint() for found in PRACTICES}


def test_an_index_made_with_the_model_is_searched_by_words_without_it(reading_engine_with, tmp_path):
    reading_engine_with(*PRACTICES)
    engine = WhooshEngine(tmp_path / "meaning")

    assert not engine.health().is_semantic
    assert other(search(engine, "fietsen", "en")) == ["bikes-nl"]
    assert other(search(engine, "bike theft", "en")) == []


def test_what_a_killed_writer_left_behind_does_no_harm(reading_engine_with, tmp_path):
    engine = reading_engine_with(PRACTICES[0])
    (folder,) = (tmp_path / "meaning").glob("index-*")
    for name in ("wholes.f32", "windows.f32", "words.f32", "texts.u32", "words.txt"):
        with (folder / name).open("ab") as handle:
            handle.write(b"half a row")

    engine.write(PRACTICES[1:])
    assert other(search(engine, "bike theft", "en"))[0] == "bikes-nl"
    assert other(search(engine, "fake e-mails", "en"))[0] == "phishing-de"
    assert other(search(engine, "fear of crime", "en"))[0] == "fear-it"


def test_places_of_documents_follow_one_another(tmp_path):
    writer = meaning_files.MeaningWriter(tmp_path, get_encoder())
    first, second = writer.add([document("one", "en", title="Bike theft", text="Bikes and bikes"), PRACTICES[0]])
    again = meaning_files.MeaningWriter(tmp_path, get_encoder()).add([PRACTICES[0]])[0]

    reader = meaning_files.MeaningReader(tmp_path)
    assert (first.whole, second.whole, again.whole) == (0, 1, 2)
    # Up to rounding: a model that reads several texts at once adds in another order.
    assert np.allclose(reader.wholes[1], reader.wholes[2], atol=1e-5)
    # The same words have the same numbers, whichever writer met them.
    length = second.title_words + second.text_words
    assert np.array_equal(
        reader.texts[second.words : second.words + length], reader.texts[again.words : again.words + length]
    )
    assert reader.windows.shape[1] == DIMENSIONS


@pytest.mark.parametrize(
    ("words", "count"), [(0, 0), (1, 1), (WINDOW_WORDS, 1), (WINDOW_WORDS + 1, 2), (67, 2), (68, 3)]
)
def test_windows_overlap_and_reach_the_end(words, count):
    text = " ".join(str(number) for number in range(words))
    found = windows(text)

    assert len(found) == count
    assert not found or found[-1].split()[-1] == str(words - 1)
