"""An engine that gives what a test has prepared, and remembers what it was asked."""

from dataclasses import replace

from search.engine import Completions, Hit, IndexHealth, IndexUnavailable, Ranking
from search.sources import BY_TYPE


class PreparedEngine:
    def __init__(self):
        self.ranking = Ranking()
        self.rankings = {}
        """By the words asked for, where they are not to give ``ranking``."""
        self.completions = Completions()
        self.similar_hits = ()
        self.requests = []
        self.is_available = True

    def _asked(self, request):
        if not self.is_available:
            raise IndexUnavailable("There is none.")
        self.requests.append(request)

    def search(self, request):
        self._asked(request)
        return self.rankings.get(request.text, self.ranking)

    def passages(self, request, hits):
        return {hit.id: f"A <mark>passage</mark> of {hit.id}" for hit in hits}

    def complete(self, request, limit):
        self._asked(request)
        return self.completions

    def similar(self, document_id, request, limit):
        self._asked(request)
        self.document_id = document_id
        return self.similar_hits

    def health(self):
        return IndexHealth(documents=0, version="1", is_semantic=True)


def hit_for(thing, source_type="practice", **fields):
    """A hit on a thing, matched in its title unless ``fields`` say otherwise."""
    language = getattr(thing, "language", "en")
    source = BY_TYPE[source_type]
    hit = Hit(
        id=source.document_id(thing.pk),
        key=f"{source.model_label.lower()}:{getattr(thing, 'translation_key', thing.pk)}",
        language=language,
        type=source_type,
        title=thing.title,
        score=1.0,
        matched="title",
        matched_language=language,
    )
    return replace(hit, **fields)
