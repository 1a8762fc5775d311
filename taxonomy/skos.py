"""The vocabulary as SKOS (W3C Recommendation, 18 August 2009), for others to read and for ``skos_import``."""

from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.db.models import Prefetch
from django.utils import translation
from rdflib import RDF, SKOS, Graph, Literal, Namespace, URIRef

from common.languages import CODES
from taxonomy.models import Concept, ConceptScheme, LabelKind

KEPT_SECONDS = 60
LABEL_PROPERTIES = {
    LabelKind.PREFERRED: SKOS.prefLabel,
    LabelKind.ALTERNATIVE: SKOS.altLabel,
    LabelKind.HIDDEN: SKOS.hiddenLabel,
}


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write RDF down."""

    name: str
    """What rdflib calls it."""
    suffix: str
    media_type: str
    label: str


FORMATS = {
    "ttl": Format("turtle", "ttl", "text/turtle", "Turtle"),
    "rdf": Format("xml", "rdf", "application/rdf+xml", "RDF/XML"),
    "jsonld": Format("json-ld", "jsonld", "application/ld+json", "JSON-LD"),
}
"""By the suffix of files."""


def concept_uri(key: str) -> URIRef:
    """What a concept is called for ever; the address leads to its page or its data."""
    return URIRef(f"{settings.BASE_URL}/vocabulary/{key}")


def scheme_uri(scheme: str) -> URIRef:
    return URIRef(f"{settings.BASE_URL}/vocabulary/schemes/{scheme}")


def vocabulary_as(suffix: str, key: str = "") -> bytes:
    """The whole vocabulary, or one concept, as a file of that kind; as it was at most a minute ago."""
    kept = f"skos:{suffix}:{key}"
    content: bytes | None = cache.get(kept)
    if content is None:
        content = write(vocabulary_graph(key), suffix)
        cache.set(kept, content, KEPT_SECONDS)
    return content


def write(graph: Graph, suffix: str) -> bytes:
    if suffix == "jsonld":
        return graph.serialize(format="json-ld", encoding="utf-8", auto_compact=True)
    return graph.serialize(format=FORMATS[suffix].name, encoding="utf-8")


def vocabulary_graph(key: str = "") -> Graph:
    """All schemes and concepts, or one concept with what it says of others."""
    graph = Graph(bind_namespaces="none")
    graph.bind("skos", SKOS)
    graph.bind("concept", Namespace(f"{settings.BASE_URL}/vocabulary/"))
    graph.bind("scheme", Namespace(f"{settings.BASE_URL}/vocabulary/schemes/"))
    plain = Concept.objects.order_by("key").only("key", "broader")
    concepts = Concept.objects.order_by("key").select_related("broader")
    if key:
        concepts = concepts.filter(key=key)
    else:
        _add_schemes(graph)
    for concept in concepts.prefetch_related("labels", Prefetch("narrower", plain), Prefetch("related", plain)):
        _add_concept(graph, concept)
    return graph


def _add_schemes(graph: Graph) -> None:
    for scheme in ConceptScheme:
        uri = scheme_uri(scheme)
        graph.add((uri, RDF.type, SKOS.ConceptScheme))
        graph.add((uri, SKOS.notation, Literal(scheme.value)))
        for code in CODES:
            with translation.override(code):
                graph.add((uri, SKOS.prefLabel, Literal(str(scheme.label), lang=code)))


def _add_concept(graph: Graph, concept: Concept) -> None:
    uri, scheme = concept_uri(concept.key), scheme_uri(concept.scheme)
    graph.add((uri, RDF.type, SKOS.Concept))
    graph.add((uri, SKOS.notation, Literal(concept.key)))
    graph.add((uri, SKOS.inScheme, scheme))
    for label in concept.labels.all():
        graph.add((uri, LABEL_PROPERTIES[LabelKind(label.kind)], Literal(label.text, lang=label.language)))
    if concept.broader:
        graph.add((uri, SKOS.broader, concept_uri(concept.broader.key)))
    else:
        graph.add((uri, SKOS.topConceptOf, scheme))
        graph.add((scheme, SKOS.hasTopConcept, uri))
    for narrower in concept.narrower.all():
        graph.add((uri, SKOS.narrower, concept_uri(narrower.key)))
    for related in concept.related.all():
        graph.add((uri, SKOS.related, concept_uri(related.key)))
