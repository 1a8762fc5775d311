"""The interface of the search engine: what goes in, what comes out, and what an engine must do.

No type of an engine's own library crosses this line, and no ranking rule lives on its other side.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Literal, Protocol

FACETS = ("type", "theme", "technology", "country", "city", "language", "status", "evidence", "rights", "year")
"""The names of filters in addresses. All but ``type`` and ``language`` come from ``Document.facets``."""

Mode = Literal["hybrid", "lexical", "semantic"]
Sort = Literal["relevance", "newest", "title"]
Matched = Literal["title", "name", "text", "attachment", "vocabulary", "meaning"]


class IndexUnavailable(Exception):
    """The index is missing, half written or of another version; the message says which."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to a document, as far as its text could be read."""

    title: str
    text: str


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
    attachments: tuple[Attachment, ...] = ()
    names: tuple[str, ...] = ()
    """Names and labels in every language (cities, countries, concepts, acronyms): matched by any reader."""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Facet to values: keys of concepts and cities, ISO 3166 codes of countries, years of four digits."""
    date: str = ""
    """ISO 8601: by what "newest first" sorts."""
    audiences: tuple[str, ...] = ("public",)
    """Who may find it: a reader needs one of these."""

    def fingerprint(self) -> str:
        """A digest of every field: equal if and only if the documents are."""
        canonical = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.blake2b(canonical.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Synonyms:
    """What the vocabulary says for some words of a query: they widen it, and count less than what was typed."""

    words: str
    """The words of the query that they stand for, as they were typed."""
    labels: Mapping[str, tuple[str, ...]]
    """Language to the other names of the same thing."""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What a reader asks for.

    In ``text``, words in double quotes are a phrase that must stand there, and a word or phrase after a minus must
    not; everything else is just words.
    """

    text: str
    language: str
    reading_order: tuple[str, ...] = ()
    """Languages from best to worst for this reader; those left out come last."""
    audiences: frozenset[str] = frozenset({"public"})
    withheld: frozenset[str] = frozenset()
    """Ids of documents that the reader may no longer see, though the index does not know it yet."""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Facet name to accepted values: any value of one facet, every facet."""
    synonyms: tuple[Synonyms, ...] = ()
    sort: Sort = "relevance"
    mode: Mode = "hybrid"


@dataclass(frozen=True, slots=True)
class Hit:
    """One object found, in the language version that suits the reader best."""

    id: str
    key: str
    language: str
    type: str
    title: str
    score: float
    matched: Matched
    """Where the words were found first, or ``vocabulary`` if only synonyms were, ``meaning`` if none was."""
    matched_language: str
    """Language of the version in which they were found; not always the one shown."""
    is_strong: bool = True
    """Whether every word of the query, or a synonym of it, was found, or the meaning is near: worth a message."""
    matched_id: str = ""
    """Id of the version in which they were found, where it is not the one shown."""


@dataclass(frozen=True, slots=True)
class SimilarHit:
    """A hit that is like another document, and why."""

    hit: Hit
    words: tuple[str, ...]
    """The words that tell most of what both have in common, as the other one spells them; none across languages."""


@dataclass(frozen=True, slots=True)
class FacetCount:
    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Ranking:
    """Everything found, best first, each object once.

    ``own`` holds what can be read in the language asked for, ``other`` what exists only in other languages. Both may
    be lazy: a hit is made when it is looked at.
    ``facets`` counts objects per value, and for the language those of all versions that the reader may see. The count
    of a value ignores the filter on its own facet, so that it says what choosing it would give.
    """

    own: Sequence[Hit] = ()
    other: Sequence[Hit] = ()
    facets: Mapping[str, Sequence[FacetCount]] = field(default_factory=dict)
    without: Mapping[str, int] = field(default_factory=dict)
    """For each facet that is filtered by: how many objects there would be without its filter."""
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Completions:
    """What may be meant by the beginning of a word or title, best first."""

    titles: Sequence[Hit] = ()
    words: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class IndexHealth:
    documents: int
    version: str
    is_semantic: bool
    """Whether the meaning of texts is searched too, not their words alone."""


class Engine(Protocol):
    """A search engine. All but ``prepare`` and ``rebuild`` raise ``IndexUnavailable`` when there is no usable index."""

    def prepare(self) -> None:
        """Load what takes a while: called when a process starts, so that no request has to wait for it."""

    def write(self, documents: Iterable[Document], removed: Iterable[str] = ()) -> None:
        """Put ``documents`` in (replacing those of the same id), take the ids ``removed`` out; one commit."""

    def rebuild(self, documents: Iterable[Document], progress: Callable[[int], None] | None = None) -> int:
        """Build a whole new index beside the one in use, then switch. Returns the number of documents."""

    def fingerprints(self) -> dict[str, str]:
        """Document id to fingerprint, for all that is in the index."""

    def search(self, request: SearchRequest) -> Ranking: ...

    def passages(self, request: SearchRequest, hits: Iterable[Hit]) -> dict[str, str]:
        """Hit id to its best passage: HTML, escaped, the words found inside ``<mark>``."""

    def complete(self, request: SearchRequest, limit: int) -> Completions:
        """Titles that contain the words of ``request.text``, the last one perhaps unfinished, and words that begin so.

        Up to ``limit`` of each. ``filters``, ``synonyms`` and ``sort`` do not matter.
        """

    def similar(self, document_id: str, request: SearchRequest, limit: int) -> Sequence[SimilarHit]:
        """What is like this document in words or meaning, in any language, its own object left out.

        Of ``request`` count the languages, the reader's sight and the filters. Nothing for an unknown document.
        """

    def health(self) -> IndexHealth: ...
