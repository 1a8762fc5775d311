"""Importing sheets from a spreadsheet: as drafts of the member who sends it."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction
from wagtail.models import Page

from members.models import User
from practices.actions.writing import list_in, new_sheet
from practices.importing.columns import Kind, columns_by_name
from practices.importing.plan import ImportPlan, PlannedSheet, fill_fields, sheet_digest
from practices.models import ImportedSheet, PracticeIndexPage, PracticeSheet, SheetRow
from practices.permissions import can_change_now
from practices.schema import FIELDS_BY_NAME


class Imported(NamedTuple):
    """How many drafts."""

    created: int
    updated: int


class CutOff(Exception):
    """One practice could not be written, and with it none of those that follow; ``done`` stays done."""

    def __init__(self, *, done: Imported, reference: str) -> None:
        super().__init__(reference)
        self.done = done
        self.reference = reference


def import_sheets(*, plan: ImportPlan, owner: User, overwrite: Iterable[str] = ()) -> Imported:
    """Write the sheets of ``plan`` as drafts that belong to ``owner``. Nothing is published.

    Each practice is a transaction of its own, so that others can write in between. What was changed on the portal since
    the plan was made is left alone. ``overwrite`` are the references of sheets that were changed there since the last
    import and are to be overwritten all the same. Raises CutOff.
    """
    parent = list_in(plan.language)
    created = updated = 0
    for planned in plan.to_write(overwrite):
        try:
            if not _import_sheet(planned, parent, owner):
                continue
        except (DatabaseError, ValidationError) as error:
            raise CutOff(done=Imported(created, updated), reference=planned.reference) from error
        if planned.sheet is None:
            created += 1
        else:
            updated += 1
    return Imported(created, updated)


@transaction.atomic
def _import_sheet(planned: PlannedSheet, parent: PracticeIndexPage, owner: User) -> bool:
    """Write one sheet. Returns False where somebody came first."""
    # Of two imports of one person at once, the second sees what the first has written.
    User.objects.select_for_update().get(pk=owner.pk)
    if planned.sheet is None:
        if _is_imported(planned, owner):
            return False
        sheet = _new_draft(planned, parent, owner)
    else:
        Page.objects.select_for_update(of=("self",)).get(pk=planned.sheet.pk)
        stored = PracticeSheet.objects.select_related("latest_revision").get(pk=planned.sheet.pk)
        if not can_change_now(owner, stored) or _content(stored) != _content(planned.sheet):
            return False
        sheet = _changed_draft(stored, planned)
    revision = sheet.save_revision(user=owner, clean=False, log_action=True)
    ImportedSheet.objects.update_or_create(
        owner=owner,
        reference=planned.reference,
        defaults={
            "practice": sheet.practice,
            "language": parent.language,
            "content_hash": planned.content_hash,
            "sheet_hash": sheet_digest(revision.content),
        },
    )
    return True


def _is_imported(planned: PlannedSheet, owner: User) -> bool:
    earlier = ImportedSheet.objects.filter(owner=owner, reference=planned.reference).first()
    return (
        earlier is not None
        and PracticeSheet.objects.filter(practice=earlier.practice_id, locale__language_code=earlier.language).exists()
    )


def _content(sheet: PracticeSheet) -> str:
    return sheet_digest(sheet.latest_revision.content if sheet.latest_revision else sheet.serializable_data())


def _changed_draft(sheet: PracticeSheet, planned: PlannedSheet) -> PracticeSheet:
    draft: PracticeSheet = sheet.get_latest_revision_as_object()
    fill(draft, planned)
    return draft


def _new_draft(planned: PlannedSheet, parent: PracticeIndexPage, owner: User) -> PracticeSheet:
    sheet = new_sheet(parent=parent, title=planned.title, owner=owner)
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
