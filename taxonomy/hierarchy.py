"""What may stand above what: one rule for forms, imports and files."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

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
    if above == concept:
        return _("This is a narrower concept of the one that it would be broader than: they would form a circle.")
    return None
