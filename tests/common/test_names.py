"""Names as people are found by and put in order."""

import pytest

from common.names import LONGEST_KEY, fold, name_key, name_words


@pytest.mark.parametrize(
    ("word", "folded"),
    [
        ("Zoë", "zoe"),
        ("Łukasz", "lukasz"),
        ("Weiß", "weiss"),
        ("Jørgen", "jorgen"),
        ("Æneas", "aeneas"),
        ("ÖZTÜRK", "ozturk"),
    ],
)
def test_letters_are_folded(word, folded):
    assert fold(word) == folded


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("D’Amico", ["damico"]),
        ("d'Amico", ["damico"]),
        ("Müller-Lüdenscheidt", ["muller", "ludenscheidt"]),
        ("  J. R. ", ["j", "r"]),
        ("…", []),
    ],
)
def test_name_has_words(name, words):
    assert name_words(name) == words


def test_key_has_the_last_name_first_and_parts_both():
    assert name_key("García Lorca", "Federico") == "garcia lorca  federico"
    assert name_key("", "Zoë") == "zoe"


def test_shorter_last_name_comes_first():
    assert name_key("Meyer", "Zoë") < name_key("Meyer Adler", "Anna")


def test_key_of_the_longest_name_is_cut():
    assert len(name_key("\ufdfa" * 150, "")) == LONGEST_KEY
