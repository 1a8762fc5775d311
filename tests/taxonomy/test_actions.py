import pytest

from search.models import PendingUpdate
from taxonomy.actions import ConceptData, Written, share_mark, write_concepts
from taxonomy.models import Concept
from tests.factories import ConceptFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db

EN = (("en", "preferred", "theft"),)


def test_concepts_are_added_changed_and_left_alone():
    ConceptFactory(key="crime", names={"en": "crime"})
    ConceptFactory(key="other", names={"en": "other"})
    wanted = [
        ConceptData(key="crime", labels=(("en", "preferred", "crime"),)),
        ConceptData(key="theft", scheme="theme", broader="crime", labels=EN, related=frozenset({"other"})),
    ]
    assert write_concepts(concepts=wanted) == Written(added=["theft"], unchanged=["crime"])
    theft = Concept.objects.get(key="theft")
    assert (theft.broader.key, [one.key for one in theft.related.all()]) == ("crime", ["other"])
    assert [str(label) for label in theft.labels.all()] == ["theft"]
    assert write_concepts(concepts=wanted) == Written(unchanged=["crime", "theft"])
    changed = ConceptData(key="theft", broader="", labels=(("en", "preferred", "stealing"),), related=frozenset())
    assert write_concepts(concepts=[changed]) == Written(changed=["theft"])
    theft = Concept.objects.get(key="theft")
    assert (theft.broader, theft.label(), list(theft.related.all())) == (None, "stealing", [])


def test_what_is_not_said_stays():
    crime = ConceptFactory(key="crime", names={"en": "crime"}, mark=3)
    theft = ConceptFactory(key="theft", names={"en": "theft"}, broader=crime, mark=3)
    assert write_concepts(concepts=[ConceptData(key="theft")]) == Written(unchanged=["theft"])
    theft.refresh_from_db()
    assert (theft.broader, theft.mark, theft.label()) == (crime, 3, "theft")


def test_narrower_concepts_have_the_mark_of_the_broadest_one():
    wanted = [
        ConceptData(key="bicycle-theft", scheme="theme", broader="theft", labels=EN, mark=2),
        ConceptData(key="theft", scheme="theme", broader="crime", labels=EN),
        ConceptData(key="crime", scheme="theme", labels=EN, mark=5),
    ]
    write_concepts(concepts=wanted)
    assert set(Concept.objects.values_list("key", "mark")) == {("crime", 5), ("theft", 5), ("bicycle-theft", 5)}
    assert write_concepts(concepts=wanted).changed == []
    Concept.objects.filter(key="crime").update(mark=4)
    share_mark(concept=Concept.objects.get(key="theft"))
    assert set(Concept.objects.values_list("mark", flat=True)) == {4}


def test_what_names_a_changed_concept_is_indexed_anew():
    sheet = PracticeSheetFactory(themes=[ConceptFactory(key="theft", names={"en": "theft"})])
    PendingUpdate.objects.all().delete()
    write_concepts(concepts=[ConceptData(key="theft", labels=EN)])
    assert PendingUpdate.objects.count() == 0
    write_concepts(concepts=[ConceptData(key="theft", labels=(("en", "preferred", "stealing"),))])
    assert f"practices.practicesheet:{sheet.pk}" in PendingUpdate.objects.values_list("document_id", flat=True)
