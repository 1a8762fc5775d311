"""Phrases in quotes, exclusion by minus, synonyms, order, and what the reader may no longer see."""

import pytest

from search.analysis import read_query
from search.engine import Attachment, SearchRequest, Synonyms
from tests.search.conftest import document, other, own, search

BICYCLES = (
    document("stolen", title="Vélo volé", text="La police retrouve le vélo de la ville."),
    document("lane", text="La ville ouvre des pistes pour le vélo"),
    document("scooter", text="Trottinettes : le vol dans la ville"),
)


@pytest.mark.parametrize(
    ("text", "words", "phrases", "excluded"),
    [
        ('"vol de vélo"', ["vol", "vélo"], (("vol", "de", "velo"),), ()),
        ("« vol de vélo » police", ["vol", "vélo", "police", "vélopolice"], (("vol", "de", "velo"),), ()),
        ("„vol de vélo“", ["vol", "vélo"], (("vol", "de", "velo"),), ()),
        ("vol -vélo", ["vol"], (), (("velo",),)),
        ('vol -"la ville"', ["vol"], (), (("la", "ville"),)),
        ("vol -cyber-attaque", ["vol"], (), (("cyber", "attaque"),)),
        ("vol - vélo", ["vol", "vélo"], (), ()),
        ("vol–vélo", ["vol", "vélo"], (), ()),
        ("cyber-attaque", ["cyber", "attaque", "cyberattaque"], (), ()),
        ('vol "vélo', ["vol", "vélo"], (), ()),
        ('""', [], (), ()),
        ('-""', [], (), ()),
        ("---", [], (), ()),
        ("-vélo", [], (), (("velo",),)),
    ],
)
def test_quotes_and_minus_are_read_and_nothing_else(text, words, phrases, excluded):
    query = read_query(text, "fr")

    assert [word.text for word in query.words] == words
    assert (query.phrases, query.excluded) == (phrases, excluded)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("velo ville", ["stolen-fr", "lane-fr", "scooter-fr"]),
        ('"velo de la ville"', ["stolen-fr"]),
        ('"ville vélo"', []),
        ('"vélo"', ["stolen-fr", "lane-fr"]),
        ('"pistes" vélo', ["lane-fr"]),
        ('"piste"', []),
        ("ville -vélos", ["scooter-fr"]),
        ("ville -velo -vol", []),
        ('vélo -"vélo de la ville"', ["lane-fr"]),
        ("-vélo", []),
        ('"de la"', []),
    ],
)
def test_a_phrase_must_stand_there_and_what_is_excluded_must_not(engine_with, text, found):
    assert own(search(engine_with(*BICYCLES), text)) == found


def test_a_phrase_may_stand_in_a_name_or_an_attached_file_of_any_language(engine_with):
    engine = engine_with(
        document("named", "nl", names=("The Hague", "Den Haag")),
        document("attached", "de", attachments=(Attachment("Bericht", "Die Stadt, das Fahrrad"),)),
        document("apart", "de", text="Das Rad. Fahrrad und Stadt."),
    )

    assert other(search(engine, '"den haag"')) == ["named-nl"]
    assert other(search(engine, '"das Fahrrad"')) == ["attached-de"]


def test_words_of_an_attached_file_find_the_document_and_count_less(engine_with):
    engine = engine_with(
        document("attached", attachments=(Attachment("Rapport annuel", "Le vélo, dix fois le vélo."),)),
        document("said", text="Un vélo"),
    )

    ranking = search(engine, "velos")
    assert [(hit.id, hit.matched) for hit in ranking.own] == [("said-fr", "text"), ("attached-fr", "attachment")]


def synonyms(words, **labels):
    return Synonyms(words, {language: tuple(found) for language, found in labels.items()})


def test_synonyms_widen_in_every_language_and_count_less(engine_with):
    engine = engine_with(
        document("typed", text="La vidéosurveillance du port"),
        document("synonym", text="Des caméras de rue, port de Nice"),
        document("half", text="Une rue"),
        document("dutch", "nl", text="Cameratoezicht in de haven"),
    )
    widened = (synonyms("vidéosurveillance", fr=["caméras de rue"], nl=["cameratoezicht"]),)

    narrow, wide = search(engine, "vidéosurveillance"), search(engine, "vidéosurveillance", synonyms=widened)
    assert (own(narrow), other(narrow)) == (["typed-fr"], [])
    assert [(hit.id, hit.matched) for hit in wide.own] == [("typed-fr", "text"), ("synonym-fr", "vocabulary")]
    assert [(hit.id, hit.matched) for hit in wide.other] == [("dutch-nl", "vocabulary")]


def test_a_word_that_the_vocabulary_knows_is_not_corrected(engine_with):
    engine = engine_with(document("threat", "en", text="A threat to the port"))
    widened = (synonyms("bike theft", en=["bicycle theft"]),)

    assert search(engine, "bike theft", "en").suggestion == "bike threat"
    assert search(engine, "bike theft", "en", synonyms=widened).suggestion is None


def test_a_synonym_of_several_words_is_marked_as_a_whole_only(engine_with):
    engine = engine_with(
        document("both", text="Deux vélos. Le vol de deux-roues augmente."), document("one", text="Un vol, deux villes")
    )
    request = SearchRequest("vélos", "fr", synonyms=(synonyms("vélos", fr=["vol de deux-roues"]),))
    hits = list(engine.search(SearchRequest("vélos vol", "fr")).own)

    assert engine.passages(request, hits) == {
        "both-fr": (
            "<mark>Deux</mark> <mark>vélos</mark>."
            " Le <mark>vol</mark> de <mark>deux</mark>-<mark>roues</mark> augmente."
        ),
        "one-fr": "Un vol, deux villes",
    }


@pytest.mark.parametrize(
    ("text", "strong"),
    [("caméras port", {"both-fr": True, "one-fr": False}), ("port", {"both-fr": True, "one-fr": True})],
)
def test_a_hit_is_strong_if_every_word_or_a_synonym_of_it_was_found(engine_with, text, strong):
    engine = engine_with(document("both", text="Cameratoezicht du port"), document("one", text="Le port"))
    ranking = search(engine, text, synonyms=(synonyms("caméras", fr=["Cameratoezicht"]),))

    assert {hit.id: hit.is_strong for hit in ranking.own} == strong


DATED = (
    document("old", title="Élan", text="vélo vélo", date="2019-05-01"),
    document("new", title="zèbre", text="vélo", date="2024-02-01"),
    document("undated", title="Abri", text="vélo vélo vélo"),
)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("relevance", ["undated-fr", "old-fr", "new-fr"]),
        ("newest", ["new-fr", "old-fr", "undated-fr"]),
        ("title", ["undated-fr", "old-fr", "new-fr"]),
    ],
)
def test_results_come_in_the_order_that_is_asked_for(engine_with, sort, found):
    assert own(search(engine_with(*DATED), "vélo", sort=sort)) == found


def test_what_is_withheld_is_nowhere(engine_with):
    engine = engine_with(
        document("open", text="La police", facets={"theme": ("police",)}),
        document("gone", title="Vélodrome", text="La police du vélodrome", facets={"theme": ("sport",)}),
    )
    withheld = frozenset({"gone-fr", "never-there"})

    ranking = search(engine, "police", withheld=withheld)
    assert own(ranking) == ["open-fr"]
    assert [count.value for count in ranking.facets["theme"]] == ["police"]
    assert search(engine, "velodrone").suggestion == "vélodrome"
    assert search(engine, "velodrone", withheld=withheld).suggestion is None


def test_without_a_filter_there_would_be(engine_with):
    engine = engine_with(
        document("a", text="port", type="practice", facets={"country": ("nl",)}),
        document("b", text="port", type="event", facets={"country": ("nl",)}),
        document("c", text="port", type="event", facets={"country": ("fr",)}),
    )
    filters = {"type": frozenset({"practice"}), "country": frozenset({"fr"})}

    ranking = search(engine, "port", filters=filters)
    assert (own(ranking), dict(ranking.without)) == ([], {"type": 1, "country": 1})
    assert search(engine, "port").without == {}
