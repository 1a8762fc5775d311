import gc
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from whoosh.index import open_dir

from search import whoosh_engine
from search.engine import FACETS, FacetCount, IndexHealth, IndexUnavailable, Ranking, SearchRequest
from search.whoosh_engine import WhooshEngine
from search.whoosh_index import SCHEMA_VERSION
from tests.search.conftest import document, other, own, search

FOUND = [
    ("cybersecurite", "fr", {"text": "La cybersécurité des communes"}),
    ("cybersecurites", "fr", {"text": "La cybersécurité des communes"}),
    ("cybersécurité", "fr", {"text": "LA CYBERSECURITE DES COMMUNES"}),
    ("velo vole", "fr", {"text": "Retrouver un vélo volé"}),
    ("velo vole", "fr", {"text": "Retrouver des vélos volés"}),
    ("velo", "fr", {"text": "Des vélos"}),
    ("ve\u0301lo", "fr", {"text": "Un vélo"}),
    ("ecole", "fr", {"title": "L’école"}),
    ("citta", "it", {"text": "La sicurezza della città"}),
    ("prevencao", "pt", {"text": "Prevenção da violência"}),
    ("accion", "es", {"text": "Plan de acción"}),
    ("gefuhl", "de", {"text": "Das Sicherheitsgefühl der Bürger. Ein Gefühl. Die Sicherheit."}),
    ("medi@4sec", "fr", {"names": ("Medi@4sec",)}),
    ("medi4sec", "fr", {"names": ("Medi@4sec",)}),
    ("MEDI 4SEC", "fr", {"names": ("Medi@4sec",)}),
    ("media4sec", "fr", {"names": ("Medi@4sec",)}),
    ("medi@4sec", "fr", {"text": "Le projet Medi@4sec"}),
    ("medi4sec", "fr", {"text": "Le projet Medi@4sec"}),
    ("MEDI 4SEC", "fr", {"text": "Le projet Medi@4sec"}),
    ("media4sec", "fr", {"text": "Le projet Medi@4sec"}),
    ("medi@4sec", "fr", {"text": "Le projet Medi4sec"}),
    ("cyberattaque", "fr", {"text": "Une cyber-attaque"}),
    ("cyber-attaque", "fr", {"text": "Une cyberattaque"}),
    ("cyberattaques", "fr", {"text": "Des cyber-attaques"}),
    ("bart", "fr", {"names": ("BART!",)}),
    ("BART!", "fr", {"text": "Le projet bart"}),
    ("s-gravenhage", "nl", {"names": ("'s-Gravenhage",)}),
    ("gravenhage", "nl", {"names": ("'s-Gravenhage",)}),
    ("'s-Gravenhage", "nl", {"text": "De gemeente ’s-Gravenhage"}),
    ("aia", "it", {"names": ("L'Aia",)}),
    ("l'aia", "it", {"names": ("L’Aia",)}),
    ("e-administration", "fr", {"text": "L'e-administration"}),
    ("eadministration", "fr", {"text": "L'e-administration"}),
    ("Bürgerinnen", "de", {"text": "Alle Bürger:innen"}),
    ("haye", "fr", {"names": ("Den Haag", "The Hague", "La Haye", "Haia")}),
    ("La Haye", "fr", {"names": ("Den Haag", "The Hague", "La Haye", "Haia")}),
    ("den haag", "de", {"names": ("Den Haag", "The Hague", "La Haye", "Haia")}),
    ("Die Hague", "de", {"names": ("Den Haag", "The Hague", "La Haye", "Haia")}),
    ("Haia", "pt", {"names": ("Den Haag", "The Hague", "La Haye", "Haia")}),
    ("como", "es", {"names": ("Como",)}),
    ("the", "en", {"title": "The port"}),
    ("der", "de", {"title": "Der Hafen"}),
    ("les", "fr", {"title": "Les ports"}),
    ("AI", "it", {"text": "La AI e la sicurezza"}),
    ("ai", "it", {"text": "La AI e la sicurezza"}),
    ("AI sicurezza", "it", {"text": "La AI"}),
    ("Diebstahl", "de", {"text": "Ein Fahrraddiebstahl. Das Fahrrad. Der Diebstahl."}),
    ("fietsen", "nl", {"text": "Een gestolen fiets"}),
]


@pytest.mark.parametrize(("text", "language", "content"), FOUND)
def test_a_document_is_found_as_people_type(engine_with, text, language, content):
    engine = engine_with(document("wanted", language, **content), document("another", language, text="xyz"))

    assert own(search(engine, text, language)) == [f"wanted-{language}"]


@pytest.mark.parametrize(
    ("text", "language", "content"),
    [
        ("the port", "en", {"names": ("The Hague",)}),
        ("s", "nl", {"names": ("'s-Gravenhage",)}),
        ("la mer", "fr", {"text": "La ville"}),
        ("les vols", "fr", {"title": "Les ports"}),
        ("314", "fr", {"text": "3.14"}),
    ],
)
def test_a_document_is_not_found_by_words_without_meaning(engine_with, text, language, content):
    assert own(search(engine_with(document("wrong", language, **content)), text, language)) == []


def test_parts_of_a_compound_find_it_and_the_compound_comes_first(engine_with):
    engine = engine_with(
        document("compound", "de", text="Ein Fahrraddiebstahl"),
        document("part", "de", text="Ein Diebstahl"),
        document("bicycle", "de", text="Ein Fahrrad"),
    )

    assert own(search(engine, "Fahrraddiebstahl", "de")) == ["compound-de", "bicycle-de", "part-de"]
    assert own(search(engine, "Diebstahl", "de")) == ["part-de", "compound-de"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\x00\x01\x1b",
        '"',
        '(("',
        "AND",
        "title:",
        "t_fr:velo OR *",
        "?*~^",
        "\ud800",
        "[a TO",
        "🚲",
        "' ’",
        "-" * 10_000,
    ],
)
def test_any_text_is_a_query_and_none_is_syntax(engine_with, text):
    assert own(search(engine_with(document("one", text="bicyclette")), text)) == []


def test_an_empty_query_finds_nothing_at_all(engine_with):
    assert search(engine_with(document("one", text="velo")), " ") == Ranking()


def test_ten_thousand_characters_are_answered_soon(engine_with):
    engine = engine_with(*(document(f"d{number}", text=f"mot{number} vélo") for number in range(50)))
    text = " ".join(["velo", *(f"inconnuz{chr(97 + number % 26) * (number % 9 + 1)}" for number in range(1000))])[
        :10_000
    ]
    started = time.perf_counter()

    assert len(search(engine, text).own) == 50
    assert time.perf_counter() - started < 1


def test_title_before_text_and_rare_before_common(engine_with):
    engine = engine_with(
        document("text", title="Marché couvert", text="Le vol dans la rue et ailleurs"),
        document("title", title="Vol", text="Dans la rue et ailleurs encore une fois"),
        document("none", title="Rue", text="Rien"),
    )

    ranking = search(engine, "vol")

    assert [(hit.id, hit.matched) for hit in ranking.own] == [("title-fr", "title"), ("text-fr", "text")]
    assert [(hit.id, hit.matched) for hit in search(engine, "vol marche").own] == [
        ("text-fr", "title"),
        ("title-fr", "title"),
    ]


def test_equal_scores_are_ordered_by_id(engine_with):
    names = ["c", "a", "d", "b"]
    engine = engine_with(*(document(name, text="vélo") for name in names))
    engine.write([document("b", text="vélo"), document("e", text="vélo")])

    assert own(search(engine, "vélo")) == ["a-fr", "b-fr", "c-fr", "d-fr", "e-fr"]


def test_a_name_is_worth_as_much_among_many_as_alone(engine_with):
    engine = engine_with(
        document("alone", names=("Rotterdam",)),
        document("among", names=("Rotterdam", "La Haye", "Augsbourg", "Turin", "Lisbonne")),
        *(document(f"filler{number}", text="rien") for number in range(20)),
    )

    ranking = search(engine, "rotterdam")

    assert [(hit.id, hit.matched) for hit in ranking.own] == [("alone-fr", "name"), ("among-fr", "name")]
    assert ranking.own[0].score == ranking.own[1].score


# Languages


def test_what_exists_only_in_other_languages_comes_apart(engine_with):
    engine = engine_with(
        document("both", "fr", text="police"),
        document("both", "en", text="police"),
        document("english", "en", text="The police of the port"),
        document("german", "de", text="Polizei"),
    )

    ranking = search(engine, "police")

    assert own(ranking) == ["both-fr"]
    assert [(hit.id, hit.language, hit.matched_language) for hit in ranking.other] == [("english-en", "en", "en")]


def test_other_languages_are_read_with_their_own_analysis(engine_with):
    engine = engine_with(document("dutch", "nl", text="De gestolen fietsen"), document("french", text="Rien"))

    assert other(search(engine, "fiets", "fr")) == ["dutch-nl"]


def test_stop_words_of_the_reader_are_not_searched_in_other_languages(engine_with):
    engine = engine_with(document("dutch", "nl", text="Les in de school"), document("french", text="école"))

    assert other(search(engine, "les écoles", "fr")) == []


@pytest.mark.parametrize(
    ("reading_order", "shown"),
    [(("nl", "de"), "one-nl"), (("de", "nl"), "one-de"), (("de",), "one-de"), ((), "one-en"), (("pt",), "one-en")],
)
def test_the_version_shown_follows_the_reading_order(engine_with, reading_order, shown):
    languages = ("de", "nl", "en")
    engine = engine_with(*(document("one", language, names=("Bart",)) for language in languages))

    assert other(search(engine, "bart", reading_order=reading_order)) == [shown]


def test_the_version_shown_may_be_another_than_the_one_that_matched(engine_with):
    engine = engine_with(document("one", "nl", text="fietsendiefstal"), document("one", "en", text="bicycle theft"))

    (hit,) = search(engine, "fietsendiefstal", reading_order=("en",)).other

    assert (hit.id, hit.language, hit.matched_language) == ("one-en", "en", "nl")


def test_an_own_version_found_through_another_language_comes_last_in_own(engine_with):
    engine = engine_with(
        document("through", "nl", text="handhaving handhaving handhaving"),
        document("through", "fr", text="contrôle"),
        document("direct", "fr", text="La handhaving aux Pays-Bas, expliquée à tous les lecteurs de ce site"),
    )

    ranking = search(engine, "handhaving")

    assert [(hit.id, hit.matched_language) for hit in ranking.own] == [("direct-fr", "fr"), ("through-fr", "nl")]
    assert ranking.other == []


# Audiences


@pytest.fixture
def engine_with_secret(engine_with):
    return engine_with(
        document("open", text="La police municipale", facets={"theme": ("police",)}),
        document(
            "secret", text="La police secrète des vélodromes", audiences=("group:x",), facets={"theme": ("secret",)}
        ),
        document("dutch", "nl", text="politie vélodrome", audiences=("group:x",)),
    )


@pytest.mark.parametrize(
    ("audiences", "found"), [({"public"}, ["open-fr"]), ({"public", "group:x"}, ["open-fr", "secret-fr"]), (set(), [])]
)
def test_only_what_the_audience_may_see_is_found(engine_with_secret, audiences, found):
    assert own(search(engine_with_secret, "police", audiences=frozenset(audiences))) == found


def test_hidden_documents_are_neither_counted_nor_suggested(engine_with_secret):
    assert search(engine_with_secret, "police").facets["theme"] == [FacetCount("police", 1)]
    for text in ("vélodrome", "velodrone", "secrete", "secrets"):
        assert search(engine_with_secret, text) == Ranking([], [], {facet: [] for facet in FACETS})
    member = frozenset({"public", "group:x"})
    assert search(engine_with_secret, "velodrone", audiences=member).suggestion == "vélodromes"


def test_the_version_shown_must_itself_be_visible(engine_with):
    engine = engine_with(
        document("one", "fr", text="fietsen", audiences=("group:x",)),
        document("one", "nl", text="fietsen"),
        document("one", "de", text="fietsen", audiences=("group:x",)),
    )

    ranking = search(engine, "fietsen", reading_order=("de", "nl"))

    assert (own(ranking), other(ranking)) == ([], ["one-nl"])


def test_a_hidden_version_does_not_lead_to_a_visible_one(engine_with):
    engine = engine_with(document("one", "fr", text="vélo"), document("one", "nl", text="fiets", audiences=("x",)))

    assert search(engine, "fiets").own == []


def test_passages_of_what_is_not_visible_are_left_out(engine_with_secret):
    hits = search(engine_with_secret, "police", audiences=frozenset({"public", "group:x"})).own

    assert engine_with_secret.passages(SearchRequest("police", "fr"), hits) == {
        "open-fr": "La <mark>police</mark> municipale"
    }


# Facets


@pytest.fixture
def engine_with_facets(engine_with):
    return engine_with(
        document("a", text="port", type="practice", facets={"theme": ("harbour", "cyber"), "country": ("nl",)}),
        document("b", text="port", type="practice", facets={"theme": ("harbour",), "country": ("fr",)}),
        document("b", "en", text="port", type="practice", facets={"theme": ("harbour",)}),
        document("c", "en", text="port", type="news", facets={"theme": ("cyber",), "country": ("nl",)}),
        document("d", text="plage", type="news"),
    )


def counts(ranking):
    return {facet: [(count.value, count.count) for count in found] for facet, found in ranking.facets.items() if found}


def test_facets_count_objects_of_both_lists(engine_with_facets):
    assert counts(search(engine_with_facets, "port")) == {
        "type": [("practice", 2), ("news", 1)],
        "theme": [("cyber", 2), ("harbour", 2)],
        "country": [("nl", 2), ("fr", 1)],
        "language": [("en", 2), ("fr", 2)],
    }


def test_the_counts_of_a_facet_ignore_the_filter_on_itself(engine_with_facets):
    ranking = search(engine_with_facets, "port", filters={"type": frozenset({"news"})})

    assert (own(ranking), other(ranking)) == ([], ["c-en"])
    assert counts(ranking) == {
        "type": [("practice", 2), ("news", 1)],
        "theme": [("cyber", 1)],
        "country": [("nl", 1)],
        "language": [("en", 1)],
    }


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"theme": {"harbour", "cyber"}}, ["a-fr", "b-fr", "c-en"]),
        ({"theme": {"cyber"}, "type": {"practice"}}, ["a-fr"]),
        ({"language": {"en"}}, ["b-fr", "c-en"]),
        ({"country": {"xx"}}, []),
        ({"unknown": {"xx"}}, ["a-fr", "b-fr", "c-en"]),
        ({"type": set()}, ["a-fr", "b-fr", "c-en"]),
    ],
)
def test_filters_take_any_value_of_each_facet(engine_with_facets, filters, found):
    ranking = search(
        engine_with_facets, "port", filters={facet: frozenset(values) for facet, values in filters.items()}
    )

    assert sorted(own(ranking) + other(ranking)) == found


# Suggestions


@pytest.mark.parametrize(
    ("text", "suggestion"),
    [
        ("cybersecurte", "cybersécurité"),
        ("cyberveiligheit", None),
        ("La Cybersecurte, à Roterdam!", "La Cybersécurité, à Rotterdam!"),
        ("cybersecurite", None),
        ("les cyberseqqqqq", None),
        ("pord", "port"),
        ("pqrd", None),
        ("orts", "ports"),
        ("cybersecur1te", None),
        ("lse", None),
        ("x", None),
        ("", None),
    ],
)
def test_a_misspelt_word_is_replaced_in_the_suggestion(engine_with, text, suggestion):
    engine = engine_with(
        document("one", title="Les ports", text="La cybersécurité du port", names=("Rotterdam",)),
        document("two", "nl", text="cyberveiligheit"),
    )

    assert search(engine, text).suggestion == suggestion


def test_the_first_letter_then_the_nearest_then_the_usual_word_is_suggested(engine_with):
    engine = engine_with(
        document("one", text="marine"), document("two", text="farine farines"), document("three", text="marins marine")
    )

    assert search(engine, "marinz").suggestion == "marine"
    assert search(engine, "zarine").suggestion == "marine"


# Passages


def test_a_passage_marks_the_words_found_and_escapes_the_rest(engine_with):
    engine = engine_with(document("one", summary="Retrouver <b>des vélos</b>", text="volés & rendus, l'avoir vu"))
    request = SearchRequest("velo vole l'", "fr")

    assert engine.passages(request, engine.search(request).own) == {
        "one-fr": "Retrouver &lt;b&gt;des <mark>vélos</mark>&lt;/b&gt; <mark>volés</mark> &amp; rendus, l&#x27;avoir vu"
    }


def test_a_passage_without_words_found_is_the_beginning_of_the_summary(engine_with):
    engine = engine_with(
        document("one", "nl", text="fietsen"), document("one", "fr", summary="Le <résumé>", text="Le texte")
    )
    request = SearchRequest("fietsen", "fr")

    assert engine.passages(request, engine.search(request).own) == {"one-fr": "Le &lt;résumé&gt;"}


# Writing


def test_written_documents_are_found_and_removed_ones_are_not(engine_with):
    engine = engine_with(document("one", text="vélo"), document("two", text="vélo"))

    engine.write([document("three", text="vélo"), document("two", text="moto")], removed=["one-fr", "unknown"])

    assert own(search(engine, "vélo")) == ["three-fr"]
    assert own(search(engine, "moto")) == ["two-fr"]
    assert engine.health() == IndexHealth(documents=2, version=SCHEMA_VERSION, is_semantic=False)


def test_the_last_of_one_id_counts_and_adding_wins_over_removing(engine_with):
    engine = engine_with(document("one", text="vélo"))

    engine.write([document("one", text="moto"), document("one", text="tram")], removed=["one-fr"])

    assert [own(search(engine, text)) for text in ("vélo", "moto", "tram")] == [[], [], ["one-fr"]]
    assert engine.health().documents == 1


def test_rebuilding_keeps_one_document_per_id(engine):
    assert engine.rebuild([document("one", text="vélo"), document("one", text="tram")]) == 1
    assert own(search(engine, "tram")) == ["one-fr"]


def test_a_document_in_an_unknown_language_is_refused_and_nothing_is_written(engine_with):
    engine = engine_with(document("one", text="vélo"))

    with pytest.raises(ValueError, match="'bad-xx': language 'xx' is not one of fr, en, de, it, nl, es, pt"):
        engine.write([document("good", text="vélo"), document("bad", "xx")])

    assert own(search(engine, "vélo")) == ["one-fr"]


def test_fingerprints_are_those_of_the_documents(engine_with):
    documents = [document("one", text="vélo"), document("two", "de", text="Rad")]
    engine = engine_with(*documents)
    engine.write([], removed=["two-de"])

    assert engine.fingerprints() == {"one-fr": documents[0].fingerprint()}


def test_an_empty_index_answers(engine_with):
    engine = engine_with()

    assert search(engine, "vélo") == Ranking()
    assert engine.health().documents == 0
    engine.write([document("one", text="vélo")])
    assert own(search(engine, "vélo")) == ["one-fr"]


def test_progress_is_told(engine):
    told = []

    engine.rebuild([document("one"), document("two")], told.append)

    assert told == [2]


# The folder


def only_index(engine):
    (folder,) = engine.folder.glob("index-*")
    return folder


def break_folder(engine):
    shutil.rmtree(engine.folder)


def break_pointer(engine):
    (engine.folder / "current").unlink()


def break_target(engine):
    shutil.rmtree(only_index(engine))


def point_outside(engine):
    (engine.folder / "current").write_text("../elsewhere")


def empty_pointer(engine):
    (engine.folder / "current").write_bytes(b"\xff\xfe")


def break_meta(engine):
    (only_index(engine) / "meta.json").write_text('{"schema": ')


def change_version(engine):
    (only_index(engine) / "meta.json").write_text(json.dumps({"schema": "0", "compounds": {}}))


def remove_contents(engine):
    for path in only_index(engine).glob("*.toc"):
        path.unlink()


def truncate_contents(engine):
    for path in only_index(engine).glob("*.toc"):
        path.write_bytes(path.read_bytes()[:100])


def remove_segments(engine):
    for path in only_index(engine).glob("*.seg"):
        path.unlink()


def truncate_segments(engine):
    for path in only_index(engine).glob("*.seg"):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def garble_segments(engine):
    for path in only_index(engine).glob("*.seg"):
        path.write_bytes(b"garbage" * 1000)


DAMAGE = [
    (break_folder, "There is no search index in "),
    (break_pointer, "There is no search index in "),
    (break_target, "The search index 'index-.*' that .* names does not exist"),
    (point_outside, "The search index '../elsewhere' that .* names does not exist"),
    (empty_pointer, "The file .*current cannot be read"),
    (break_meta, "is damaged or half written"),
    (change_version, "is of version '0', this program needs '4': it has to be rebuilt"),
    (remove_contents, "is damaged or half written"),
    (truncate_contents, "is damaged or half written"),
    (remove_segments, "is damaged"),
    (truncate_segments, "is damaged"),
    (garble_segments, "is damaged"),
]


# Whoosh leaves the files open in which it fails; they are collected here, so that no other test is blamed.
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.parametrize(("damage", "message"), DAMAGE, ids=lambda value: getattr(value, "__name__", ""))
def test_a_missing_damaged_or_foreign_index_is_named_and_can_be_rebuilt(engine_with, damage, message):
    engine = engine_with(document("one", text="vélo"))
    damage(engine)
    fresh = WhooshEngine(engine.folder)

    for call in (
        lambda: search(fresh, "vélo"),
        lambda: fresh.passages(SearchRequest("vélo", "fr"), []),
        fresh.health,
        fresh.fingerprints,
    ):
        with pytest.raises(IndexUnavailable, match=message):
            call()

    gc.collect()
    fresh.rebuild([document("two", text="vélo")])
    assert own(search(fresh, "vélo")) == ["two-fr"]


@pytest.mark.parametrize("damage", [break_folder, break_pointer, break_target])
def test_an_open_reader_does_not_outlive_the_index(engine_with, damage):
    engine = engine_with(document("one", text="vélo"))
    assert own(search(engine, "vélo")) == ["one-fr"]

    damage(engine)

    with pytest.raises(IndexUnavailable):
        search(engine, "vélo")


def test_writing_without_an_index_is_refused(engine):
    with pytest.raises(IndexUnavailable, match=r"the folder .* does not exist"):
        engine.write([document("one")])
    engine.folder.mkdir()
    with pytest.raises(IndexUnavailable, match="it has to be built first"):
        engine.write([document("one")])


def test_a_rebuild_leaves_one_index_and_removes_strays(engine_with):
    engine = engine_with(document("one", text="vélo"))
    (engine.folder / "index-stray").mkdir()

    engine.rebuild([document("two", text="vélo")])

    assert only_index(engine).name == (engine.folder / "current").read_text()


def test_a_rebuild_that_fails_changes_nothing(engine_with):
    engine = engine_with(document("one", text="vélo"))

    with pytest.raises(ValueError, match="xx"):
        engine.rebuild([document("two", text="vélo"), document("bad", "xx")])

    assert own(search(engine, "vélo")) == ["one-fr"]
    assert only_index(engine).name == (engine.folder / "current").read_text()


def in_thread(action):
    thread = threading.Thread(target=action)
    thread.start()
    return thread


def test_an_open_reader_in_another_thread_sees_writes_and_rebuilds(engine_with):
    engine = engine_with(document("one", text="vélo"))
    asked, answers = threading.Semaphore(0), []
    answered = threading.Semaphore(0)

    def read():
        for _turn in range(3):
            asked.acquire()
            answers.append(own(search(engine, "vélo")))
            answered.release()

    thread = in_thread(read)
    for change in (
        lambda: None,
        lambda: engine.write([document("two", text="vélo")], removed=["one-fr"]),
        lambda: engine.rebuild([document("three", text="vélo")]),
    ):
        change()
        asked.release()
        answered.acquire()
    thread.join()

    assert answers == [["one-fr"], ["two-fr"], ["three-fr"]]


def test_a_reader_that_has_an_index_open_survives_its_deletion(engine_with):
    engine = engine_with(*(document(f"d{number}", text="vélo") for number in range(20)))
    request = SearchRequest("vélo", "fr")
    with engine._reading() as reader:
        in_thread(lambda: engine.rebuild([document("new", text="vélo")])).join()
        found = reader.holders("t_fr", "velo", reader.visible(frozenset({"public"})))
        assert reader.reader.stored_fields(0)["body"] == ("", "vélo", [], " velo ")

    assert len(found) == 20
    assert own(engine.search(request)) == ["new-fr"]


def test_an_index_deleted_while_it_is_opened_is_replaced_by_the_next(engine_with, monkeypatch):
    engine = engine_with(document("old", text="vélo"))
    fresh = WhooshEngine(engine.folder)
    load = fresh._load

    def load_after_a_rebuild(name):
        monkeypatch.setattr(fresh, "_load", load)
        engine.rebuild([document("new", text="vélo")])
        return load(name)

    monkeypatch.setattr(fresh, "_load", load_after_a_rebuild)

    assert own(search(fresh, "vélo")) == ["new-fr"]


def test_an_index_written_to_while_it_is_opened_is_opened_again(engine_with, monkeypatch):
    engine = engine_with(document("one", text="vélo"))
    opened = []

    def open_too_late_once(folder):
        opened.append(folder)
        if len(opened) == 1:
            raise FileNotFoundError("_MAIN_1.toc")
        return open_dir(folder)

    monkeypatch.setattr(whoosh_engine, "open_dir", open_too_late_once)

    assert own(search(engine, "vélo")) == ["one-fr"]
    assert len(opened) == 2


def test_a_write_waits_for_the_rebuild_and_is_in_the_index_switched_to(engine_with):
    engine = engine_with(document("one", text="vélo"))
    started, go_on = threading.Event(), threading.Event()

    def documents():
        yield document("one", text="vélo")
        started.set()
        go_on.wait(5)

    rebuild = in_thread(lambda: engine.rebuild(documents()))
    started.wait(5)
    write = in_thread(lambda: engine.write([document("two", text="vélo")]))
    assert own(search(engine, "vélo")) == ["one-fr"]
    go_on.set()
    rebuild.join()
    write.join()

    assert own(search(engine, "vélo")) == ["one-fr", "two-fr"]


def test_two_rebuilds_at_once_follow_one_another(engine):
    threads = [
        in_thread(lambda name=name: engine.rebuild([document(name, text="vélo")])) for name in ("a", "b", "c", "d")
    ]
    for thread in threads:
        thread.join()

    assert engine.health().documents == 1
    assert only_index(engine).name == (engine.folder / "current").read_text()


def test_a_lock_held_too_long_is_told(engine_with):
    engine = engine_with(document("one"))
    impatient = WhooshEngine(engine.folder, lock_seconds=0)

    with engine._lock(), pytest.raises(IndexUnavailable, match="locked by another process for more than 0 seconds"):
        impatient.write([document("two")])


REBUILD_FOR_EVER = """
import sys
from pathlib import Path
from search import whoosh_engine
from search.engine import Document
from search.whoosh_engine import WhooshEngine

def progress(number):
    if number == 300:
        print("under way", flush=True)
        sys.stdin.read()

documents = [Document(str(n), str(n), "fr", "practice", "titre", text=f"vélo {n}") for n in range(1000)]
WhooshEngine(Path(sys.argv[1])).rebuild(documents, progress)
"""


def test_a_killed_rebuild_leaves_the_index_in_use_and_a_stray_folder(engine_with):
    engine = engine_with(document("one", text="vélo"))
    root = Path(__file__).parents[2]
    process = subprocess.Popen(
        [sys.executable, "-c", REBUILD_FOR_EVER, str(engine.folder)],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    with process:
        assert process.stdout.readline() == b"under way\n"
        process.send_signal(signal.SIGKILL)

    assert own(search(engine, "vélo")) == ["one-fr"]
    assert len(list(engine.folder.glob("index-*"))) == 2
    engine.write([document("two", text="vélo")])
    assert engine.rebuild([document("three", text="vélo")]) == 1
    assert own(search(engine, "vélo")) == ["three-fr"]
    assert only_index(engine).name == (engine.folder / "current").read_text()


def test_suggestion_is_never_what_was_typed(engine_with):
    engine = engine_with(document("hague", text="Des groupes de voisins", names=("Den Haag",)))
    ranking = search(engine, "Den Haag")
    assert (own(ranking), ranking.suggestion) == (["hague-fr"], None)
