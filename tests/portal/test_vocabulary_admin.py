"""The vocabulary in the editor."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import engines
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from taxonomy.models import Concept, ConceptLabel
from tests.factories import ConceptFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db

BASE = "/cms/snippets/taxonomy/concept/"
TURTLE = b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix c: <http://localhost:8000/vocabulary/> .
c:theft a skos:Concept ; skos:prefLabel "stealing"@en .
c:burglary a skos:Concept ; skos:broader c:theft ; skos:prefLabel "burglary"@en .
"""


def form(labels=(("en", "preferred", "theft"),), related=(), **fields):
    rows = [{"language": language, "kind": kind, "text": text} for language, kind, text in labels]
    values = {"key": "theft", "scheme": "theme", "mark": "1", "broader": "", **fields}
    return {**nested_form_data({**values, "labels": inline_formset(rows)}), "related": list(related)}


def file(content=TURTLE, name="vocabulary.ttl"):
    return {"file": SimpleUploadedFile(name, content)}


@pytest.fixture(autouse=True)
def _wagtail_tolerates_undefined_variables(monkeypatch):
    """Its templates are not ours to judge."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture
def theft():
    return ConceptFactory(key="theft", names={"en": "theft"})


@pytest.mark.parametrize(
    ("who", "status"), [("administrator", 200), ("coordinator", 200), ("member", 302), ("visitor", 302)]
)
def test_coordinators_keep_the_vocabulary(client_as, theft, who, status):
    client = client_as(who)
    for path in ("", "add/", f"edit/{theft.pk}/", "import/", "export/vocabulary.ttl"):
        assert client.get(BASE + path).status_code == status


@pytest.mark.parametrize(("who", "left"), [("administrator", 0), ("coordinator", 1)])
def test_only_administrators_delete(client_as, theft, who, left):
    client_as(who).post(f"{BASE}delete/{theft.pk}/")
    assert Concept.objects.count() == left


def test_list_says_what_is_used_and_what_is_missing(client_as, theft):
    ConceptLabel.objects.create(concept=theft, language="fr", text="vol")
    for _sheet in range(2):
        PracticeSheetFactory(themes=[theft])
    content = client_as("coordinator").get(BASE).content.decode()
    row = re.sub(r"\s+", " ", re.search(r"<tr[^>]*>(?:(?!</tr>).)*stealing|<tr.*?theft.*?</tr>", content, re.DOTALL)[0])
    assert re.search(r"<td[^>]*> 2 </td>", row)
    assert "de, it, nl, es, pt" in row


@pytest.mark.parametrize(("query", "found"), [("vol", 1), ("larc", 1), ("thef", 1), ("zzz", 0)])
def test_list_is_searched_by_any_label_and_finds_each_once(client_as, theft, query, found):
    for text in ("vol", "vols", "voleurs"):
        ConceptLabel.objects.create(concept=theft, language="fr", kind="alternative", text=text)
    ConceptLabel.objects.create(concept=theft, language="en", kind="hidden", text="larceny")
    response = client_as("coordinator").get(BASE, {"q": query})
    assert response.context["paginator"].count == found


def test_list_is_filtered_by_scheme(client_as, theft):
    ConceptFactory(scheme="technology")
    response = client_as("coordinator").get(BASE, {"scheme": "technology"})
    assert response.context["paginator"].count == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_are_constant(client_as, theft, rows, django_assert_num_queries):
    client = client_as("coordinator")
    for _row in range(rows):
        ConceptFactory(broader=theft)
    for path, queries in (("", 16), (f"edit/{theft.pk}/", 27)):
        client.get(BASE + path)
        with django_assert_num_queries(queries):
            client.get(BASE + path)


def test_concept_is_added_with_the_mark_of_the_broadest_one(client_as):
    crime = ConceptFactory(key="crime", mark=5)
    near = ConceptFactory(key="near", scheme="technology")
    response = client_as("coordinator").post(f"{BASE}add/", form(broader=crime.pk, related=[near.pk]))
    assert response.status_code == 302
    theft = Concept.objects.get(key="theft")
    assert (theft.broader, theft.mark, list(near.related.all())) == (crime, 5, [theft])


def test_changing_a_mark_changes_that_of_narrower_concepts(client_as, theft):
    narrow = ConceptFactory(broader=theft)
    data = form(mark="6")
    data["labels-INITIAL_FORMS"], data["labels-0-id"] = "1", str(theft.labels.get().pk)
    assert client_as("coordinator").post(f"{BASE}edit/{theft.pk}/", data).status_code == 302
    narrow.refresh_from_db()
    assert narrow.mark == 6


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (form(labels=[]), "A concept needs a preferred label in one language at least."),
        (form(labels=[("en", "hidden", "theft")]), "A concept needs a preferred label in one language at least."),
        (form(labels=[("en", "preferred", "a"), ("en", "preferred", "b")]), "There is a preferred label in this language already."),
        (form(labels=[("en", "preferred", "a"), ("en", "hidden", "a")]), "This label stands here twice in the same language."),
        (form(key="No-Key"), "Small letters, digits and hyphens."),
        (form(scheme="technology", broader="crime"), "A broader concept belongs to the same scheme."),
        (form(broader="crime", related=["crime"]), "A broader concept is not a related one as well."),
    ],
)  # fmt: skip
def test_what_may_not_be_said_is_refused_at_the_field(client_as, data, message):
    crime = ConceptFactory(key="crime")
    data = {
        name: crime.pk if value == "crime" else [crime.pk] if value == ["crime"] else value
        for name, value in data.items()
    }
    response = client_as("coordinator").post(f"{BASE}add/", data)
    assert (response.status_code, Concept.objects.count()) == (200, 1)
    assert message in response.content.decode()


def test_circle_is_refused_at_the_field(client_as, theft):
    narrow = ConceptFactory(broader=theft)
    response = client_as("coordinator").post(f"{BASE}edit/{theft.pk}/", form(broader=narrow.pk))
    assert list(response.context["form"].errors) == ["broader"]


# ---------------------------------------------------------------- files


def test_import_reports_first_and_changes_the_vocabulary_when_confirmed(client_as, theft):
    client = client_as("coordinator")
    response = client.post(f"{BASE}import/", file(), follow=True)
    plan = response.context["plan"]
    assert ([one.key for one in plan.added], [one.key for one in plan.changed]) == (["burglary"], ["theft"])
    assert Concept.objects.count() == 1
    report = response.request["PATH_INFO"]
    assert client.post(report).headers["Location"] == BASE
    assert set(Concept.objects.values_list("key", "scheme")) == {("theft", "theme"), ("burglary", "theme")}
    assert Concept.objects.get(key="theft").label() == "stealing"
    # The file is done with.
    assert client.post(report).headers["Location"] == f"{BASE}import/"


def test_a_file_with_errors_is_told_and_not_imported(client_as, theft):
    client = client_as("coordinator")
    response = client.post(f"{BASE}import/", file(b"<b>nonsense"), follow=True)
    assert response.status_code == 422
    assert "Line 1: this is not Turtle." in response.content.decode()
    client.post(response.request["PATH_INFO"])
    assert Concept.objects.count() == 1


def test_a_file_of_somebody_else_is_not_there(client_as, theft):
    report = client_as("coordinator").post(f"{BASE}import/", file()).headers["Location"]
    assert client_as("administrator").get(report).headers["Location"] == f"{BASE}import/"


def test_import_needs_a_file(client_as):
    response = client_as("coordinator").post(f"{BASE}import/", {})
    assert (response.status_code, list(response.context["form"].errors)) == (422, ["file"])


@pytest.mark.parametrize("suffix", ["ttl", "rdf", "jsonld"])
def test_export_is_what_can_be_imported(client_as, theft, suffix):
    client = client_as("coordinator")
    content = client.get(f"{BASE}export/vocabulary.{suffix}").content
    plan = client.post(f"{BASE}import/", file(content, f"a.{suffix}"), follow=True).context["plan"]
    assert (plan.errors, plan.unchanged) == ([], ["theft"])
    assert client.get(f"{BASE}export/vocabulary.pdf").status_code == 404
