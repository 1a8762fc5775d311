"""What is suggested while somebody types."""

import pytest

from groups.enums import Visibility
from search.engine import Completions
from tests.factories import CityFactory, ConceptFactory, EventPageFactory, PracticeSheetFactory
from tests.search.prepared_engine import hit_for

pytestmark = pytest.mark.django_db


def suggested(client, text, language="en"):
    response = client.get(f"/{language}/search/suggestions/", {"q": text})
    assert response.status_code == 200
    return {
        group.heading: [(one.text, one.address, one.note) for one in group.suggestions]
        for group in response.context["groups"]
    }


def test_cities_subjects_titles_and_words_are_suggested(client, prepared_engine):
    CityFactory(key="fiesole", names={"en": "Fiesole", "it": "Fiesole"})
    ConceptFactory(key="bike-theft", names={"en": "bike theft", "nl": "fietsendiefstal"})
    sheet = PracticeSheetFactory(
        language="nl", title="Fietsen terug", slug="fietsen", city=CityFactory(names={"en": "Ghent"})
    )
    prepared_engine.completions = Completions([hit_for(sheet)], ["fietsen", "fiets", "fietspad"])
    assert suggested(client, "een fie") == {
        "Titles": [("Fietsen terug", "/en/praktijken/fietsen/", "Practice · Ghent")],
        "Words": [
            ("een fietsen", "/en/search/?q=een+fietsen", ""),
            ("een fiets", "/en/search/?q=een+fiets", ""),
            ("een fietspad", "/en/search/?q=een+fietspad", ""),
        ],
    }
    assert suggested(client, "fie") == {
        "Cities": [("Fiesole", "/en/cities/fiesole/", "")],
        "Subjects": [("bike theft", "/en/search/?q=bike+theft", "fietsendiefstal")],
        "Titles": [("Fietsen terug", "/en/praktijken/fietsen/", "Practice · Ghent")],
        "Words": [
            ("fietsen", "/en/search/?q=fietsen", ""),
            ("fiets", "/en/search/?q=fiets", ""),
            ("fietspad", "/en/search/?q=fietspad", ""),
        ],
    }


def test_suggestions_are_eight_at_most(client, prepared_engine):
    for number in range(4):
        CityFactory(names={"en": f"Lamport {number}"})
        ConceptFactory(names={"en": f"lamps {number}"})
    sheets = [PracticeSheetFactory(title=f"Lamp {number}") for number in range(4)]
    prepared_engine.completions = Completions([hit_for(sheet) for sheet in sheets], ["lamp", "lamps", "lampion"])
    found = suggested(client, "lam")
    assert {heading: len(group) for heading, group in found.items()} == {
        "Cities": 2,
        "Subjects": 2,
        "Titles": 3,
        "Words": 1,
    }


@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("visitor", ["public"]),
        ("stranger", ["public", "network"]),
        ("administrator", ["public", "network"]),
        ("member", ["public", "network", "group"]),
    ],
)
def test_titles_are_those_that_the_reader_may_see(client_as, prepared_engine, group, who, kinds):
    """Whatever the index says: it is asked with the reader's audiences, and the database once more."""
    sheets = [
        PracticeSheetFactory(title=f"Lamp {kind}", visibility=kind, group=group)
        for kind in (Visibility.PUBLIC, Visibility.NETWORK, Visibility.GROUP)
    ]
    prepared_engine.completions = Completions([hit_for(sheet) for sheet in sheets])
    titles = suggested(client_as(who), "lam").get("Titles", [])
    assert [title for title, _address, _note in titles] == [f"Lamp {kind}" for kind in kinds]
    audiences = {"public", *(["network"] if "network" in kinds else [])}
    assert {name for name in prepared_engine.requests[-1].audiences if ":" not in name} == audiences


def test_operators_stay_where_they_are(client, prepared_engine):
    prepared_engine.completions = Completions(words=["lamp"])
    assert [text for text, _address, _note in suggested(client, "street -la")["Words"]] == ["street -lamp"]
    assert [text for text, _address, _note in suggested(client, 'street "la')["Words"]] == ['street "lamp']


def test_word_that_is_typed_already_is_not_suggested(client, prepared_engine):
    prepared_engine.completions = Completions(words=["lamp"])
    assert suggested(client, "Lamp") == {}


@pytest.mark.parametrize("text", ["", " ", "l", "x" * 201, "\x00\ud7ff", "((", '"', "-"])
def test_whatever_is_typed_gets_an_answer(client, prepared_engine, text):
    assert suggested(client, text) == {}


def test_vocabulary_is_suggested_without_an_index(client, prepared_engine):
    CityFactory(key="lamport", names={"en": "Lamport"})
    prepared_engine.is_available = False
    assert suggested(client, "lam") == {"Cities": [("Lamport", "/en/cities/lamport/", "")]}


def test_suggestions_are_options_and_may_be_kept_for_a_minute(client, prepared_engine):
    sheet = PracticeSheetFactory(language="fr", title='Lampe "<b>"', slug="lampe")
    prepared_engine.completions = Completions([hit_for(sheet)], ["lampion"])
    response = client.get("/en/search/suggestions/?q=lam")
    part = response.content.decode()
    assert response["Cache-Control"] == "private, max-age=60"
    assert {"Cookie", "Accept-Language"} <= set(response["Vary"].split(", "))
    assert 'data-portal-announcement="2 suggestions: use the arrow keys"' in part
    assert '<span lang="fr">Lampe &quot;&lt;b&gt;&quot;</span>' in part
    assert 'data-portal-completes="lampion"' in part
    assert part.count('role="option"') == 2
    prepared_engine.completions = Completions()
    assert "No suggestions" in client.get("/en/search/suggestions/?q=lam").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_suggestions_query_count_is_constant(client, prepared_engine, rows, django_assert_num_queries):
    sheets = [PracticeSheetFactory(title="Lamp", city=CityFactory(names={"en": "Lamport"})) for _row in range(rows)]
    event = EventPageFactory(title="Lamps")
    prepared_engine.completions = Completions([*map(hit_for, sheets), hit_for(event, "event")][-3:])
    client.get("/en/search/suggestions/?q=lam")
    with django_assert_num_queries(7):
        client.get("/en/search/suggestions/?q=lamp")
