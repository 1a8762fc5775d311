"""Importing sheets from a spreadsheet: as drafts of the member who sends it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale

from members.models import User
from practices.importing.columns import Kind, columns_by_name
from practices.importing.plan import ImportPlan, PlannedSheet, fill_fields, sheet_digest
from practices.models import ImportedSheet, PracticeIndexPage, PracticeSheet, SheetRow
from practices.schema import FIELDS_BY_NAME

LONGEST_SLUG = 80


@dataclass(frozen=True, slots=True)
class Imported:
    created: int
    updated: int


@transaction.atomic
def import_sheets(*, plan: ImportPlan, owner: User, overwrite: Iterable[str] = ()) -> Imported:
    """Write the sheets of ``plan`` as drafts that belong to ``owner``. Nothing is published.

    ``overwrite`` are the references of sheets that were changed on the portal since the last import and are to be
    overwritten all the same.
    """
    parent = PracticeIndexPage.objects.filter(locale__language_code=plan.language).first()
    if parent is None:
        raise ValidationError({"language": _("There is no list of practices in this language yet.")})
    locale = Locale.objects.get(language_code=plan.language)
    to_write = plan.to_write(overwrite)
    for planned in to_write:
        sheet = _changed_draft(planned) or _new_draft(planned, parent, locale, owner)
        revision = sheet.save_revision(user=owner, clean=False, log_action=True)
        ImportedSheet.objects.update_or_create(
            owner=owner,
            reference=planned.reference,
            defaults={
                "practice": sheet.practice,
                "language": plan.language,
                "content_hash": planned.content_hash,
                "sheet_hash": sheet_digest(revision.content),
            },
        )
    created = sum(planned.sheet is None for planned in to_write)
    return Imported(created, len(to_write) - created)


def _changed_draft(planned: PlannedSheet) -> PracticeSheet | None:
    if planned.sheet is None:
        return None
    draft: PracticeSheet = planned.sheet.get_latest_revision_as_object()
    fill(draft, planned)
    return draft


def _new_draft(planned: PlannedSheet, parent: PracticeIndexPage, locale: Locale, owner: User) -> PracticeSheet:
    sheet = PracticeSheet(
        slug=find_available_slug(parent, slugify(planned.title)[:LONGEST_SLUG].strip("-") or "practice"),
        locale=locale,
        live=False,
        owner=owner,
    )
    fill(sheet, planned)
    parent.add_child(instance=sheet)
    return sheet


def fill(sheet: PracticeSheet, planned: PlannedSheet) -> None:
    """Give ``sheet``, in memory, what the file says: only the columns and the kinds of rows that the file has."""
    fill_fields(sheet, planned.values)
    for name, value in planned.values.items():
        kind = columns_by_name()[name].kind
        if kind == Kind.CONCEPTS:
            setattr(sheet, name, value)
        elif kind == Kind.TAGS:
            sheet.tags.set(value)
    for name, rows in planned.rows.items():
        _fill_rows(sheet, name, rows)


def _fill_rows(sheet: PracticeSheet, name: str, rows: list[dict[str, Any]]) -> None:
    """Rows keep their place: the second row of the file is the second row of the sheet, in every language."""
    model = FIELDS_BY_NAME[name].row_model
    before: list[SheetRow] = list(getattr(sheet, name).all())
    after = []
    for number, values in enumerate(rows):
        row = model(sort_order=number, **values)
        if number < len(before):
            row.pk, row.key = before[number].pk, before[number].key
        after.append(row)
    setattr(sheet, name, after)
