import pytest

from common.names import fold
from search.analysis import Analysis, Word, name_terms, normalise, read_query, spellings, stem, words


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("Cybersécurité", "cybersecurite"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("Œuvre", "oeuvre"),
        ("Łódź", "lodz"),
        ("ação", "acao"),
        ("Ⅳ", "iv"),
    ],
)
def test_folding_leaves_plain_small_letters(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Medi@4sec", ["Medi", "4sec", "Medi4sec", "Media4sec"]),
        ("cyber-attaque", ["cyber", "attaque", "cyberattaque"]),
        ("Bürger:innen", ["Bürger", "innen", "Bürgerinnen"]),
        ("'s-Gravenhage", ["s", "Gravenhage", "sGravenhage"]),
        ("L'Aia, l’aia", ["L", "Aia", "l", "aia"]),
        ("BART!", ["BART"]),
        ("R&D", ["R", "D", "RD"]),
        ("3.14", ["3", "14"]),
        ("2020-B", ["2020", "B", "2020B"]),
        ("a -b- _c_ @", ["a", "b", "c"]),
        ("\x00\x07 \"' ()*", []),
    ],
)
def test_words_come_one_by_one_and_joined(text, expected):
    assert [word.text for word in words(text)] == expected


def test_words_say_where_they_stand():
    assert list(words("à e-mail")) == [
        Word("à", 0, 1),
        Word("e", 2, 3),
        Word("mail", 4, 8),
        Word("email", 2, 8, joined=True),
    ]


def test_normalising_composes_accents_and_removes_invisible_characters():
    assert normalise("ve\u0301lo Sicher\u00adheit") == "vélo Sicherheit"


def test_very_long_words_are_cut_the_same_way_everywhere():
    assert [word.text for word in words("x" * 10_000)] == ["x" * 64]


@pytest.mark.parametrize(
    ("language", "first", "second"),
    [
        ("fr", "volés", "volée"),
        ("fr", "vélos", "vélo"),
        ("en", "thieves", "thief"),
        ("it", "quartieri", "quartiere"),
        ("nl", "mensen", "mens"),
        ("nl", "diefstallen", "diefstal"),
        ("nl", "dieven", "dief"),
        ("nl", "huizen", "huis"),
        ("es", "crímenes", "crimen"),
        ("pt", "ações", "ação"),
        ("pt", "locais", "local"),
        ("pt", "jovens", "jovem"),
        ("en", "policing", "policed"),
        ("de", "Sicherheiten", "sicherheit"),
        ("it", "sicurezze", "sicurezza"),
        ("nl", "fietsen", "fiets"),
        ("es", "ciudades", "ciudad"),
        ("pt", "cidades", "cidade"),
    ],
)
def test_forms_of_one_word_share_a_stem(language, first, second):
    assert stem(first, language) == stem(second, language)


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("fr", "les vols d'un vélo qu'il a", ["vols", "vélo"]),
        ("it", "l'arte della città dell'acqua", ["arte", "città", "acqua"]),
        ("en", "the city's port", ["city", "port"]),
        ("de", "Uber und über", ["Uber"]),
        ("nl", "'s avonds", ["avonds"]),
        ("en", "WHO said IT is a trap", ["WHO", "said", "IT", "trap"]),
        ("en", "THE CITY", ["CITY"]),
    ],
)
def test_stop_words_are_left_out_but_acronyms_stay(language, text, expected):
    assert [word.text for word in Analysis().words(text, language)] == expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("Fahrraddiebstahl", ("Fahrraddiebstahl", "fahrrad", "diebstahl")),
        ("Sicherheitsgefühl", ("Sicherheitsgefühl", "sicherheit", "gefuhl")),
        ("Fahrrad", ("Fahrrad",)),
        ("Fahrradhut", ("Fahrradhut",)),
    ],
)
def test_a_compound_is_split_into_two_known_words(word, expected):
    analysis = Analysis({"de": frozenset({"fahrrad", "diebstahl", "sicherheit", "gefuhl", "hut"})})

    assert analysis.forms(word, "de") == expected
    assert analysis.forms(word, "fr") == (word,)


def test_accents_lead_from_the_bare_stem_to_the_proper_one():
    assert Analysis().accents(words("cybersécurité port"), "fr") == {"cybersecurit cybersecur"}


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["Den Haag", "The Hague", "La Haye", "Haia", "L'Aia"], ["haag", "hague", "haye", "haia", "aia"]),
        (["'s-Gravenhage"], ["gravenhage", "sgravenhage"]),
        (["Como"], ["como"]),
        (["Medi@4sec"], ["medi", "4sec", "medi4sec", "media4sec"]),
        (["Rotterdam", "Rotterdam"], ["rotterdam"]),
        (["!", ""], []),
    ],
)
def test_names_lose_the_stop_words_of_all_languages(names, expected):
    assert name_terms(names) == expected


def test_spellings_lead_back_to_the_accents():
    assert spellings(words("Vélo port")) == {"velo", "velo vélo", "port"}


@pytest.mark.parametrize(
    ("text", "expected", "only_stop_words"),
    [
        ("le vélo et le Vélo", ["vélo"], False),
        ("etait vole", ["vole"], False),
        ("les", ["les"], True),
        ("", [], True),
        ('"(*:?', [], True),
        ("LES VELOS", ["VELOS"], False),
    ],
)
def test_a_query_is_its_distinct_meaningful_words(text, expected, only_stop_words):
    query = read_query(text, "fr")

    assert [word.text for word in query.words] == expected
    assert query.only_stop_words == only_stop_words


def test_a_long_query_keeps_its_first_words():
    query = read_query(" ".join(f"mot{number}" for number in range(1000)), "fr")

    assert [word.text for word in query.words] == [f"mot{number}" for number in range(64)]
