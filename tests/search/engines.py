"""An engine that finds what a test says, for what no real index can be brought to say."""

from search.engine import Hit, IndexHealth, Ranking


def hit(found, *, is_strong=True, language="en", kind="practice"):
    """The hit of an object that is in the database."""
    label = found._meta.label_lower
    name = getattr(found, "translation_key", found.pk)
    return Hit(
        id=f"{label}:{found.pk}",
        key=f"{label}:{name}",
        language=language,
        type=kind,
        title=found.title,
        score=1.0,
        matched="text",
        matched_language=language,
        is_strong=is_strong,
    )


class FakeEngine:
    """Finds the same whatever is asked, and remembers what that was."""

    def __init__(self, own=(), other=(), version="1"):
        self.own, self.other, self.version = list(own), list(other), version
        self.asked = []

    def search(self, request):
        self.asked.append(request)
        return Ranking(own=self.own, other=self.other)

    def passages(self, request, hits):
        return {each.id: f"A <mark>{each.title}</mark> &amp; more." for each in hits}

    def health(self):
        return IndexHealth(documents=0, version=self.version, is_semantic=False)
