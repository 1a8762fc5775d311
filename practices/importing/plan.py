"""What importing a file would do: which sheets it would create or change, and what is wrong with it where.

Nothing here writes.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _
from wagtail.models import WorkflowState

from common.constraints import Rule
from common.languages import own_name
from members.models import City, User
from practices.actions.publishing import content_value
from practices.importing.cells import CellProblem, read_cell
from practices.importing.columns import REFERENCE, Column, Kind, columns_by_name, main_columns, row_columns
from practices.importing.names import Names
from practices.importing.workbook import MOST_PRACTICES, Cell, NotReadable, Row, Table, read_tables
from practices.models import ImportedSheet, PracticeSheet, SheetRow
from practices.permissions import can_write, coordinates_some_group
from practices.schema import FIELDS, FIELDS_BY_NAME, ROW_NAMES, SETTINGS

LONGEST_REFERENCE = ImportedSheet._meta.get_field("reference").max_length or 0


class Outcome(Enum):
    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    CHANGED_HERE = "changed-here"
    """Somebody changed the sheet on the portal since: left alone unless the member wants it overwritten."""
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, where, in the language of the interface."""

    worksheet: str
    address: str
    label: str
    message: str


@dataclass(slots=True)
class PlannedSheet:
    """One practice of the file."""

    row: Row
    title: str = ""
    outcome: Outcome = Outcome.CREATE
    problems: list[Problem] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    """By field, for the columns that the file has: what the sheet is to say."""
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    """By kind of rows, for the worksheets that the file has."""
    sheet: PracticeSheet | None = None
    """The sheet that came of an earlier import."""
    content_hash: str = ""

    @property
    def reference(self) -> str:
        return self.row.reference


@dataclass(slots=True)
class ImportPlan:
    language: str
    sheets: list[PlannedSheet]
    problems: list[Problem]
    """Those that belong to no practice."""

    def with_outcome(self, *outcomes: Outcome) -> list[PlannedSheet]:
        return [sheet for sheet in self.sheets if sheet.outcome in outcomes]

    def to_write(self, overwrite: Iterable[str] = ()) -> list[PlannedSheet]:
        """The sheets to create and to change; ``overwrite`` are the references of those changed here meanwhile."""
        wanted = set(overwrite)
        return [
            sheet
            for sheet in self.sheets
            if sheet.outcome in {Outcome.CREATE, Outcome.UPDATE}
            or (sheet.outcome == Outcome.CHANGED_HERE and sheet.reference in wanted)
        ]


def make_plan(*, data: bytes, language: str, user: User) -> ImportPlan:
    """What importing ``data`` would do for ``user``, the sheets being written in ``language``. Raises NotReadable."""
    return _Planner(read_tables(data), language, user).plan()


# ---------------------------------------------------------------- what was said, and what is said now


def digest(said: Any) -> str:
    """The same for two things that say the same."""
    text = json.dumps(said, cls=DjangoJSONEncoder, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def sheet_digest(content: dict) -> str:
    """Of the serialised form of a sheet: changes with everything that can be written on it, and with nothing else."""
    stored = json.loads(json.dumps(content, cls=DjangoJSONEncoder))
    said = {each.name: content_value(stored, each) for each in FIELDS}
    return digest(said | {name: stored.get(name) for name in SETTINGS})


def _plain_value(value: Any) -> Any:
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, list):
        return sorted((_plain_value(each) for each in value), key=str)
    return value


def _file_digest(planned: PlannedSheet) -> str:
    said: dict[str, Any] = {name: _plain_value(value) for name, value in planned.values.items()}
    said |= {
        name: [{key: _plain_value(value) for key, value in row.items()} for row in rows]
        for name, rows in planned.rows.items()
    }
    return digest({name: value for name, value in said.items() if value not in (None, "", [])})


# ---------------------------------------------------------------- making the plan


class _Planner:
    def __init__(self, tables: list[Table], language: str, user: User) -> None:
        self.language = language
        self.user = user
        self.problems: list[Problem] = []
        self.main = self._main_of(tables)
        self.row_tables = self._row_tables_of([table for table in tables if table is not self.main])
        self.names = Names(user)
        self.may_write_for_any_city = coordinates_some_group(user)

    # ------------------------------------------------------------ worksheets and their columns

    def _main_of(self, tables: list[Table]) -> Table:
        found = [table for table in tables if "title" in table.headings]
        if len(found) != 1:
            raise NotReadable(
                _("Two worksheets have the column “title”. Keep one.")
                if found
                else _("The worksheet of practices is missing: it begins with the columns “reference” and “title”.")
            )
        main = found[0]
        if not main.rows:
            raise NotReadable(_("There is no practice in this file. Fill in the rows below the help."))
        if len(main.rows) > MOST_PRACTICES:
            raise NotReadable(
                _("This file has %(number)s practices. At most %(most)s can be imported at once.")
                % {"number": len(main.rows), "most": MOST_PRACTICES}
            )
        self._report_unknown_columns(main, {column.name for column in main_columns()})
        return main

    def _row_tables_of(self, tables: list[Table]) -> dict[str, Table]:
        found: dict[str, Table] = {}
        for table in tables:
            kinds = [name.partition(".")[0] for name in table.headings if name in columns_by_name() and "." in name]
            if not kinds:
                heading = table.headings[REFERENCE]
                self.problems.append(
                    _problem(heading, "", _("This worksheet is not one of the template: it is not read."))
                )
                continue
            kind = Counter(kinds).most_common(1)[0][0]
            if kind in found:
                raise NotReadable(
                    _("Two worksheets have the same columns: “%(first)s” and “%(second)s”. Keep one.")
                    % {"first": found[kind].title, "second": table.title}
                )
            found[kind] = table
            self._report_unknown_columns(table, {column.name for column in row_columns(kind)})
        return found

    def _report_unknown_columns(self, table: Table, known: set[str]) -> None:
        for name, heading in table.headings.items():
            if name not in known:
                message = _("There is no column “%(name)s” in the template: it is not read.") % {"name": name}
                self.problems.append(_problem(heading, "", message))

    # ------------------------------------------------------------ practices

    def plan(self) -> ImportPlan:
        sheets = [self._read(row) for row in self.main.rows]
        self._check_references(sheets)
        by_reference = {sheet.reference: sheet for sheet in sheets}
        for kind, table in self.row_tables.items():
            for sheet in sheets:
                sheet.rows[kind] = []
            for row in table.rows:
                self._read_row(kind, row, by_reference)
        for sheet in sheets:
            sheet.content_hash = _file_digest(sheet)
        self._match(sheets)
        for sheet in sheets:
            if sheet.outcome != Outcome.UNCHANGED and not sheet.problems:
                sheet.problems += self._contradictions(sheet)
            if sheet.problems:
                sheet.outcome = Outcome.LEFT_OUT
        return ImportPlan(self.language, sheets, self.problems)

    def _read(self, row: Row) -> PlannedSheet:
        planned = PlannedSheet(row)
        for column in main_columns()[1:]:
            if column.name in row.cells:
                planned.values[column.name] = self._value(column, row.cells[column.name], planned)
        planned.title = str(planned.values.get("title") or "")
        for name in ("title", "city"):
            if not planned.values.get(name) and not _has_problem_at(planned, row.cells.get(name)):
                planned.problems.append(
                    _problem(
                        row.cells.get(name) or row.cells[REFERENCE],
                        _label(columns_by_name()[name]),
                        _("This is required."),
                    )
                )
        return planned

    def _value(self, column: Column, cell: Cell, planned: PlannedSheet) -> Any:
        try:
            if cell.problem:
                raise CellProblem(cell.problem)
            value = read_cell(column, cell.value, self.names)
            if column.kind == Kind.CITY and value is not None:
                self._check_city(value)
        except CellProblem as error:
            planned.problems.append(_problem(cell, _label(column), str(error)))
            value = None
        if value is not None:
            # In the order of the list, so that the same choices are the same value.
            return column.field.clean(value, None) if column.kind == Kind.CHOICES else value
        return [] if column.kind.is_several else column.field.get_default()

    def _check_city(self, city: City) -> None:
        if self.may_write_for_any_city or city.pk == self.user.city_id:
            return
        if self.user.city is None:
            raise CellProblem(_("Your account has no city yet. Ask a coordinator to add it."))
        raise CellProblem(
            _("You write for %(city)s. Only coordinators import practices of other cities.") % {"city": self.user.city}
        )

    @staticmethod
    def _check_references(sheets: list[PlannedSheet]) -> None:
        places: dict[str, list[str]] = {}
        for sheet in sheets:
            places.setdefault(sheet.reference, []).append(sheet.row.cells[REFERENCE].address)
        for sheet in sheets:
            cell = sheet.row.cells[REFERENCE]
            message = ""
            if cell.problem:
                message = cell.problem
            elif not sheet.reference:
                message = _("Give each practice a reference of your own.")
            elif len(sheet.reference) > LONGEST_REFERENCE:
                message = _("A reference has at most %(most)s characters.") % {"most": LONGEST_REFERENCE}
            elif len(places[sheet.reference]) > 1:
                message = _("The same reference stands in: %(places)s.") % {
                    "places": ", ".join(places[sheet.reference])
                }
            if message:
                sheet.problems.insert(0, _problem(cell, _("Your own reference"), message))

    # ------------------------------------------------------------ their rows

    def _read_row(self, kind: str, row: Row, sheets: dict[str, PlannedSheet]) -> None:
        planned = sheets.get(row.reference)
        if planned is None or not row.reference:
            message = _("No practice of the file has the reference “%(reference)s”.") % {"reference": row.reference}
            self.problems.append(_problem(row.cells[REFERENCE], _("Your own reference"), message))
            return
        before = len(planned.problems)
        values = {
            column.field_name: self._value(column, row.cells[column.name], planned)
            for column in row_columns(kind)[1:]
            if column.name in row.cells
        }
        if len(planned.problems) == before:
            planned.problems += _problems_of_row(kind, row, values, planned.rows[kind])
        planned.rows[kind].append(values)

    # ------------------------------------------------------------ earlier imports

    def _match(self, sheets: list[PlannedSheet]) -> None:
        """Find what came of each practice at an earlier import, and what became of it since."""
        references = [sheet.reference for sheet in sheets]
        imported = {
            each.reference: each for each in ImportedSheet.objects.filter(owner=self.user, reference__in=references)
        }
        pages = {
            (page.practice_id, page.language): page
            for page in PracticeSheet.objects.filter(
                practice__in=[each.practice_id for each in imported.values()]
            ).select_related("locale", "latest_revision")
        }
        waiting = _under_review(list(pages.values()))
        for planned in sheets:
            earlier = imported.get(planned.reference)
            page = pages.get((earlier.practice_id, earlier.language)) if earlier else None
            if earlier and page:
                self._compare(planned, earlier, page, is_waiting=str(page.pk) in waiting)

    def _compare(self, planned: PlannedSheet, earlier: ImportedSheet, page: PracticeSheet, *, is_waiting: bool) -> None:
        planned.sheet = page
        cell = planned.row.cells[REFERENCE]
        if earlier.language != self.language:
            message = _("You imported this practice in another language: %(language)s. Choose that one.")
            planned.problems.append(_problem(cell, "", message % {"language": own_name(earlier.language)}))
        elif earlier.content_hash == planned.content_hash:
            planned.outcome = Outcome.UNCHANGED
        elif page.owner_id != self.user.pk and not can_write(self.user, page):
            planned.problems.append(_problem(cell, "", _("This sheet is no longer yours to write.")))
        elif is_waiting:
            planned.problems.append(_problem(cell, "", _("This sheet is under review, and waits for an answer.")))
        else:
            content = page.latest_revision.content if page.latest_revision else page.serializable_data()
            is_as_left = earlier.sheet_hash == sheet_digest(content)
            planned.outcome = Outcome.UPDATE if is_as_left else Outcome.CHANGED_HERE

    # ------------------------------------------------------------ rules over several fields

    def _contradictions(self, planned: PlannedSheet) -> Iterator[Problem]:
        sheet = planned.sheet.get_latest_revision_as_object() if planned.sheet else PracticeSheet()
        fill_fields(sheet, planned.values)
        for name, message in _errors_of(sheet, set(planned.values)):
            column = columns_by_name().get(name)
            cell = planned.row.cells.get(name) or planned.row.cells[REFERENCE]
            yield _problem(cell, _label(column) if column else "", message)


def _under_review(pages: list[PracticeSheet]) -> set[str]:
    """The ids, as text, of those pages that wait for an answer of their reviewers."""
    if not pages:
        return set()
    states = WorkflowState.objects.filter(
        status=WorkflowState.STATUS_IN_PROGRESS, object_id__in=[str(page.pk) for page in pages]
    )
    return set(states.values_list("object_id", flat=True))


def fill_fields(sheet: PracticeSheet, values: dict[str, Any]) -> None:
    """Set the simple fields of ``sheet``: all but relations to several things."""
    for name, value in values.items():
        if columns_by_name()[name].kind not in {Kind.CONCEPTS, Kind.TAGS}:
            setattr(sheet, name, value)


def _problems_of_row(kind: str, row: Row, values: dict[str, Any], others: list[dict[str, Any]]) -> Iterator[Problem]:
    columns = {column.field_name: column for column in row_columns(kind)[1:]}
    instance = FIELDS_BY_NAME[kind].row_model(**values)
    errors = list(_errors_of(instance, set(columns)))
    if kind == "evidence" and any(other["dimension"] == values.get("dimension") for other in others):
        errors.append(("dimension", _("There is a row for this dimension already.")))
    for name, message in errors:
        column = columns.get(name)
        cell = row.cells.get(column.name) if column else None
        yield _problem(cell or row.cells[REFERENCE], _label(column) if column else "", message)


def _errors_of(instance: PracticeSheet | SheetRow, names: set[str]) -> Iterator[tuple[str, str]]:
    """What the fields ``names`` and the rules over them find wrong, as pairs of field and sentence."""
    fields = instance._meta.concrete_fields
    relations = {each.name for each in fields if isinstance(each, models.ForeignKey)}
    # What the names were found among exists; asking the database once more for each would cost a query a cell.
    unchecked = {each.name for each in fields if each.name not in names} | relations
    wrong: dict[str, list[str]] = {}
    try:
        instance.clean_fields(exclude=unchecked)
    except ValidationError as error:
        wrong = error.message_dict
    if not wrong:
        wrong = _broken_rules(instance, names)
    if not wrong and isinstance(instance, PracticeSheet):
        wrong = _what_the_page_refuses(instance)
    for name, messages in wrong.items():
        yield ("" if name == NON_FIELD_ERRORS else name), " ".join(messages)


def _broken_rules(instance: PracticeSheet | SheetRow, names: set[str]) -> dict[str, list[str]]:
    """Each rule is asked with the fields that it is about, and only if there is anything to ask."""
    wrong: dict[str, list[str]] = {}
    every = {each.name for each in instance._meta.concrete_fields}
    for rule in instance._meta.constraints:
        if not isinstance(rule, Rule):
            continue
        condition: Any = rule.condition
        about = condition.referenced_base_fields
        if isinstance(instance, PracticeSheet):
            # An empty sheet keeps every rule; each answer costs a query, and a file has up to 500 sheets.
            is_idle = not about & names or not any(_says_something(instance, name) for name in about)
            if is_idle:
                continue
        try:
            rule.validate(type(instance), instance, exclude=every - about)
        except ValidationError as error:
            wrong.update(error.message_dict)
    return wrong


def _says_something(instance: models.Model, name: str) -> bool:
    model_field: Any = instance._meta.get_field(name)
    return bool(getattr(instance, model_field.attname) != model_field.get_default())


def _what_the_page_refuses(sheet: PracticeSheet) -> dict[str, list[str]]:
    try:
        sheet.clean()
    except ValidationError as error:
        return error.message_dict
    return {}


# ---------------------------------------------------------------- problems


def _label(column: Column) -> str:
    return str(column.label)


def _problem(cell: Cell, label: str, message: str) -> Problem:
    return Problem(cell.worksheet, cell.address, label, message)


def _has_problem_at(planned: PlannedSheet, cell: Cell | None) -> bool:
    return cell is not None and any(problem.address == cell.address for problem in planned.problems)


def row_names_of(planned: PlannedSheet) -> list[str]:
    """The kinds of rows that the file says something about, in the order of the sheet."""
    return [name for name in ROW_NAMES if name in planned.rows]
