import threading

import pytest

from search.engine import Synonyms
from search.vocabulary import Kept, Name, _read_table, forget, names_beginning, synonyms_for
from taxonomy.models import ConceptLabel, LabelKind
from tests.factories import CityFactory, ConceptFactory

pytestmark = pytest.mark.django_db

BICYCLE_THEFT = {
    "fr": "vol de vélo",
    "en": "bicycle theft",
    "de": "Fahrraddiebstahl",
    "it": "furto di biciclette",
    "nl": "fietsendiefstal",
    "es": "robo de bicicletas",
    "pt": "furto de bicicletas",
}


def add_label(concept, language, text, kind=LabelKind.ALTERNATIVE):
    return ConceptLabel.objects.create(concept=concept, language=language, text=text, kind=kind)


@pytest.fixture
def bicycle_theft():
    concept = ConceptFactory(key="bicycle-theft", names=BICYCLE_THEFT)
    add_label(concept, "en", "bike theft")
    add_label(concept, "en", "stolen bike", LabelKind.HIDDEN)
    return concept


def words_of(text, language):
    return [synonyms.words for synonyms in synonyms_for(text, language)]


def test_a_name_is_widened_with_all_others_but_what_was_typed_and_the_hidden_ones(bicycle_theft):
    others = {code: (name,) for code, name in BICYCLE_THEFT.items()} | {"en": ("bicycle theft",)}
    assert synonyms_for("Bike theft", "en") == (Synonyms("Bike theft", others),)


@pytest.mark.parametrize("language", BICYCLE_THEFT)
@pytest.mark.parametrize("interface", BICYCLE_THEFT)
def test_a_name_is_known_in_each_language_whatever_that_of_the_interface(bicycle_theft, language, interface):
    name = BICYCLE_THEFT[language]
    assert words_of(name, interface) == [name]


@pytest.mark.parametrize(
    ("typed", "language"),
    [
        ("vol de velo", "fr"),
        ("VOLS DE VÉLOS", "fr"),
        ("vol vélo", "fr"),
        ("vol-de-vélo", "fr"),
        ("fietsen diefstal", "nl"),
        ("fiets diefstal", "nl"),
        ("fietsen-diefstal", "nl"),
        ("fietsendiefstallen", "nl"),
        ("Fahrraddiebstähle", "de"),
        ("Fahrrad Diebstahl", "de"),
        ("furti di biciclette", "it"),
        ("robos de bicicleta", "es"),
        ("furtos de bicicleta", "pt"),
        ("bicycle thefts", "en"),
        ("stolen bikes", "en"),
    ],
)
def test_accents_endings_stop_words_and_compounds_do_not_matter(bicycle_theft, typed, language):
    assert words_of(typed, language) == [typed]


@pytest.mark.parametrize(
    ("typed", "widened"),
    [
        ("how to stop bike theft in towns?", ["bike theft"]),
        ("bike, theft!", ["bike, theft"]),
        ("theft of a bike", []),
        ('"bike theft"', []),
        ("“bike theft” stories", []),
        ("-bike theft", []),
        ('-"bike theft"', []),
        ('bike "lights" theft', []),
        ('bike theft -lights "in the park"', ["bike theft"]),
        ('bike theft "', ["bike theft"]),
        ("lamp posts", []),
        ("", []),
        ("-", []),
        ('" - ""', []),
        ("\x00 \ud800", []),
    ],
)
def test_only_free_words_that_are_a_whole_name_are_widened(bicycle_theft, typed, widened):
    assert words_of(typed, "en") == widened


def test_two_names_in_one_query_are_each_widened_in_their_order(bicycle_theft):
    ConceptFactory(names={"en": "police", "fr": "police municipale"})
    assert synonyms_for("police against bike theft", "en")[0] == Synonyms("police", {"fr": ("police municipale",)})
    assert words_of("police against bike theft", "en") == ["police", "bike theft"]


def test_the_longest_name_wins_where_names_overlap(bicycle_theft):
    ConceptFactory(names={"en": "theft", "fr": "vol"})
    ConceptFactory(names={"en": "bike", "fr": "vélo"})
    assert words_of("bike theft and theft", "en") == ["bike theft", "theft"]


def test_the_language_of_the_reader_comes_before_others():
    ConceptFactory(names={"nl": "woning", "en": "burglary"})
    ConceptFactory(names={"en": "woning", "fr": "autre"})
    assert [one.labels for one in synonyms_for("woning", "nl")] == [{"en": ("burglary",)}]
    assert [one.labels for one in synonyms_for("woning", "en")] == [{"fr": ("autre",)}]


@pytest.mark.parametrize(
    ("name", "typed", "known"),
    [
        ("mayores", "mayores", True),
        ("mayores", "mayor", False),
        ("arma", "arma", False),
        ("videovigilancia", "videovigilancias", True),
        ("CCTV", "cctv", True),
        ("KI", "ki", False),
        ("LPR", "LPR", True),
        ("LPR", "lpr", False),
        ("entre", "entre", False),
    ],
)
def test_a_word_of_another_language_must_be_unmistakable(name, typed, known):
    ConceptFactory(names={"es": name, "fr": "autre chose"})
    assert words_of(f"{typed} something", "en") == ([typed] if known else [])


def test_a_name_made_of_stop_words_counts_only_as_the_whole_query():
    ConceptFactory(names={"de": "alle", "en": "everybody"})
    assert words_of("alle Räder", "de") == []
    assert words_of("alle", "de") == ["alle"]


def test_one_word_of_a_name_is_not_the_name():
    ConceptFactory(names={"fr": "tout le monde", "en": "everybody"})
    assert words_of("monde", "fr") == []


def test_a_hidden_name_leads_to_the_thing_unless_another_is_called_so():
    port = ConceptFactory(names={"pt": "segurança portuária"})
    add_label(port, "pt", "porto", LabelKind.HIDDEN)
    assert [one.labels for one in synonyms_for("porto", "pt")] == [{"pt": ("segurança portuária",)}]
    CityFactory(country="PT", names={"pt": "Porto", "en": "Oporto"})
    forget()
    assert [one.labels for one in synonyms_for("porto", "pt")] == [{"en": ("Oporto",)}]


def test_cities_and_countries_are_known_by_any_name():
    CityFactory(country="NL", names={"nl": "Den Haag", "fr": "La Haye", "en": "The Hague"})
    assert [(one.words, one.labels["nl"]) for one in synonyms_for("La Haye", "fr")] == [("La Haye", ("Den Haag",))]
    assert [(one.words, one.labels["de"]) for one in synonyms_for("police in Pays-Bas", "en")] == [
        ("Pays-Bas", ("Niederlande",))
    ]


def test_narrower_concepts_do_not_widen(bicycle_theft):
    theft = ConceptFactory(names={"en": "theft", "fr": "vol"})
    bicycle_theft.broader = theft
    bicycle_theft.save()
    assert [one.labels for one in synonyms_for("theft", "en")] == [{"fr": ("vol",)}]


def test_the_vocabulary_is_read_in_two_queries_and_then_kept(bicycle_theft, django_assert_num_queries):
    CityFactory()
    with django_assert_num_queries(2):
        synonyms_for("bike theft", "en")
    with django_assert_num_queries(0):
        synonyms_for("bike theft", "en")
        names_beginning("bike", "en", 5)


def test_an_edit_is_seen_when_what_was_kept_has_become_old(bicycle_theft):
    now = [0.0]
    kept = Kept(_read_table, seconds=30, clock=lambda: now[0])
    before = kept.table()
    add_label(bicycle_theft, "en", "cycle theft")
    now[0] = 29.0
    assert kept.table() is before
    now[0] = 30.0
    assert [label.text for thing in kept.table().things for label in thing.labels].count("cycle theft") == 1


def test_others_take_what_there_is_while_one_thread_reads():
    now, reading, go_on = [0.0], threading.Event(), threading.Event()
    tables = iter(["first", "second"])

    def read():
        if now[0]:
            reading.set()
            go_on.wait(10)
        return next(tables)

    kept = Kept(read, seconds=30, clock=lambda: now[0])
    assert kept.table() == "first"
    now[0] = 60.0
    reader = threading.Thread(target=kept.table)
    reader.start()
    reading.wait(10)
    assert kept.table() == "first"
    go_on.set()
    reader.join(10)
    assert kept.table() == "second"


def test_a_failure_to_read_is_told_and_tried_again():
    answers = iter([RuntimeError("no database"), "table"])

    def read():
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    kept = Kept(read, seconds=30)
    with pytest.raises(RuntimeError, match="no database"):
        kept.table()
    assert kept.table() == "table"


def test_names_begin_with_what_is_typed_in_any_of_their_words(bicycle_theft):
    CityFactory(key="biel", country="CH", names={"en": "Biel"})
    theft = Name("concept", "bicycle-theft", "bicycle theft", "bicycle theft")
    assert names_beginning("the", "en", 5) == [theft]
    assert names_beginning("BI", "en", 5) == [Name("city", "biel", "Biel", "Biel"), theft]
    assert names_beginning("bi", "en", 1) == [Name("city", "biel", "Biel", "Biel")]


@pytest.mark.parametrize(
    ("typed", "language", "label", "matched"),
    [
        ("bike t", "en", "bicycle theft", "bike theft"),
        ("stolen", "en", "bicycle theft", "bicycle theft"),
        ("velo", "fr", "vol de vélo", "vol de vélo"),
        ("vol de v", "en", "bicycle theft", "vol de vélo"),
        ("fietsen d", "nl", "fietsendiefstal", "fietsendiefstal"),
        ("fietsen", "pt", "furto de bicicletas", "fietsendiefstal"),
    ],
)
def test_a_hidden_name_leads_to_the_one_that_is_shown(bicycle_theft, typed, language, label, matched):
    assert names_beginning(typed, language, 5) == [Name("concept", "bicycle-theft", label, matched)]


def test_names_of_the_reader_come_first_then_preferred_ones():
    ConceptFactory(key="a", names={"fr": "lampe"})
    add_label(ConceptFactory(key="b", names={"en": "light"}), "en", "lamp")
    ConceptFactory(key="c", names={"en": "street lamps"})
    ConceptFactory(key="d", names={"en": "lamps"})
    assert [name.key for name in names_beginning("lamp", "en", 9)] == ["d", "c", "b", "a"]


@pytest.mark.parametrize("typed", ["", " ", "-", "\x00", "xyz", "the he"])
def test_nothing_begins_with_nothing(bicycle_theft, typed):
    assert names_beginning(typed, "en", 5) == []


def test_countries_are_no_names_to_choose():
    CityFactory(key="rotterdam", country="NL", names={"en": "Rotterdam"})
    assert names_beginning("nether", "en", 5) == []
