"""From content files to the database: creates what they say, or brings it up to date."""

import uuid
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Locale, Page

from common.fields import StreamField
from common.languages import CODES
from common.markdown import markdown_to_rich_text
from common.models import BasePage
from discussions.actions import add_post, open_thread
from discussions.models import Post, Thread
from events.models import EventIndexPage, EventPage
from groups.actions import set_membership
from groups.enums import Role
from groups.models import WorkingGroup, WorkingGroupIndexPage
from members.models import City, CityName, Organisation, User
from portal.content import Table, read_folder, read_table
from portal.event_content import announce, load_facts, load_programme
from portal.models import HomePage, StandardPage
from portal.sheet_content import SheetReader, keep_known_rows
from practices.enums import RecommendationStatus
from practices.models import (
    PracticeIndexPage,
    PracticeSheet,
    Project,
    ProjectIndexPage,
    Recommendation,
    RecommendationIndexPage,
)
from search.actions.relevance import judge_query
from search.models import JudgedQuery, ResultList
from taxonomy.actions import ConceptData, LabelRow, write_concepts
from taxonomy.hierarchy import refusal_of_broader
from taxonomy.models import MARKS, Concept, ConceptScheme, LabelKind

# A domain reserved for examples (RFC 2606): nobody real has an address in it.
DEMONSTRATION_DOMAIN = "@example.org"
_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://example.org/practice-portal/demonstration")


class ContentLoader:
    """Loads one content folder, and remembers by key what it has loaded."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.concepts: dict[str, Concept] = {}
        self.cities: dict[str, City] = {}
        self.organisations: dict[str, Organisation] = {}
        self.people: dict[str, User] = {}
        self.coordinators: set[str] = set()
        self.pages: dict[str, BasePage] = {}
        """Of each page the version in its original language."""

    def load(self) -> None:
        """Load everything, each thing after what it names. Raises ContentError."""
        self.load_vocabulary()
        self.load_cities()
        self.load_organisations()
        self.load_people()
        for name, load in (
            ("pages", self.load_standard_page),
            ("groups", self.load_group),
            ("projects", self.load_project),
            ("practices", self.load_sheet),
            ("projects", self.load_recommendations),
            ("events", self.load_event),
            ("discussions", self.load_thread),
        ):
            for table in read_folder(self.folder / name):
                load(table)
        self.load_memberships()
        self.load_judged_queries()

    # ------------------------------------------------------------ vocabulary and network

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
                self._find(table, "related", other, concepts)
                related[key].add(other)
                related[other].add(key)
        write_concepts(concepts=[replace(data, related=frozenset(related[key])) for key, data in concepts.items()])
        self.concepts = {concept.key: concept for concept in Concept.objects.filter(key__in=concepts)}

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
            self.cities[city.key] = city

    def load_organisations(self) -> None:
        for table in read_table(self.folder / "organisations.toml").tables("organisation"):
            organisation, _created = Organisation.objects.update_or_create(
                key=table.get("key", str),
                defaults={
                    "name": table.get("name", str),
                    "sector": table.get("sector", str),
                    "city": self._named(table, "city", self.cities),
                    "website": table.text("website"),
                },
            )
            self.organisations[organisation.key] = organisation

    def load_people(self) -> None:
        for table in read_table(self.folder / "people.toml").tables("person"):
            email, role = table.get("email", str), table.get("role", str)
            if not email.endswith(DEMONSTRATION_DOMAIN):
                raise table.error("email", f"a demonstration account ends in {DEMONSTRATION_DOMAIN}.")
            is_administrator = role == "administrator"
            user = User.objects.filter(email=email).first() or User.objects.create_user(email)
            user.first_name, user.last_name = table.get("first_name", str), table.get("last_name", str)
            user.city = self._named(table, "city", self.cities)
            user.organisation = self._named(table, "organisation", self.organisations)
            user.languages = table.strings("languages")
            user.time_zone = table.text("time_zone")
            if user.time_zone and not user.zone:
                raise table.error("time_zone", "there is no such time zone.")
            user.is_staff = user.is_superuser = is_administrator
            user.save()
            self.people[email] = user
            if role == "coordinator":
                self.coordinators.add(email)

    def load_memberships(self) -> None:
        """Everybody but the administrator belongs to every group of the demonstration."""
        for group in (page for page in self.pages.values() if isinstance(page, WorkingGroup)):
            for email, user in self.people.items():
                if not user.is_superuser:
                    role = Role.COORDINATOR if email in self.coordinators else Role.MEMBER
                    set_membership(group=group, user=user, role=role)

    # ------------------------------------------------------------ pages

    def load_standard_page(self, table: Table) -> None:
        in_menu = bool(table.get("in_menu", bool, False))
        self._load_versions(
            table, StandardPage, HomePage, lambda texts: {"body": _body(texts), "show_in_menus": in_menu}
        )

    def load_group(self, table: Table) -> None:
        shared = {"contact": table.text("contact"), "themes": self._concepts(table, "themes")}
        self._load_versions(table, WorkingGroup, WorkingGroupIndexPage, lambda texts: {**shared, "body": _body(texts)})

    def load_project(self, table: Table) -> None:
        shared = {
            "also_known_as": ", ".join(table.strings("also_known_as")),
            "programme": table.text("programme"),
            "grant_number": table.text("grant_number"),
            "starts_on": table.get("starts_on", date, None),
            "ends_on": table.get("ends_on", date, None),
            "website": table.text("website"),
            "themes": self._concepts(table, "themes"),
        }
        self._load_versions(table, Project, ProjectIndexPage, lambda texts: {**shared, "body": _body(texts)})

    def load_sheet(self, table: Table) -> None:
        reader = SheetReader(
            table, concepts=self.concepts, cities=self.cities, organisations=self.organisations, pages=self.pages
        )
        self._load_versions(table, PracticeSheet, PracticeIndexPage, reader.fields, tags=reader.tags)

    def load_recommendations(self, table: Table) -> None:
        if "recommendations" not in table.values:
            return
        key, original = table.get("key", str), table.get("original", str)
        for language, texts in table.table("recommendations").versions():
            self._save_page(
                RecommendationIndexPage,
                f"{key}/recommendations",
                language,
                original,
                texts,
                parent=self._parent(texts, Project, language, key=key),
                fields={"introduction": markdown_to_rich_text(texts.text("introduction"))},
            )
        for recommendation in table.tables("recommendation"):
            self._load_recommendation(recommendation, project_key=key, original=original)

    def _load_recommendation(self, table: Table, *, project_key: str, original: str) -> None:
        sheets = [self._find(table, "sheets", key, self.pages) for key in table.strings("sheets")]
        for language, texts in table.versions():
            parent = self._parent(texts, RecommendationIndexPage, language, key=f"{project_key}/recommendations")
            self._save_page(
                Recommendation,
                table.get("key", str),
                language,
                original,
                texts,
                parent=parent,
                fields={
                    "number": table.get("number", int),
                    "addressee": table.get("addressee", str),
                    "status": table.get("status", str, RecommendationStatus.ADOPTED),
                    "text": markdown_to_rich_text(texts.text("text")),
                    "rationale": markdown_to_rich_text(texts.text("rationale")),
                    "sheets": sheets,
                },
            )

    def load_event(self, table: Table) -> None:
        key = translation_key(EventPage, table.get("key", str))
        event = load_facts(
            table,
            key,
            {
                "city": self._named(table, "city", self.cities),
                "organiser": self._named(table, "organiser", self.organisations),
                "group": self._named(table, "group", self.pages),
                "related_project": self._named(table, "project", self.pages),
            },
            themes=self._concepts(table, "themes"),
        )
        load_programme(event, [(row, self._named(row, "sheet", self.pages)) for row in table.tables("session")])
        self._load_versions(
            table,
            EventPage,
            EventIndexPage,
            lambda texts: {"event": event, "body": _body(texts), "report": _body(texts, "report")},
        )
        announce(event, table)

    def _load_versions(
        self,
        table: Table,
        model: type[BasePage],
        parent_model: type[BasePage],
        fields: Callable[[Table], dict[str, Any]],
        *,
        tags: Sequence[str] = (),
    ) -> None:
        """``tags`` are words of the original, which no translation has."""
        key, original = table.get("key", str), table.get("original", str)
        versions = dict(table.versions())
        if original not in versions:
            raise table.error("original", f"the text in the original language, [{original}], is missing.")
        for language in sorted(versions, key=lambda language: language != original):
            self._save_page(
                model,
                key,
                language,
                original,
                versions[language],
                parent=self._parent(versions[language], parent_model, language),
                fields=fields(versions[language]),
                tags=tags if language == original else (),
            )

    def _parent(self, table: Table, model: type[BasePage], language: str, *, key: str | None = None) -> BasePage:
        parents = model.objects.filter(locale__language_code=language)
        if key:
            parents = parents.filter(translation_key=translation_key(model, key))
        parent = parents.first()
        if parent is None:
            raise table.error("slug", f"there is no page in “{language}” to put it under.")
        return parent

    def _save_page(
        self,
        model: type[BasePage],
        key: str,
        language: str,
        original: str,
        texts: Table,
        *,
        parent: Page,
        fields: dict[str, Any],
        tags: Sequence[str] = (),
    ) -> BasePage:
        """Create the page, or update it where the file says something else than the page does."""
        page_key = translation_key(model, key)
        page = model.objects.filter(translation_key=page_key, locale__language_code=language).first()
        is_new = page is None
        if page is None:
            locale = Locale.objects.get(language_code=language)
            page = model(translation_key=page_key, locale=locale, original_language=original)
        values = {"title": texts.get("title", str), "slug": texts.get("slug", str), "summary": texts.text("summary")}
        changed = [name for name, value in (values | fields).items() if _set(page, name, value)]
        if isinstance(page, PracticeSheet) and set(page.tags.names()) != set(tags):
            page.tags.set(tags)
            changed.append("tags")
        try:
            if is_new:
                parent.add_child(instance=page)
            if is_new or changed:
                page.save_revision().publish()
        except ValidationError as error:
            field, problems = next(iter(error.message_dict.items()))
            raise texts.error(field, f"“{field}” was refused: {' '.join(problems)}") from error
        if language == original:
            self.pages[key] = page
        return page

    # ------------------------------------------------------------ discussions

    def load_thread(self, table: Table) -> None:
        group = self._named(table, "group", self.pages, required=True)
        posts = list(table.tables("post"))
        if not posts:
            raise table.error("post", "a discussion has at least one [[post]].")
        author = self._named(table, "started_by", self.people, required=True)
        title = table.get("title", str)
        if Thread.objects.of_group(group).filter(title=title, author=author).exists():
            return
        first, *replies = posts
        thread = open_thread(
            group=group,
            about=self._named(table, "about", self.pages),
            author=author,
            title=title,
            language=table.get("language", str),
            text=first.get("text", str).strip(),
            at=first.get("written", datetime),
        )
        Post.objects.filter(thread=thread).update(language=first.get("language", str))
        for reply in replies:
            add_post(
                thread=thread,
                author=self._named(reply, "author", self.people, required=True),
                text=reply.get("text", str).strip(),
                language=reply.get("language", str),
                at=reply.get("written", datetime),
            )

    # ------------------------------------------------------------ what the search should find

    def load_judged_queries(self) -> None:
        """Queries and the page that each should find first; a folder need not have any."""
        path = self.folder / "judged_queries.toml"
        if not path.exists():
            return
        known = {(query.text, query.language): query for query in JudgedQuery.objects.prefetch_related("expected")}
        for table in read_table(path).tables("query"):
            text, language, name = table.get("text", str), table.get("language", str), table.get("list", str)
            first = self._find(table, "first", table.get("first", str), self.pages)
            key = f"{first._meta.label_lower}:{first.translation_key}"
            if name not in ResultList.values:
                raise table.error("list", f"“{name}” is not one of {', '.join(ResultList.values)}.")
            judge_query(
                judged=known.get((text, language)),
                text=text,
                language=language,
                note=table.text("note"),
                own=[key] if name == ResultList.OWN else [],
                other=[key] if name == ResultList.OTHER else [],
            )

    # ------------------------------------------------------------ what one thing calls another

    def _named(self, table: Table, name: str, known: dict[str, Any], *, required: bool = False) -> Any:
        key = table.get(name, str) if required else table.get(name, str, None)
        return self._find(table, name, key, known) if key else None

    @staticmethod
    def _find(table: Table, name: str, key: str, known: dict[str, Any]) -> Any:
        if key not in known:
            raise table.error(name, f"“{key}” is not known.")
        return known[key]

    def _concepts(self, table: Table, name: str) -> list[Concept]:
        return [self._find(table, name, key, self.concepts) for key in table.strings(name)]


def translation_key(model: type[BasePage], key: str) -> uuid.UUID:
    return uuid.uuid5(_NAMESPACE, f"{model._meta.label_lower}/{key}")


def _set(page: BasePage, name: str, value: Any) -> bool:
    """Set a field, relations and rows included. Returns whether that changed anything."""
    field = type(page)._meta.get_field(name)
    before: Any = getattr(page, name, None)
    if field.one_to_many:
        value = keep_known_rows(list(before.all()), value)
        changed = [row.state for row in before.all()] != [row.state for row in value]
    elif field.many_to_many:
        changed = {related.pk for related in before.all()} != {related.pk for related in value}
    elif isinstance(field, StreamField):
        changed = before.get_prep_value() != value
        value = field.to_python(value)
    else:
        changed = before != value
    if changed:
        setattr(page, name, value)
    return changed


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


def _body(texts: Table, name: str = "body") -> list[dict[str, Any]]:
    """The blocks of a page's body, as Wagtail stores them.

    Their ids come from their place, so that loading them again changes nothing.
    """
    return [
        {
            "type": block.get("type", str),
            "value": _block_value(block),
            "id": str(uuid.uuid5(_NAMESPACE, f"{texts.path.name}/{block.name}/{number}")),
        }
        for number, block in enumerate(texts.tables(name))
    ]


def _block_value(block: Table) -> Any:
    kind = block.get("type", str)
    if kind == "heading":
        return block.get("text", str)
    if kind == "paragraph":
        return markdown_to_rich_text(block.get("text", str))
    if kind == "figures":
        items = block.get("items", list)
        for item in items:
            if not isinstance(item, dict) or not {"value", "label", "source"} <= set(item):
                raise block.error("items", "each figure has “value”, “label” and “source”.")
        return {
            "title": block.text("title"),
            "items": [
                {"type": "item", "value": item, "id": str(uuid.uuid5(_NAMESPACE, f"{item['label']}/{item['source']}"))}
                for item in items
            ],
        }
    raise block.error("type", f"“{kind}” is not a kind of block: heading, paragraph or figures.")
