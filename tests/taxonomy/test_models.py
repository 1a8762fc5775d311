import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from taxonomy.hierarchy import in_tree_order, indented
from taxonomy.models import Concept, ConceptLabel
from tests.factories import ConceptFactory

pytestmark = pytest.mark.django_db

CIRCLE = "This is a narrower concept of the one that it would be broader than: they would form a circle."


@pytest.fixture
def path():
    """Three concepts, each narrower than the one before."""
    crime = ConceptFactory(key="crime")
    theft = ConceptFactory(key="theft", broader=crime)
    return crime, theft, ConceptFactory(key="bicycle-theft", broader=theft)


def refusals(concept):
    try:
        concept.full_clean()
    except ValidationError as error:
        return error.message_dict
    return {}


@pytest.mark.parametrize(
    ("concept", "broader", "refusal"),
    [
        ("crime", "crime", "A concept cannot be broader than itself."),
        ("crime", "theft", CIRCLE),
        ("crime", "bicycle-theft", CIRCLE),
        ("theft", "bicycle-theft", CIRCLE),
        ("crime", "cameras", "A broader concept belongs to the same scheme."),
        ("bicycle-theft", "crime", None),
        ("bicycle-theft", None, None),
    ],
)
def test_broader_concepts_form_no_circle_and_stay_in_the_scheme(path, concept, broader, refusal):
    ConceptFactory(key="cameras", scheme="technology")
    found = Concept.objects.get(key=concept)
    found.broader = Concept.objects.get(key=broader) if broader else None
    assert refusals(found) == ({"broader": [refusal]} if refusal else {})


def test_scheme_of_a_concept_with_narrower_ones_stays(path):
    crime, _theft, _bicycle_theft = path
    crime.scheme = "technology"
    assert refusals(crime) == {"scheme": ["Its narrower concepts belong to another scheme."]}


def test_a_new_concept_may_stand_under_any_of_its_scheme(path):
    assert refusals(Concept(key="burglary", broader=path[0])) == {}
    assert refusals(Concept(key="burglary", scheme="technology", broader=path[0])) == {
        "broader": ["A broader concept belongs to the same scheme."]
    }


def test_relations_go_both_ways(path):
    crime, _theft, bicycle_theft = path
    crime.related.add(bicycle_theft)
    assert list(bicycle_theft.related.all()) == [crime]


@pytest.mark.parametrize("second", [{"kind": "preferred", "text": "other"}, {"kind": "hidden", "text": "Crime"}])
def test_database_refuses_a_second_preferred_label_and_the_same_one_twice(path, second):
    with pytest.raises(IntegrityError), transaction.atomic():
        ConceptLabel.objects.create(concept=path[0], language="en", **second)


def test_labels_are_ordered_by_language_the_preferred_one_first(path):
    for language, kind, text in [("en", "hidden", "a"), ("en", "alternative", "b"), ("de", "preferred", "z")]:
        ConceptLabel.objects.create(concept=path[0], language=language, kind=kind, text=text)
    assert [label.text for label in path[0].labels.all()] == ["z", "Crime", "a", "b"]


def test_tree_is_in_order_of_names_whatever_their_accents():
    vehicles = ConceptFactory(names={"en": "vehicles"})
    ConceptFactory(names={"en": "zoo"}, broader=vehicles)
    ConceptFactory(names={"en": "bicycles"}, broader=vehicles)
    ConceptFactory(names={"en": "école"})
    found = in_tree_order(Concept.objects.prefetch_related("labels"))
    assert [indented(concept.label(), depth) for concept, depth in found] == [
        "école", "vehicles", "\N{EM SPACE}bicycles", "\N{EM SPACE}zoo",
    ]  # fmt: skip


def test_a_concept_whose_broader_one_is_not_shown_stands_at_the_top(path):
    assert [(concept.key, depth) for concept, depth in in_tree_order(path[1:])] == [("theft", 0), ("bicycle-theft", 1)]
