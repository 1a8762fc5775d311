"""What content files say of pages: created as they say, or brought up to date."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from wagtail.models import Locale, Page

from common.fields import StreamField
from common.markdown import markdown_to_rich_text
from common.models import BasePage
from events.models import EventIndexPage, EventPage
from groups.enums import Openness
from groups.models import WorkingGroup, WorkingGroupIndexPage
from portal.content.events import announce, load_facts, load_programme
from portal.content.loaded import NAMESPACE, Loaded, translation_key
from portal.content.sheets import SheetReader, keep_known_rows
from portal.content.tables import Table
from portal.models import HomePage, StandardPage
from practices.enums import RecommendationStatus
from practices.models import (
    PracticeIndexPage,
    PracticeSheet,
    Project,
    ProjectIndexPage,
    Recommendation,
    RecommendationIndexPage,
)


@dataclass(frozen=True)
class PageLoader:
    """Each page after what it names."""

    loaded: Loaded

    def load_standard_page(self, table: Table) -> None:
        in_menu = bool(table.get("in_menu", bool, False))
        self._load_versions(
            table, StandardPage, HomePage, lambda texts: {"body": _body(texts), "show_in_menus": in_menu}
        )

    def load_group(self, table: Table) -> None:
        openness = table.get("openness", str, Openness.LISTED)
        if openness not in Openness.values:
            raise table.error("openness", f"“{openness}” is not one of {', '.join(Openness.values)}.")
        shared = {
            "contact": table.text("contact"),
            "openness": openness,
            "admits_domains": table.get("admits_domains", bool, False),
            "answer_within_days": table.get("answer_within_days", int, 7),
            "leading_cities": [
                table.find("leading_cities", self.loaded.cities, key) for key in table.strings("leading_cities")
            ],
            "themes": self.loaded.concepts_of(table, "themes"),
        }
        self._load_versions(table, WorkingGroup, WorkingGroupIndexPage, lambda texts: {**shared, "body": _body(texts)})

    def load_project(self, table: Table) -> None:
        shared = {
            "also_known_as": ", ".join(table.strings("also_known_as")),
            "programme": table.text("programme"),
            "grant_number": table.text("grant_number"),
            "starts_on": table.get("starts_on", date, None),
            "ends_on": table.get("ends_on", date, None),
            "website": table.text("website"),
            "themes": self.loaded.concepts_of(table, "themes"),
        }
        self._load_versions(table, Project, ProjectIndexPage, lambda texts: {**shared, "body": _body(texts)})

    def load_sheet(self, table: Table) -> None:
        reader = SheetReader(table, self.loaded)
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
        sheets = [table.find("sheets", self.loaded.pages, key) for key in table.strings("sheets")]
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
                "city": table.named("city", self.loaded.cities),
                "organiser": table.named("organiser", self.loaded.organisations),
                "group": table.named("group", self.loaded.pages),
                "related_project": table.named("project", self.loaded.pages),
            },
            themes=self.loaded.concepts_of(table, "themes"),
        )
        load_programme(event, [(row, row.named("sheet", self.loaded.pages)) for row in table.tables("session")])
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
            self.loaded.pages[key] = page
        return page


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


def _body(texts: Table, name: str = "body") -> list[dict[str, Any]]:
    """The blocks of a page's body, as Wagtail stores them.

    Their ids come from their place, so that loading them again changes nothing.
    """
    return [
        {
            "type": block.get("type", str),
            "value": _block_value(block),
            "id": str(uuid.uuid5(NAMESPACE, f"{texts.path.name}/{block.name}/{number}")),
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
                {"type": "item", "value": item, "id": str(uuid.uuid5(NAMESPACE, f"{item['label']}/{item['source']}"))}
                for item in items
            ],
        }
    raise block.error("type", f"“{kind}” is not a kind of block: heading, paragraph or figures.")
