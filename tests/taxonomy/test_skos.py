"""The vocabulary as SKOS, and what a SKOS file would do to it."""

import json

import pytest
from rdflib import RDF, SKOS, Graph, Literal, URIRef

from taxonomy.actions import write_concepts
from taxonomy.models import Concept, ConceptLabel
from taxonomy.skos import FORMATS, vocabulary_graph, write
from taxonomy.skos_import import LARGEST_FILE, NotReadable, plan_import, read_graph
from tests.factories import ConceptFactory

pytestmark = pytest.mark.django_db

BASE = "http://localhost:8000/vocabulary/"
HEAD = f"""@prefix skos: <{SKOS}> .
@prefix c: <{BASE}> .
@prefix s: <{BASE}schemes/> .
"""


def turtle(text):
    return (HEAD + text).encode()


def add_label(concept, language, kind, text):
    ConceptLabel.objects.create(concept=concept, language=language, kind=kind, text=text)


@pytest.fixture
def theft():
    crime = ConceptFactory(key="crime", names={"en": "crime"})
    theft = ConceptFactory(key="theft", names={"en": "theft", "fr": "vol"}, broader=crime)
    add_label(theft, "en", "alternative", "stealing")
    add_label(theft, "en", "hidden", "larceny “<&>”")
    theft.related.add(ConceptFactory(key="cameras", scheme="technology", names={"pt": "câmaras"}))
    return theft


def errors(content, name="file.ttl"):
    return [(problem.place.removeprefix(BASE), problem.reason) for problem in plan_import(content, name).errors]


# ---------------------------------------------------------------- out


def test_a_concept_says_what_skos_has_words_for(theft):
    graph = vocabulary_graph()
    uri = URIRef(f"{BASE}theft")
    assert set(graph.predicate_objects(uri)) == {
        (RDF.type, SKOS.Concept),
        (SKOS.notation, Literal("theft")),
        (SKOS.inScheme, URIRef(f"{BASE}schemes/theme")),
        (SKOS.broader, URIRef(f"{BASE}crime")),
        (SKOS.related, URIRef(f"{BASE}cameras")),
        (SKOS.prefLabel, Literal("theft", lang="en")),
        (SKOS.prefLabel, Literal("vol", lang="fr")),
        (SKOS.altLabel, Literal("stealing", lang="en")),
        (SKOS.hiddenLabel, Literal("larceny “<&>”", lang="en")),
    }
    assert set(graph.objects(URIRef(f"{BASE}crime"), SKOS.narrower)) == {uri}
    assert set(graph.objects(URIRef(f"{BASE}schemes/theme"), SKOS.hasTopConcept)) == {URIRef(f"{BASE}crime")}
    assert set(graph.objects(URIRef(f"{BASE}crime"), SKOS.topConceptOf)) == {URIRef(f"{BASE}schemes/theme")}
    assert Literal("Thema", lang="de") in set(graph.objects(URIRef(f"{BASE}schemes/theme"), SKOS.prefLabel))


# What rdflib itself uses to read JSON-LD.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_says_the_same_and_can_be_read_by_others(theft, suffix):
    read = Graph().parse(data=write(vocabulary_graph(), suffix), format=FORMATS[suffix].name)
    assert set(read) == set(vocabulary_graph())


def test_export_takes_as_many_queries_for_many_concepts(theft, django_assert_num_queries):
    for _concept in range(3):
        ConceptFactory(broader=theft)
    with django_assert_num_queries(4):
        vocabulary_graph()


# ---------------------------------------------------------------- and in again


@pytest.mark.parametrize("suffix", FORMATS)
@pytest.mark.parametrize("name", ["", "vocabulary.{}"])
def test_an_empty_portal_takes_in_all_that_another_exported(theft, suffix, name):
    content = write(vocabulary_graph(), suffix)
    before = set(vocabulary_graph())
    Concept.objects.all().delete()
    plan = plan_import(content, name.format(suffix))
    assert [change.key for change in plan.added] == ["cameras", "crime", "theft"]
    write_concepts(concepts=plan.concepts)
    assert set(vocabulary_graph()) == before


def test_dry_run_says_what_would_be_added_changed_and_left_alone(theft):
    plan = plan_import(
        turtle("""
        c:theft a skos:Concept ; skos:prefLabel "stealing"@en, "Diebstahl"@de ; skos:altLabel "robo"@es ;
            skos:topConceptOf s:theme .
        c:crime a skos:Concept ; skos:prefLabel "crime"@en .
        c:burglary a skos:Concept ; skos:broader c:crime ; skos:prefLabel "burglary"@en ; skos:related c:theft .
        """)
    )
    assert plan.errors == []
    assert [(change.key, change.what) for change in plan.added] == [("burglary", ("burglary",))]
    assert [(change.key, change.what) for change in plan.changed] == [
        (
            "theft",
            (
                "preferred: Diebstahl (de), stealing (en)",
                "alternative: theft (en), robo (es)",
                "broader: no broader concept",
                "related: burglary",
            ),
        )
    ]
    assert (plan.unchanged, plan.unmentioned) == (["crime"], ["cameras"])
    assert Concept.objects.filter(key="burglary").count() == 0
    write_concepts(concepts=plan.concepts)
    theft = Concept.objects.get(key="theft")
    assert (theft.broader, theft.label("en"), theft.label("fr")) == (None, "stealing", "vol")
    assert {label.text for label in theft.labels.all() if label.kind == "hidden"} == {"larceny “<&>”"}
    burglary = Concept.objects.get(key="burglary")
    assert (burglary.scheme, burglary.broader.key) == ("theme", "crime")
    assert {one.key for one in theft.related.all()} == {"burglary", "cameras"}


def test_inverse_statements_count_as_well():
    plan = plan_import(
        turtle("""
        s:theme skos:hasTopConcept c:crime .
        c:crime a skos:Concept ; skos:prefLabel "crime"@en ; skos:narrower c:theft .
        c:theft a skos:Concept ; skos:prefLabel "theft"@en .
        """)
    )
    assert [(data.key, data.scheme, data.broader) for data in plan.concepts] == [
        ("crime", "theme", ""),
        ("theft", "theme", "crime"),
    ]


def test_concepts_of_others_are_called_by_notation_or_by_the_end_of_their_address():
    plan = plan_import(
        b"""@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        <http://example.org/v#4711> a skos:Concept ; skos:inScheme <http://example.org/theme> ; skos:prefLabel "one"@en .
        <http://example.org/Any/Thing> a skos:Concept ; skos:notation "two" ; skos:prefLabel "two"@en ;
            skos:inScheme <http://example.org/theme> ; skos:broader <http://example.org/v#4711> .
        """
    )
    assert plan.errors == []
    assert [(data.key, data.broader) for data in plan.concepts] == [("4711", None), ("two", "4711")]


def test_labels_in_other_languages_are_skipped_and_said():
    plan = plan_import(
        turtle('c:a a skos:Concept ; skos:inScheme s:theme ; skos:prefLabel "a"@en, "á"@sk, "b"@pt-BR .')
    )
    assert [problem.reason for problem in plan.skipped] == [
        "Labels in pt-br, sk are skipped: the portal has fr, en, de, it, nl, es, pt."
    ]
    assert (plan.errors, plan.concepts[0].labels) == ([], (("en", "preferred", "a"),))


CONCEPT = "a skos:Concept ; skos:inScheme s:theme"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en, "b"@en .', [("a", "There are two preferred labels in “en”: “a” and “b”.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:altLabel "a"@en .', [("a", "“a” (en) is a label of two kinds: preferred and alternative.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a" .', [("a", "The label “a” has no language."), ("a", "It has no preferred label in any language of the portal.")]),
        (f'c:a {CONCEPT} ; skos:altLabel "a"@en .', [("a", "It has no preferred label in any language of the portal.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en, " "@fr .', [("a", "There is an empty label.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en, "{"x" * 121}"@fr .', [("a", f"The label “{'x' * 80}…” is longer than 120 characters.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a\\u0000b"@en .', [("a", "The label “a�b” has characters that cannot be shown."), ("a", "It has no preferred label in any language of the portal.")]),
        ('c:a a skos:Concept ; skos:prefLabel "a"@en .', [("a", "It belongs to no scheme (skos:inScheme).")]),
        ('c:a a skos:Concept ; skos:inScheme s:colours ; skos:prefLabel "a"@en .', [("a", f"There is no scheme “{BASE}schemes/colours”. The portal has theme, technology, target-group, action-type.")]),
        (f'c:a {CONCEPT}, s:technology ; skos:prefLabel "a"@en .', [("a", "It belongs to several schemes: technology, theme.")]),
        (f'c:A_b {CONCEPT} ; skos:prefLabel "a"@en .', [("A_b", "“A_b” is no key: it has small letters, digits and hyphens, and at most 60 characters.")]),
        (f'[] {CONCEPT} ; skos:prefLabel "a"@en .', [("a concept without an address", "“” is no key: it has small letters, digits and hyphens, and at most 60 characters.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en . <http://x/a> {CONCEPT} ; skos:prefLabel "b"@en .', [("http://x/a", "“a” is the key of two concepts.")]),
        (f'c:crime {CONCEPT} ; skos:notation "theft" .', [("crime", "Its key is “crime” and stays the same for ever.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:broader c:a .', [("a", "Under “a”: A concept cannot be broader than itself.")]),
        ('c:a a skos:Concept ; skos:prefLabel "a"@en ; skos:broader c:a .', [("a", "It belongs to no scheme (skos:inScheme)."), ("a", "Under “a”: A concept cannot be broader than itself.")]),
        (f'c:crime {CONCEPT} ; skos:broader c:theft .', [("crime", "Under “theft”: This is a narrower concept of the one that it would be broader than: they would form a circle.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:broader c:cameras .', [("a", "Under “cameras”: A broader concept belongs to the same scheme.")]),
        ("c:crime a skos:Concept ; skos:inScheme s:technology .", [("crime", "Its narrower concept “theft” belongs to another scheme.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:broader c:none .', [("a", f"It points at {BASE}none, which is no concept of the file.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:broader c:theft, c:crime .', [("a", "It has several broader concepts (crime, theft); the portal keeps one.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:related c:a .', [("a", "A concept cannot be related to itself.")]),
        (f'c:a {CONCEPT} ; skos:prefLabel "a"@en ; skos:broader c:theft ; skos:related c:crime .', [("a", "“crime” is broader and cannot be related as well.")]),
        ("c:a skos:prefLabel 'a'@en .", [("the file", "There is no concept in it (skos:Concept).")]),
        ("", [("the file", "There is no concept in it (skos:Concept).")]),
    ],
)  # fmt: skip
def test_errors_have_place_and_reason(theft, text, expected):
    assert errors(turtle(text), "") == expected


def test_labels_are_tidied():
    plan = plan_import(turtle(f'c:a {CONCEPT} ; skos:prefLabel """ two\n words """@EN .'))
    assert plan.concepts[0].labels == (("en", "preferred", "two words"),)


# ---------------------------------------------------------------- files that are refused

DOCTYPE = """<?xml version="1.0"?>
<!DOCTYPE rdf:RDF [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">&secret;</rdf:RDF>"""
RDF_XML = """<?xml version="1.0" encoding="{}"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">
<skos:Concept rdf:about="http://example.org/a"><skos:prefLabel xml:lang="en">é</skos:prefLabel></skos:Concept>
</rdf:RDF>"""
REMOTE = "Contexts of JSON-LD are not fetched. The context has to stand in the file itself."


@pytest.mark.parametrize(
    ("content", "name", "reason"),
    [
        (b"x" * (LARGEST_FILE + 1), "a.ttl", "The file is larger than 5 megabytes."),
        (b"a\nb\xff", "a.ttl", "Line 2: the file is not UTF-8 text."),
        (RDF_XML.format("utf-8").encode("utf-16"), "a.rdf", "Line 1: the file is not UTF-8 text."),
        (b"@prefix a: <b> .\nnonsense", "a.ttl", "Line 2: this is not Turtle."),
        (b"\x00\x01", "a.ttl", "Line 1: this is not Turtle."),
        (b"%PDF-1.7", "a.pdf", "Line 1: this is not Turtle."),
        (b"[" * 100_000, "a.ttl", "The file is nested too deeply."),
        (b"{\n'a': 1}", "a.json", "Line 2: this is not JSON."),
        (b"[" * 100_000, "a.json", "The file is nested too deeply."),
        (b"<?xml version='1.0'?>\n<rdf:RDF>", "", "Line 2: this is not XML: unbound prefix."),
        (b"<html><p>no</html>", "a.xml", "Line 1: this is not XML: mismatched tag."),
        (DOCTYPE.encode(), "a.rdf", "Line 2: a document type or entities are not accepted. Write addresses out in full."),
        (RDF_XML.format("utf-7").encode(), "a.rdf", "Line 1: the file says that it is not UTF-8 text."),
        (b'{"@context": "http://example.org/context.jsonld"}', "a.jsonld", REMOTE),
        (b'{"@context": [{}, "file:///etc/passwd"]}', "a.jsonld", REMOTE),
        (b'{"@context": {"@import": "http://example.org/"}}', "a.jsonld", REMOTE),
        (b'[{"a": [{"@context": {"b": {"@id": "c", "@context": "http://example.org/"}}}]}]', "a.jsonld", REMOTE),
        (b'{"@context": "http://example.org/", "@context": {}, "a": {"@context": "x"}}', "a.jsonld", REMOTE),
    ],
    ids=range(18),
)  # fmt: skip
def test_files_that_cannot_be_read_or_could_reach_out_are_refused(content, name, reason):
    with pytest.raises(NotReadable) as refused:
        read_graph(content, name)
    assert str(refused.value) == reason


def test_a_file_that_cannot_be_read_is_a_plan_with_one_error():
    assert errors(b"nonsense", "words.ttl") == [("words.ttl", "Line 1: this is not Turtle.")]
    assert errors(b"nonsense", "") == [("the file", "Line 1: this is not Turtle.")]


def test_of_a_context_that_stands_twice_what_was_checked_is_read():
    content = b'{"@context": "http://example.org/", "@context": {"skos": "http://www.w3.org/2004/02/skos/core#"}, "@id": "http://x/a", "@type": "skos:Concept"}'
    assert len(read_graph(content, "a.jsonld")) == 1


@pytest.mark.parametrize("suffix", FORMATS)
def test_reading_a_file_asks_neither_network_nor_disk(theft, suffix, monkeypatch):
    """Not even where rdflib could: nothing is opened while a file is read."""
    content = write(vocabulary_graph(), suffix)
    read_graph(content, f"a.{suffix}")

    def refuse(*_args, **_kwargs):
        raise AssertionError("something was opened")

    for place in ("urllib.request.urlopen", "socket.socket.connect", "builtins.open"):
        monkeypatch.setattr(place, refuse)
    assert len(read_graph(content, f"a.{suffix}")) == len(vocabulary_graph())


def test_byte_order_mark_is_no_obstacle():
    assert errors(b"\xef\xbb\xbf" + json.dumps({}).encode(), "a.json") == [
        ("the file", "There is no concept in it (skos:Concept).")
    ]
