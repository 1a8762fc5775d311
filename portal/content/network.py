"""What content files say of the vocabulary, and of the network: cities, organisations, people, who belongs where."""

from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path

from common.languages import CODES
from groups.actions import set_membership
from groups.enums import Role
from groups.models import WorkingGroup
from members.accounts import confirm_address
from members.models import City, CityName, Organisation, PersonVisibility, User
from members.privacy import FIELDS
from portal.content.loaded import Loaded
from portal.content.tables import Table, read_folder, read_table
from taxonomy.actions import ConceptData, LabelRow, write_concepts
from taxonomy.hierarchy import refusal_of_broader
from taxonomy.models import MARKS, Concept, ConceptScheme, LabelKind

# A domain reserved for examples (RFC 2606): nobody real has an address in it.
DEMONSTRATION_DOMAIN = "@example.org"


@dataclass(frozen=True)
class NetworkLoader:
    folder: Path
    loaded: Loaded

    def load_vocabulary(self) -> None:
        """All files of the folder together: a concept may stand under one of another file."""
        tables = {
            table.get("key", str): table
            for file in read_folder(self.folder / "vocabulary")
            for table in file.tables("concept")
        }
        concepts = {key: _concept_data(table) for key, table in tables.items()}
        broader = {key: data.broader or None for key, data in concepts.items()}
        schemes = {key: data.scheme or "" for key, data in concepts.items()}
        related: dict[str, set[str]] = {key: set() for key in concepts}
        for key, table in tables.items():
            if refusal := refusal_of_broader(key, broader, schemes):
                raise table.error("broader", f"“{broader[key]}” was refused: {refusal}")
            for other in table.strings("related"):
                table.find("related", concepts, other)
                related[key].add(other)
                related[other].add(key)
        write_concepts(concepts=[replace(data, related=frozenset(related[key])) for key, data in concepts.items()])
        self.loaded.concepts = {concept.key: concept for concept in Concept.objects.filter(key__in=concepts)}

    def load_cities(self) -> None:
        for table in read_table(self.folder / "cities.toml").tables("city"):
            city, _created = City.objects.update_or_create(
                key=table.get("key", str),
                defaults={
                    "country": table.get("country", str),
                    "language": table.get("language", str),
                    "population": table.get("population", int, None),
                    "latitude": table.get("latitude", float, None),
                    "longitude": table.get("longitude", float, None),
                },
            )
            _set_names(city, _labels(table, "names"))
            self.loaded.cities[city.key] = city

    def load_organisations(self) -> None:
        for table in read_table(self.folder / "organisations.toml").tables("organisation"):
            organisation, _created = Organisation.objects.update_or_create(
                key=table.get("key", str),
                defaults={
                    "name": table.get("name", str),
                    "sector": table.get("sector", str),
                    "city": table.named("city", self.loaded.cities),
                    "website": table.text("website"),
                },
            )
            self.loaded.organisations[organisation.key] = organisation

    def load_people(self) -> None:
        for table in read_table(self.folder / "people.toml").tables("person"):
            email, role = table.get("email", str), table.get("role", str)
            if not email.endswith(DEMONSTRATION_DOMAIN):
                raise table.error("email", f"a demonstration account ends in {DEMONSTRATION_DOMAIN}.")
            is_administrator = role == "administrator"
            user = User.objects.filter(email=email).first() or User.objects.create_user(email)
            user.first_name, user.last_name = table.get("first_name", str), table.get("last_name", str)
            user.city = table.named("city", self.loaded.cities)
            user.organisation = table.named("organisation", self.loaded.organisations)
            user.languages = table.strings("languages")
            user.time_zone = table.text("time_zone")
            if user.time_zone and not user.zone:
                raise table.error("time_zone", "there is no such time zone.")
            user.position, user.about = table.text("position"), table.text("about")
            user.shown_to = table.text("shown_to") or PersonVisibility.NOBODY
            if user.shown_to not in PersonVisibility.values:
                raise table.error("shown_to", f"it is one of {', '.join(PersonVisibility.values)}.")
            user.shown = dict.fromkeys(table.strings("shows_members"), PersonVisibility.MEMBERS.value)
            if unknown := set(user.shown) - set(FIELDS):
                raise table.error("shows_members", f"there is no field {sorted(unknown)[0]}.")
            user.is_staff = user.is_superuser = is_administrator
            user.save()
            # No letter reaches them.
            confirm_address(user)
            user.expertise.set(self.loaded.concepts_of(table, "expertise"))
            self.loaded.people[email] = user
            if role == "coordinator":
                self.loaded.coordinators.add(email)

    def load_memberships(self) -> None:
        """Everybody but the administrator belongs to every group of the demonstration."""
        for group in (page for page in self.loaded.pages.values() if isinstance(page, WorkingGroup)):
            for email, user in self.loaded.people.items():
                if not user.is_superuser:
                    role = Role.COORDINATOR if email in self.loaded.coordinators else Role.MEMBER
                    set_membership(group=group, user=user, role=role)


def _concept_data(table: Table) -> ConceptData:
    """What a table says of a concept; its ``related`` concepts are another matter, as they go both ways."""
    scheme = table.get("scheme", str)
    if scheme not in ConceptScheme.values:
        raise table.error("scheme", f"“{scheme}” is not one of {', '.join(ConceptScheme.values)}.")
    mark = table.get("mark", int, None)
    if mark is not None and mark not in MARKS:
        raise table.error("mark", f"“mark” must be a number from {MARKS[0]} to {MARKS[-1]}.")
    return ConceptData(
        key=table.get("key", str),
        scheme=scheme,
        mark=mark,
        broader=table.text("broader"),
        labels=tuple(_labels(table, "labels", "hidden")),
    )


def _labels(table: Table, shown: str, hidden: str = "") -> list[LabelRow]:
    """Language, kind and text of each name: in a list of those ``shown`` the first is the preferred one."""
    rows = []
    for name in filter(None, (shown, hidden)):
        if name == hidden and hidden not in table.values:
            continue
        labels = table.table(name)
        for language in labels.values:
            if language not in CODES:
                raise table.error(name, f"“{language}” is not one of {', '.join(CODES)}.")
            for number, text in enumerate(labels.strings(language)):
                first = LabelKind.PREFERRED if number == 0 else LabelKind.ALTERNATIVE
                rows.append((language, str(LabelKind.HIDDEN if name == hidden else first), text))
    if not any(kind == LabelKind.PREFERRED for _language, kind, _text in rows):
        raise table.error(shown, f"“{shown}” must name it in at least one language.")
    for (language, text), count in Counter((language, text) for language, _kind, text in rows).items():
        if count > 1:
            raise table.error(shown, f"“{text}” stands here twice in “{language}”.")
    return rows


def _set_names(city: City, names: list[LabelRow]) -> None:
    present = [(name.language, name.kind, name.text) for name in city.labels.all()]
    if sorted(present) != sorted(names):
        CityName.objects.filter(city=city).delete()
        for language, kind, text in names:
            CityName.objects.create(city=city, language=language, kind=kind, text=text)
