"""The interface of the search engine: what goes in, what comes out, and what an engine must do.

No type of an engine's own library crosses this line, and no ranking rule lives on its other side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Protocol

FACETS = ("type", "theme", "country", "language")


class IndexUnavailable(Exception):
    """The index is missing, half written or of another version; the message says which."""


@dataclass(frozen=True, slots=True)
class Document:
    """One object in one language, as the index knows it."""

    id: str
    """Unique: ``app.model:pk``."""
    key: str
    """The same for every language version of one object."""
    language: str
    type: str
    title: str
    summary: str = ""
    text: str = ""
    names: tuple[str, ...] = ()
    """Names and labels in every language (cities, countries, concepts, acronyms): matched by any reader."""
    themes: tuple[str, ...] = ()
    """Slugs of concepts."""
    countries: tuple[str, ...] = ()
    """ISO 3166 codes of two letters."""
    audiences: tuple[str, ...] = ("public",)
    """Who may find it: a reader needs one of these."""

    def fingerprint(self) -> str:
        """A digest of every field: equal if and only if the documents are."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for."""

    text: str
    language: str
    reading_order: tuple[str, ...] = ()
    """Languages from best to worst for this reader; those left out come last."""
    audiences: frozenset[str] = frozenset({"public"})
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Facet name to accepted values: any value of one facet, every facet."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One object found, in the language version that suits the reader best."""

    id: str
    key: str
    language: str
    type: str
    title: str
    score: float
    matched: str
    """Where the words were found first: ``title``, ``name`` or ``text``."""
    matched_language: str
    """Language of the version in which they were found; not always the one shown."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything found, best first, each object once.

    ``own`` holds what can be read in the language asked for, ``other`` what exists only in other languages.
    ``facets`` counts objects per value, and for the language those of all versions that the reader may see. The count
    of a value ignores the filter on its own facet, so that it says what choosing it would give.
    """

    own: Sequence[Hit] = ()
    other: Sequence[Hit] = ()
    facets: Mapping[str, Sequence[FacetCount]] = field(default_factory=dict)
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class IndexHealth:
    documents: int
    version: str


class Engine(Protocol):
    """A search engine. Every method but ``rebuild`` raises ``IndexUnavailable`` when there is no usable index."""

    def write(self, documents: Iterable[Document], removed: Iterable[str] = ()) -> None:
        """Put ``documents`` in (replacing those of the same id), take the ids ``removed`` out; one commit."""

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Build a whole new index beside the one in use, then switch. Returns the number of documents."""

    def fingerprints(self) -> dict[str, str]:
        """Document id to fingerprint, for all that is in the index."""

    def search(self, request: SearchRequest) -> Ranking: ...

    def passages(self, request: SearchRequest, hits: Iterable[Hit]) -> dict[str, str]:
        """Hit id to its best passage: HTML, escaped, the words found inside ``<mark>``."""

    def health(self) -> IndexHealth: ...
