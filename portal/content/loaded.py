"""What has been loaded of a content folder, by the keys by which its files name it."""

import uuid
from dataclasses import dataclass, field

from common.models import BasePage
from members.models import City, Organisation, User
from portal.content.tables import Table
from taxonomy.models import Concept

NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/practice-portal/demonstration")


@dataclass
class Loaded:
    concepts: dict[str, Concept] = field(default_factory=dict)
    cities: dict[str, City] = field(default_factory=dict)
    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, User] = field(default_factory=dict)
    """By address of mail."""
    coordinators: set[str] = field(default_factory=set)
    """Addresses of mail."""
    pages: dict[str, BasePage] = field(default_factory=dict)
    """Of each page the version in its original language."""

    def concepts_of(self, table: Table, name: str) -> list[Concept]:
        """Those that ``table`` names in the list ``name``. Raises ContentError."""
        return [table.find(name, self.concepts, key) for key in table.strings(name)]


def translation_key(model: type[BasePage], key: str) -> uuid.UUID:
    """What the language versions of the page ``key`` share."""
    return uuid.uuid5(NAMESPACE, f"{model._meta.label_lower}/{key}")
