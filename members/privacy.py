"""Which parts of a profile a reader sees: asked here by pages, lists, filters and exports alike.

Whether a person appears at all is the rule of ``UserQuerySet.visible_to``; this is about the fields of those who do.
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from members.models import City, Organisation, PersonVisibility, User
from taxonomy.models import Concept
from taxonomy.queries import concepts_of

Reader = AbstractBaseUser | AnonymousUser

FIELDS: dict[str, Promise] = {
    "position": _("role"),
    "organisation": _("organisation"),
    "languages": _("languages"),
    "expertise": _("what you know about"),
    "about": _("about you"),
    "groups": _("working groups"),
    "email": _("e-mail address"),
}
"""The parts of a profile that people show or do not; a name and a city go by ``shown_to``."""


def levels_of(reader: Reader) -> frozenset[str]:
    """To whom a field must be shown so that ``reader`` is among them."""
    if reader.is_authenticated and reader.is_active:
        return frozenset({PersonVisibility.PUBLIC.value, PersonVisibility.MEMBERS.value})
    return frozenset({PersonVisibility.PUBLIC.value})


def shown_fields(person: User, reader: Reader) -> frozenset[str]:
    """Those of ``FIELDS`` that ``reader`` sees of ``person``; people see all of their own."""
    if reader.is_authenticated and reader.pk == person.pk:
        return frozenset(FIELDS)
    levels = levels_of(reader)
    return frozenset(name for name in FIELDS if person.shown.get(name) in levels)


def shows(field: str, reader: Reader) -> Q:
    """The condition on people under which ``shown_fields`` names ``field``, but for oneself. Raises KeyError for what
    is no such field."""
    FIELDS[field]
    return Q(**{f"shown__{field}__in": sorted(levels_of(reader))})


@dataclass(frozen=True, slots=True)
class PersonSeen:
    """A person as one reader sees them: what is not shown to the reader is empty."""

    pk: int
    name: str
    address: str
    city: City | None
    position: str
    organisation: Organisation | None
    organisation_name: str
    """In the person's own words, where there is no such ``organisation``."""
    languages: tuple[str, ...]
    about: str
    email: str
    expertise: tuple[Concept, ...]
    shows_groups: bool


def seen(person: User, reader: Reader, *, with_expertise: bool = False) -> PersonSeen:
    """``person``, who must be one of those ``visible_to`` the reader, or the reader.

    Expertise costs two queries a person; lists do without, or prefetch ``expertise__labels``.
    """
    fields = shown_fields(person, reader)

    def part(name: str, nothing: Any) -> Any:
        return getattr(person, name) if name in fields else nothing

    return PersonSeen(
        pk=person.pk,
        name=person.get_full_name(),
        address=person.get_absolute_url(),
        city=person.city,
        position=part("position", ""),
        organisation=part("organisation", None),
        organisation_name=person.organisation_name if "organisation" in fields and not person.organisation else "",
        languages=tuple(part("languages", ())),
        about=part("about", ""),
        email=part("email", ""),
        expertise=tuple(concepts_of(person.expertise)) if with_expertise and "expertise" in fields else (),
        shows_groups="groups" in fields,
    )


def seen_people(people: Any, reader: Reader) -> list[PersonSeen]:
    """People of ``for_list`` as ``reader`` sees them."""
    return [seen(person, reader) for person in people]
