import re

import pytest
from django.core.exceptions import ValidationError

from common.words import WordsField, WordsFormField, best_words, check_words


@pytest.mark.parametrize(
    ("words", "best"),
    [
        ({"fr": "Accueil", "en": "Welcome"}, ("Accueil", "fr")),
        ({"en": "Welcome"}, ("Welcome", "en")),
        ({"nl": "Welkom"}, ("Welkom", "nl")),
        ({}, ("", "")),
    ],
)
def test_best_words_follow_the_readers_order(words, best):
    assert best_words(words, ("fr", "en", "nl")) == best


def test_words_are_stripped_and_in_the_portals_order():
    assert list(check_words({"en": " Welcome ", "fr": "Accueil", "de": "  "}).items()) == [
        ("fr", "Accueil"),
        ("en", "Welcome"),
    ]


@pytest.mark.parametrize("words", [["Accueil"], {"xx": "?"}, {"fr": 3}])
def test_words_of_another_kind_are_refused(words):
    with pytest.raises(ValidationError):
        check_words(words)


@pytest.mark.parametrize(
    ("field", "words", "problem"),
    [
        (WordsField(longest=5), {"fr": "Bravos"}, "In “français” it has 6 characters; at most 5 are possible."),
        (WordsField(), {"fr": " "}, "Give it in at least one language."),
    ],
)
def test_model_field_refuses_words(field, words, problem):
    with pytest.raises(ValidationError) as refused:
        field.clean(words, None)
    assert refused.value.messages == [problem]


@pytest.mark.parametrize(("field", "words"), [(WordsField(longest=5), {"fr": "Bravo"}), (WordsField(blank=True), {})])
def test_model_field_takes_words(field, words):
    assert field.clean(words, None) == words


def test_form_asks_in_the_languages_that_it_is_told():
    field = WordsFormField()
    field.show_languages(["it", "fr"])
    html = field.widget.render("title", {"fr": "Accueil"}, {"id": "id_title"})
    assert re.findall(r'<label for="(\w+)" lang="(\w+)">', html) == [("id_title_0", "it"), ("id_title_1", "fr")]
    assert re.findall(r'name="(\w+)" value="(\w+)"', html) == [("title_fr", "Accueil")]
    data = {"title_it": "Benvenuti", "title_fr": ""}
    assert field.clean(field.widget.value_from_datadict(data, {}, "title")) == {"it": "Benvenuti"}
