"""From a SKOS file to the vocabulary: what a file would add and change, and everything that is wrong with it.

Nothing is ever deleted: concepts and labels that a file does not name stay, and a preferred label that it replaces
stays as an alternative one. A file is read by itself: nothing that it points at is fetched.
"""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.sax import SAXParseException

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from rdflib import RDF, SKOS, Graph, Literal, URIRef
from rdflib.plugins.parsers.jsonld import to_rdf
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import Node

from common.languages import CODES
from taxonomy.actions import ConceptData, LabelRow
from taxonomy.hierarchy import refusal_of_broader
from taxonomy.models import Concept, ConceptScheme, LabelKind, key_field
from taxonomy.queries import path_upwards
from taxonomy.skos import FORMATS, LABEL_PROPERTIES, concept_uri

LARGEST_FILE = 5 * 1024 * 1024
LONGEST_LABEL = 120
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_KEY = key_field().max_length or 60
_LANGUAGE_NAMES = ", ".join(CODES)


class NotReadable(Exception):
    """A file that is no RDF, or one that this portal refuses to read; the message says why."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in a file that is wrong, or was skipped."""

    place: str
    reason: str


@dataclass(frozen=True, slots=True)
class Change:
    key: str
    what: tuple[str, ...]
    """In words."""


@dataclass(slots=True)
class Plan:
    """What importing a file would do. With errors, it would do nothing."""

    added: list[Change] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    unmentioned: list[str] = field(default_factory=list)
    """Keys of the concepts that the file does not name: they stay as they are."""
    skipped: list[Problem] = field(default_factory=list)
    errors: list[Problem] = field(default_factory=list)
    concepts: list[ConceptData] = field(default_factory=list)
    """What is to be written."""


# ---------------------------------------------------------------- reading


def read_graph(content: bytes, name: str = "") -> Graph:
    """The statements of a file. Raises NotReadable. ``name`` may tell by its ending what kind of file it is."""
    if len(content) > LARGEST_FILE:
        raise NotReadable(
            _("The file is larger than %(megabytes)d megabytes.") % {"megabytes": LARGEST_FILE // 1024**2}
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NotReadable(_("Line %(line)d: the file is not UTF-8 text.") % {"line": line}) from error
    suffix = _suffix(name, text)
    graph = Graph(bind_namespaces="none")
    try:
        if suffix == "jsonld":
            to_rdf(_read_json(text), graph, base=str(concept_uri("")))
        else:
            if suffix == "rdf":
                _refuse_entities(text)
            graph.parse(data=text, format=FORMATS[suffix].name, publicID=concept_uri(""))
    except NotReadable:
        raise
    except SAXParseException as error:
        raise NotReadable(
            _("Line %(line)d: this is not XML: %(reason)s.")
            % {"line": error.getLineNumber() or 1, "reason": error.getMessage()}
        ) from error
    except BadSyntax as error:
        raise NotReadable(_("Line %(line)d: this is not Turtle.") % {"line": error.lines + 1}) from error
    except RecursionError as error:
        raise NotReadable(_("The file is nested too deeply.")) from error
    except Exception as error:  # rdflib's parsers raise what they please at what they did not expect.
        raise NotReadable(
            _("The file is not %(format)s that can be read.") % {"format": FORMATS[suffix].label}
        ) from error
    return graph


def _suffix(name: str, text: str) -> str:
    """What kind of file it is: as its name says, or else as it begins."""
    ending = name.rpartition(".")[2].lower()
    known = {"ttl": "ttl", "turtle": "ttl", "rdf": "rdf", "xml": "rdf", "jsonld": "jsonld", "json": "jsonld"}
    if ending in known:
        return known[ending]
    start = text.lstrip()
    if start.startswith("{"):
        return "jsonld"
    return "rdf" if re.match(r"<(\?xml|!|rdf:RDF)", start) else "ttl"


def _refuse_entities(text: str) -> None:
    """No entities, so that none of them can point outside or grow without end; no encoding that hides them."""
    if found := re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise NotReadable(
            _("Line %(line)d: a document type or entities are not accepted. Write addresses out in full.")
            % {"line": text.count("\n", 0, found.start()) + 1}
        )
    declared = re.match(r"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']*)", text)
    if declared and declared[1].lower() not in {"utf-8", "utf8", "us-ascii", "ascii"}:
        raise NotReadable(_("Line 1: the file says that it is not UTF-8 text."))


def _read_json(text: str) -> Any:
    """The data of a JSON-LD file, in which no context is one that would have to be fetched."""
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        raise NotReadable(_("Line %(line)d: this is not JSON.") % {"line": error.lineno}) from error
    for part in _parts(data):
        if "@import" in part or any(isinstance(one, str) for one in _as_list(part.get("@context"))):
            raise NotReadable(_("Contexts of JSON-LD are not fetched. The context has to stand in the file itself."))
    return data


def _parts(data: Any) -> Iterator[dict[str, Any]]:
    """Every object inside, at any depth."""
    left = [data]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            yield part
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# ---------------------------------------------------------------- planning


def plan_import(content: bytes, name: str = "") -> Plan:
    """What importing this file would do; nothing is written. A file that cannot be read is one with one error."""
    try:
        graph = read_graph(content, name)
    except NotReadable as error:
        return Plan(errors=[Problem(name or _("the file"), str(error))])
    return _Planner(graph).plan()


@dataclass(slots=True)
class _Stated:
    """A concept as the file states it."""

    uri: Node
    key: str
    scheme: str | None = None
    broader: str | None = None
    related: set[str] = field(default_factory=set)
    labels: list[LabelRow] = field(default_factory=list)


class _Planner:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.report = Plan()
        self.known = {
            concept.key: concept
            for concept in Concept.objects.select_related("broader").prefetch_related("labels", "related")
        }
        self.stated: dict[str, _Stated] = {}
        self.keys: dict[Node, str] = {}

    def plan(self) -> Plan:
        self._find_concepts()
        if not self.stated and not self.report.errors:
            self._refuse(None, _("There is no concept in it (skos:Concept)."))
        for stated in self.stated.values():
            self._read_labels(stated)
            stated.scheme = self._scheme(stated)
            stated.broader = self._broader(stated)
        self._read_related()
        self._inherit_schemes()
        self._check_hierarchy()
        for key, stated in sorted(self.stated.items()):
            self._compare(key, stated)
        self.report.unmentioned = sorted(self.known.keys() - self.stated.keys())
        return self.report

    def _refuse(self, uri: Node | None, reason: str | Promise) -> None:
        self.report.errors.append(Problem(_place(uri), str(reason)))

    def _skip(self, uri: Node, reason: str) -> None:
        self.report.skipped.append(Problem(_place(uri), reason))

    # ------------------------------------------------------------ what the file states

    def _find_concepts(self) -> None:
        for uri in sorted(set(self.graph.subjects(RDF.type, SKOS.Concept)), key=str):
            notations = sorted({str(notation) for notation in self.graph.objects(uri, SKOS.notation)})
            named = str(uri).removeprefix(str(concept_uri(""))) if str(uri).startswith(str(concept_uri(""))) else ""
            key = next((one for one in notations if _is_key(one)), notations[0] if notations else _last_part(uri))
            if not _is_key(key):
                self._refuse(
                    uri,
                    _("“%(key)s” is no key: it has small letters, digits and hyphens, and at most %(most)d characters.")
                    % {"key": key[:80], "most": _LONGEST_KEY},
                )
            elif named in self.known and named != key:
                self._refuse(uri, _("Its key is “%(key)s” and stays the same for ever.") % {"key": named})
            elif key in self.stated:
                self._refuse(uri, _("“%(key)s” is the key of two concepts.") % {"key": key})
            else:
                self.stated[key] = _Stated(uri, key)
                self.keys[uri] = key

    def _read_labels(self, stated: _Stated) -> None:
        kinds: dict[tuple[str, str], LabelKind] = {}
        preferred: dict[str, str] = {}
        skipped: set[str] = set()
        for kind, predicate in LABEL_PROPERTIES.items():
            for literal in sorted(self.graph.objects(stated.uri, predicate), key=str):
                language = (literal.language or "").lower() if isinstance(literal, Literal) else ""
                text = _clean(str(literal))
                if not language:
                    self._refuse(stated.uri, _("The label “%(text)s” has no language.") % {"text": text[:80]})
                elif language not in CODES:
                    skipped.add(language)
                elif refusal := _refusal_of_text(text):
                    self._refuse(stated.uri, refusal)
                elif kind == LabelKind.PREFERRED and preferred.setdefault(language, text) != text:
                    self._refuse(
                        stated.uri,
                        _("There are two preferred labels in “%(language)s”: “%(one)s” and “%(other)s”.")
                        % {"language": language, "one": preferred[language], "other": text},
                    )
                elif (before := kinds.setdefault((language, text), kind)) != kind:
                    self._refuse(
                        stated.uri,
                        _("“%(text)s” (%(language)s) is a label of two kinds: %(one)s and %(other)s.")
                        % {"text": text, "language": language, "one": before.label, "other": kind.label},
                    )
        stated.labels = [(language, str(kind), text) for (language, text), kind in kinds.items()]
        if skipped:
            self._skip(
                stated.uri,
                _("Labels in %(languages)s are skipped: the portal has %(known)s.")
                % {"languages": ", ".join(sorted(skipped)), "known": _LANGUAGE_NAMES},
            )
        is_named = preferred or stated.key in self.known
        if not is_named:
            self._refuse(stated.uri, _("It has no preferred label in any language of the portal."))

    def _scheme(self, stated: _Stated) -> str | None:
        uris = {
            *self.graph.objects(stated.uri, SKOS.inScheme),
            *self.graph.objects(stated.uri, SKOS.topConceptOf),
            *self.graph.subjects(SKOS.hasTopConcept, stated.uri),
        }
        if not uris:
            return None
        schemes = {name for uri in uris if (name := self._scheme_name(uri))}
        if len(schemes) == 1:
            return schemes.pop()
        if not schemes:
            self._refuse(
                stated.uri,
                _("There is no scheme “%(scheme)s”. The portal has %(known)s.")
                % {"scheme": min(map(str, uris)), "known": ", ".join(ConceptScheme.values)},
            )
        else:
            self._refuse(stated.uri, _("It belongs to several schemes: %(schemes)s.") % {"schemes": _listed(schemes)})
        return None

    def _scheme_name(self, uri: Node) -> str | None:
        names = [*map(str, self.graph.objects(uri, SKOS.notation)), _last_part(uri)]
        return next((name for name in names if name in ConceptScheme.values), None)

    def _broader(self, stated: _Stated) -> str | None:
        """The key of the broader concept, an empty text if the file calls it a top concept, None if it says nothing."""
        uris = {
            *self.graph.objects(stated.uri, SKOS.broader),
            *self.graph.subjects(SKOS.narrower, stated.uri),
        }
        keys = {key for uri in uris if (key := self._key_of(uri, stated))}
        if len(keys) > 1:
            self._refuse(
                stated.uri,
                _("It has several broader concepts (%(keys)s); the portal keeps one.") % {"keys": _listed(keys)},
            )
        if keys:
            return min(keys)
        is_top = (stated.uri, SKOS.topConceptOf, None) in self.graph or (
            None, SKOS.hasTopConcept, stated.uri,
        ) in self.graph  # fmt: skip
        return "" if is_top and not uris else None

    def _key_of(self, uri: Node, stated: _Stated) -> str | None:
        """The key of a concept that another one points at: in the file, or else in the portal."""
        if uri in self.keys:
            return self.keys[uri]
        key = _last_part(uri)
        if key in self.known:
            return key
        self._refuse(stated.uri, _("It points at %(other)s, which is no concept of the file.") % {"other": _place(uri)})
        return None

    def _read_related(self) -> None:
        for stated in self.stated.values():
            uris = {
                *self.graph.objects(stated.uri, SKOS.related),
                *self.graph.subjects(SKOS.related, stated.uri),
            }
            for uri in sorted(uris, key=str):
                if key := self._key_of(uri, stated):
                    if key == stated.key:
                        self._refuse(stated.uri, _("A concept cannot be related to itself."))
                    else:
                        stated.related.add(key)

    def _inherit_schemes(self) -> None:
        """Where a file names no scheme, it is that of the concept as it is, or of the broader one."""
        for stated in self.stated.values():
            if stated.scheme is None and stated.key in self.known:
                stated.scheme = self.known[stated.key].scheme
        broader = {key: stated.broader or None for key, stated in self.stated.items()}
        for key, stated in self.stated.items():
            for above in _upwards(key, broader):
                other = self.stated[above].scheme if above in self.stated else self.known[above].scheme
                stated.scheme = stated.scheme or other
            if stated.scheme is None:
                refused = {problem.place for problem in self.report.errors}
                if _place(stated.uri) not in refused:
                    self._refuse(stated.uri, _("It belongs to no scheme (skos:inScheme)."))

    def _check_hierarchy(self) -> None:
        broader, schemes = self._afterwards()
        for key, stated in self.stated.items():
            if refusal := refusal_of_broader(key, broader, schemes):
                self._refuse(
                    stated.uri,
                    _("Under “%(broader)s”: %(reason)s") % {"broader": broader[key], "reason": refusal},
                )
        for key, above in broader.items():
            if key not in self.stated and above in self.stated and schemes.get(above) != schemes[key]:
                self._refuse(
                    self.stated[above].uri,
                    _("Its narrower concept “%(key)s” belongs to another scheme.") % {"key": key},
                )
        numbers = {key: number for number, key in enumerate(broader)}
        names = list(numbers)
        above_by_number = {numbers[key]: numbers.get(above or "") for key, above in broader.items()}
        for key, stated in self.stated.items():
            path = {names[number] for number in path_upwards(numbers[key], above_by_number)[1:]}
            for other in sorted(stated.related & path):
                self._refuse(stated.uri, _("“%(other)s” is broader and cannot be related as well.") % {"other": other})

    def _afterwards(self) -> tuple[dict[str, str | None], dict[str, str]]:
        """Broader concept and scheme of every concept, as they would be after the import."""
        broader = {key: concept.broader.key if concept.broader else None for key, concept in self.known.items()}
        schemes = {key: concept.scheme for key, concept in self.known.items()}
        for key, stated in self.stated.items():
            if stated.broader is not None or key not in broader:
                broader[key] = stated.broader or None
            # A concept without any, which is an error already, can still be part of a circle.
            schemes[key] = stated.scheme or ""
        return broader, schemes

    # ------------------------------------------------------------ what it would change

    def _compare(self, key: str, stated: _Stated) -> None:
        concept = self.known.get(key)
        if concept is None:
            self.report.concepts.append(
                ConceptData(
                    key=key,
                    scheme=stated.scheme,
                    broader=stated.broader,
                    related=frozenset(stated.related),
                    labels=tuple(stated.labels),
                )
            )
            self.report.added.append(
                Change(key, tuple(text for _lang, kind, text in stated.labels if kind == "preferred"))
            )
            return
        present = [(label.language, label.kind, label.text) for label in concept.labels.all()]
        labels = _merged(present, stated.labels)
        related = {other.key for other in concept.related.all()}
        above = concept.broader.key if concept.broader else ""
        what = [*_label_changes(present, labels)]
        if stated.scheme and stated.scheme != concept.scheme:
            what.append(_("scheme: %(scheme)s") % {"scheme": stated.scheme})
        if stated.broader is not None and stated.broader != above:
            what.append(_("broader: %(broader)s") % {"broader": stated.broader or _("no broader concept")})
        if stated.related - related:
            what.append(_("related: %(related)s") % {"related": _listed(stated.related - related)})
        if not what:
            self.report.unchanged.append(key)
            return
        self.report.changed.append(Change(key, tuple(what)))
        self.report.concepts.append(
            ConceptData(
                key=key,
                scheme=stated.scheme,
                broader=stated.broader,
                related=frozenset(related | stated.related),
                labels=tuple(labels),
            )
        )


def _merged(present: list[LabelRow], stated: list[LabelRow]) -> list[LabelRow]:
    """The labels afterwards: none is lost, and what the file prefers is preferred."""
    kinds = {(language, text): kind for language, kind, text in present}
    preferred = {language: text for language, kind, text in stated if kind == LabelKind.PREFERRED}
    for language, kind, text in stated:
        if kind == LabelKind.PREFERRED or kinds.get((language, text)) != LabelKind.PREFERRED or language in preferred:
            kinds[language, text] = kind
    for (language, text), kind in kinds.items():
        if kind == LabelKind.PREFERRED and preferred.get(language, text) != text:
            kinds[language, text] = str(LabelKind.ALTERNATIVE)
    return [(language, kind, text) for (language, text), kind in kinds.items()]


def _label_changes(before: list[LabelRow], after: list[LabelRow]) -> Iterator[str]:
    known = {(language, text): kind for language, kind, text in before}
    by_kind: dict[str, list[str]] = defaultdict(list)
    for language, kind, text in sorted(after):
        if known.get((language, text)) != kind:
            by_kind[kind].append(f"{text} ({language})")
    for kind in LabelKind:
        if by_kind[kind]:
            yield _("%(kind)s: %(labels)s") % {"kind": kind.label, "labels": ", ".join(by_kind[kind])}


def _upwards(key: str, broader: Mapping[str, str | None]) -> list[str]:
    path: list[str] = []
    above = broader.get(key)
    while above is not None and above not in path:
        path.append(above)
        above = broader.get(above)
    return path


def _is_key(text: str) -> bool:
    return bool(_KEY.fullmatch(text)) and len(text) <= _LONGEST_KEY


def _last_part(uri: Node) -> str:
    """What an address ends in: after the last slash or number sign."""
    return re.split(r"[/#:]", str(uri).rstrip("/#"))[-1] if isinstance(uri, URIRef) else ""


def _clean(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _refusal_of_text(text: str) -> str | None:
    if not text:
        return _("There is an empty label.")
    if len(text) > LONGEST_LABEL:
        return _("The label “%(text)s…” is longer than %(most)d characters.") % {
            "text": text[:80],
            "most": LONGEST_LABEL,
        }
    if any(unicodedata.category(character) in {"Cc", "Cs", "Co"} for character in text):
        return _("The label “%(text)s” has characters that cannot be shown.") % {
            "text": "".join(character if character.isprintable() else "�" for character in text[:80])
        }
    return None


def _place(uri: Node | None) -> str:
    if uri is None:
        return _("the file")
    return str(uri)[:200] if isinstance(uri, URIRef) else _("a concept without an address")


def _listed(keys: set[str]) -> str:
    return ", ".join(sorted(keys))
