"""The vocabulary of the demonstration: whole, in every language, and the same after a journey as SKOS."""

from collections import Counter

import pytest

from common.languages import CODES
from search.vocabulary import synonyms_for
from taxonomy.models import Concept, ConceptLabel, LabelKind
from taxonomy.skos import FORMATS, vocabulary_graph, write
from taxonomy.skos_import import Plan, plan_import

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


@pytest.mark.parametrize("suffix", FORMATS)
def test_importing_what_was_exported_changes_nothing(suffix):
    plan = plan_import(write(vocabulary_graph(), suffix), f"vocabulary.{suffix}")
    assert plan == Plan(unchanged=sorted(Concept.objects.values_list("key", flat=True)))


def test_every_concept_has_a_preferred_label_in_every_language():
    preferred = ConceptLabel.objects.filter(kind=LabelKind.PREFERRED).order_by()
    there = set(preferred.values_list("concept__key", "language"))
    assert {(key, code) for key in Concept.objects.values_list("key", flat=True) for code in CODES} - there == set()


def test_no_two_concepts_of_a_scheme_are_called_the_same():
    preferred = ConceptLabel.objects.filter(kind=LabelKind.PREFERRED).order_by()
    names = Counter(
        (scheme, language, text.casefold())
        for scheme, language, text in preferred.values_list("concept__scheme", "language", "text")
    )
    assert [name for name, count in names.items() if count > 1] == []


@pytest.mark.parametrize("concept", ["bicycle-theft", "flooding", "nightlife"])
@pytest.mark.parametrize("interface", CODES)
def test_a_concept_is_known_by_its_name_in_any_language_to_every_reader(concept, interface):
    names = {code: Concept.objects.get(key=concept).label(code) for code in CODES}
    for code, name in names.items():
        (synonyms,) = synonyms_for(name, interface)
        others = {other: synonyms.labels[other][0] for other in CODES if other != code}
        assert (synonyms.words, others) == (name, {other: names[other] for other in CODES if other != code})
