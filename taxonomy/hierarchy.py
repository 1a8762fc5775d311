"""What may stand above what: one rule for forms, imports and files; and concepts in the order of a tree."""

import unicodedata
from collections.abc import Hashable, Iterable, Mapping
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Name = TypeVar("Name", bound=Hashable)


def refusal_of_broader(
    concept: Name, broader: Mapping[Name, Name | None], schemes: Mapping[Name, str]
) -> Promise | str | None:
    """Why ``concept`` may not stand under what ``broader`` says; None where it may.

    Both mappings hold all concepts, by primary key or by key, as they would be afterwards.
    """
    above = broader.get(concept)
    if above is None:
        return None
    if above == concept:
        return _("A concept cannot be broader than itself.")
    if above not in schemes:
        return _("There is no such concept.")
    if schemes[above] != schemes[concept]:
        return _("A broader concept belongs to the same scheme.")
    seen = {concept}
    while above is not None and above not in seen:
        seen.add(above)
        above = broader.get(above)
    if above is not None and above == concept:
        return _("This is a narrower concept of the one that it would be broader than: they would form a circle.")
    return None


def in_tree_order(concepts: Iterable[Any]) -> list[tuple[Any, int]]:
    """The concepts by name in the language of the interface, the narrower ones under their broader one, with depth.

    A concept whose broader one is not among them stands at the top. Their labels should be prefetched.
    """
    below: dict[int | None, list[Any]] = {}
    known = {concept.pk: concept for concept in concepts}
    for concept in sorted(known.values(), key=lambda concept: (_place_in_alphabet(concept.label()), concept.pk)):
        below.setdefault(concept.broader_id if concept.broader_id in known else None, []).append(concept)
    ordered: list[tuple[Any, int]] = []
    left = [(concept, 0) for concept in reversed(below.get(None, []))]
    while left:
        concept, depth = left.pop()
        ordered.append((concept, depth))
        left.extend((narrower, depth + 1) for narrower in reversed(below.get(concept.pk, [])))
    return ordered


def _place_in_alphabet(label: str) -> str:
    """Accents do not count: é stands with e, not after z."""
    decomposed = unicodedata.normalize("NFKD", label.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def indented(label: str, depth: int) -> str:
    """A label as a list shows it that cannot be nested: narrower concepts stand further in."""
    # Browsers leave this space alone, unlike ordinary ones.
    return "\N{EM SPACE}" * depth + label
