"""The vocabulary's pages and files, and the addresses that stay for ever."""

import pytest
from rdflib import Graph, URIRef

from groups.enums import Visibility
from taxonomy.models import ConceptLabel
from taxonomy.skos import FORMATS
from tests.factories import ConceptFactory, PracticeSheetFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def theft():
    crime = ConceptFactory(key="crime", names={"en": "crime", "fr": "délinquance"})
    theft = ConceptFactory(key="theft", names={"en": "theft", "fr": "vol"}, broader=crime)
    ConceptLabel.objects.create(concept=theft, language="en", kind="alternative", text="stealing")
    ConceptLabel.objects.create(concept=theft, language="en", kind="hidden", text="larceny")
    return theft


def tree(branches):
    return [(branch.concept.key, branch.practices_address, tree(branch.narrower)) for branch in branches]


def test_tree_shows_each_scheme_and_leads_to_what_practices_there_are(client, theft):
    ConceptFactory(key="burglary", names={"en": "burglary"}, broader=theft.broader)
    ConceptFactory(key="cameras", scheme="technology", names={"en": "cameras"})
    PracticeSheetFactory(themes=[theft])
    response = client.get("/en/vocabulary/")
    assert [(scheme.key, scheme.count, tree(scheme.branches)) for scheme in response.context["schemes"]] == [
        (
            "theme", 3,
            [(
                "crime", "/en/practices/?theme=crime",
                [("burglary", "", []), ("theft", "/en/practices/?theme=theft", [])],
            )],
        ),
        ("technology", 1, [("cameras", "", [])]),
    ]  # fmt: skip
    content = response.content.decode()
    assert 'href="/en/practices/?theme=theft"' in content
    assert "larceny" not in content


def test_empty_vocabulary_says_so(client):
    assert "The vocabulary is empty so far." in client.get("/en/vocabulary/").content.decode()


def test_practices_that_a_reader_may_not_see_are_not_hinted_at(client_as, theft):
    PracticeSheetFactory(themes=[theft], visibility=Visibility.NETWORK)
    assert client_as("visitor").get("/en/vocabulary/theft/").context["practices_address"] == ""
    assert client_as("member").get("/en/vocabulary/theft/").context["practices_address"] == "/en/practices/?theme=theft"


def test_concept_is_shown_in_every_language_without_its_hidden_labels(client, theft):
    theft.related.add(ConceptFactory(key="cameras", scheme="technology", names={"de": "Kameras"}))
    response = client.get("/fr/vocabulary/theft/")
    context = response.context
    assert [(one.code, one.preferred, one.alternatives) for one in context["labels"]] == [
        ("fr", "vol", []), ("en", "theft", ["stealing"]),
    ]  # fmt: skip
    assert [[one.key for one in context[name]] for name in ("broader", "narrower", "related")] == [
        ["crime"],
        [],
        ["cameras"],
    ]
    assert [one.key for one in client.get("/fr/vocabulary/crime/").context["narrower"]] == ["theft"]
    content = response.content.decode()
    assert '<dd lang="en"><strong>theft</strong><br>stealing</dd>' in content
    assert 'href="/fr/search/?q=vol"' in content
    assert "larceny" not in content


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_are_constant(client, theft, rows, django_assert_num_queries):
    for number in range(rows):
        concept = ConceptFactory(key=f"narrow-{number}", broader=theft)
        theft.related.add(ConceptFactory(key=f"near-{number}", scheme="technology"))
        PracticeSheetFactory(themes=[concept])
    for path, queries in (("/en/vocabulary/", 5), ("/en/vocabulary/theft/", 14)):
        client.get(path)
        with django_assert_num_queries(queries):
            client.get(path)


@pytest.mark.parametrize(
    "path",
    [
        "/en/vocabulary/none/", "/en/vocabulary/none.ttl", "/en/vocabulary/theft.pdf", "/en/vocabulary/vocabulary.pdf",
        "/vocabulary/none", "/vocabulary/schemes/none",
    ],
)  # fmt: skip
def test_what_is_not_there_is_not_found(client, theft, path):
    # Addresses without a language are tried with one first.
    assert client.get(path, follow=path.startswith("/vocabulary")).status_code == 404


# What rdflib itself uses to read JSON-LD.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("suffix", FORMATS)
def test_files_hold_the_whole_vocabulary_or_one_concept(client, theft, suffix):
    for path, concepts in (("vocabulary", {"crime", "theft"}), ("theft", {"theft"})):
        response = client.get(f"/en/vocabulary/{path}.{suffix}")
        assert response["Content-Type"] == f"{FORMATS[suffix].media_type}; charset=utf-8"
        assert response["Access-Control-Allow-Origin"] == "*"
        graph = Graph().parse(data=response.content, format=FORMATS[suffix].name)
        notation = URIRef("http://www.w3.org/2004/02/skos/core#notation")
        keys = {str(key) for subject, key in graph.subject_objects(notation) if "/schemes/" not in subject}
        assert keys == concepts


@pytest.mark.parametrize(
    ("path", "accept", "language", "address"),
    [
        ("theft", "text/html,*/*;q=0.8", "fr", "/fr/vocabulary/theft/"),
        ("theft", "*/*", "", "/en/vocabulary/theft/"),
        ("theft", "", "", "/en/vocabulary/theft/"),
        ("theft", "image/png", "", "/en/vocabulary/theft/"),
        ("theft", "text/turtle", "", "/en/vocabulary/theft.ttl"),
        ("theft", "application/rdf+xml;q=0.9,text/html;q=0.1", "", "/en/vocabulary/theft.rdf"),
        ("", "application/ld+json", "nl", "/nl/vocabulary/vocabulary.jsonld"),
        ("", "text/html", "nl", "/nl/vocabulary/"),
        ("schemes/theme", "text/html", "nl", "/nl/vocabulary/#theme"),
    ],
)
def test_what_a_concept_is_called_leads_to_page_or_data(client, theft, path, accept, language, address):
    response = client.get(f"/vocabulary/{path}", headers={"Accept": accept, "Accept-Language": language})
    assert (response.status_code, response["Location"]) == (303, address)
    assert {"Accept", "Accept-Language"} <= set(response["Vary"].split(", "))


@pytest.mark.parametrize(
    "path", ["/en/vocabulary/", "/en/vocabulary/theft/", "/vocabulary/theft", "/en/vocabulary/vocabulary.ttl"]
)
def test_nothing_is_sent_to_them(client, theft, path):
    assert client.post(path).status_code == 405
