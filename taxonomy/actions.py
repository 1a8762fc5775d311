"""All writes to the vocabulary but those of the editor's form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.db import transaction

from taxonomy.models import Concept, ConceptLabel, ConceptScheme
from taxonomy.queries import path_upwards

LabelRow = tuple[str, str, str]
"""Language, kind, text."""


@dataclass(frozen=True, slots=True)
class ConceptData:
    """A concept as a file states it. What is None stays as it is, and is the default in a new concept."""

    key: str
    scheme: str | None = None
    mark: int | None = None
    broader: str | None = None
    """The key of the broader concept; an empty text for none."""
    related: frozenset[str] | None = None
    labels: tuple[LabelRow, ...] | None = None


@dataclass(slots=True)
class Written:
    """The keys of the concepts that were added, changed and found as they should be."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)


@transaction.atomic
def write_concepts(*, concepts: Iterable[ConceptData]) -> Written:
    """Bring the vocabulary to what ``concepts`` say; concepts that they do not name are left alone.

    The caller has checked that labels and hierarchy are allowed (``taxonomy.hierarchy``). Relations go both ways.
    """
    wanted = {data.key: data for data in concepts}
    known = {concept.key: concept for concept in Concept.objects.prefetch_related("labels", "related")}
    written = Written(added=[key for key in wanted if key not in known])
    pks = {key: concept.pk for key, concept in known.items()} | _add([wanted[key] for key in written.added])
    for key, concept in known.items():
        if key not in wanted:
            continue
        changes = [_set_fields(concept, wanted[key], pks), _set_labels(concept, wanted[key].labels)]
        if any(changes):
            # Also where only labels changed: whatever follows a concept listens to its being saved.
            concept.save()
        changes.append(_set_related(concept, wanted[key].related, pks))
        (written.changed if any(changes) else written.unchanged).append(key)
    _add_relations((wanted[key] for key in written.added), pks)
    _share_marks()
    return written


def share_mark(*, concept: Concept) -> None:
    """Give a concept the mark of its broadest one, and all narrower ones the same."""
    _share_marks()
    concept.refresh_from_db(fields=["mark"])


def _add(concepts: list[ConceptData]) -> dict[str, int]:
    """The new concepts with their labels, without signals: nothing can name what was not there. Returns key to pk."""
    new = Concept.objects.bulk_create(
        Concept(key=data.key, scheme=data.scheme or ConceptScheme.THEME, mark=data.mark or 1) for data in concepts
    )
    ConceptLabel.objects.bulk_create(
        ConceptLabel(concept=concept, language=language, kind=kind, text=text)
        for concept, data in zip(new, concepts, strict=True)
        for language, kind, text in data.labels or ()
    )
    return {concept.key: concept.pk for concept in new}


def _add_relations(concepts: Iterable[ConceptData], pks: Mapping[str, int]) -> None:
    related = Concept.related.through
    pairs = set()
    for data in concepts:
        if data.broader:
            Concept.objects.filter(pk=pks[data.key]).update(broader=pks[data.broader])
        for other in data.related or ():
            pairs |= {(pks[data.key], pks[other]), (pks[other], pks[data.key])}
    related.objects.bulk_create(
        (related(from_concept_id=one, to_concept_id=other) for one, other in sorted(pairs)), ignore_conflicts=True
    )


def _share_marks() -> None:
    rows = list(Concept.objects.order_by().values_list("pk", "broader", "mark"))
    broader = {pk: above for pk, above, _mark in rows}
    marks = {pk: mark for pk, _above, mark in rows}
    wrong: dict[int, list[int]] = defaultdict(list)
    for pk, mark in marks.items():
        top = path_upwards(pk, broader)[-1]
        if marks[top] != mark:
            wrong[marks[top]].append(pk)
    for mark, found in wrong.items():
        Concept.objects.filter(pk__in=found).update(mark=mark)


def _set_fields(concept: Concept, data: ConceptData, pks: Mapping[str, int]) -> bool:
    values: dict[str, object] = {}
    if data.scheme is not None:
        values["scheme"] = data.scheme
    if data.broader is not None:
        values["broader_id"] = pks[data.broader] if data.broader else None
    if data.mark is not None and not (data.broader or concept.broader_id):
        values["mark"] = data.mark
    changed = {name: value for name, value in values.items() if getattr(concept, name) != value}
    for name, value in changed.items():
        setattr(concept, name, value)
    return bool(changed)


def _set_labels(concept: Concept, labels: tuple[LabelRow, ...] | None) -> bool:
    present = [(label.language, label.kind, label.text) for label in concept.labels.all()]
    if labels is None or sorted(present) == sorted(labels):
        return False
    ConceptLabel.objects.filter(concept=concept).delete()
    ConceptLabel.objects.bulk_create(
        ConceptLabel(concept=concept, language=language, kind=kind, text=text) for language, kind, text in labels
    )
    return True


def _set_related(concept: Concept, related: frozenset[str] | None, pks: Mapping[str, int]) -> bool:
    if related is None or {other.key for other in concept.related.all()} == related:
        return False
    concept.related.set([pks[key] for key in related])
    return True
