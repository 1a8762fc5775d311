"""Reads of the review: what waits for whom, what a reviewer reads, what the author is told, what readers see of it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, QuerySet, URLField
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from wagtail.models import TaskState

from common.fields import ChoiceListField
from common.markdown import render_markdown
from groups.permissions import Reader
from members.models import CityName
from practices.actions.publishing import changed_fields, content_value
from practices.models import EvidenceConfirmation, PracticeSheet, ReviewRemark, ReviewState, SheetRow, SheetVersion
from practices.schema import FIELDS, FIELDS_BY_NAME, PRIVATE, ROW_NAMES, Level, SheetField, Tab, fields_of, missing
from taxonomy.queries import preferred_labels

DECISIONS_SHOWN = 20
DECIDED = (TaskState.STATUS_APPROVED, TaskState.STATUS_REJECTED)


def field_address(sheet: PracticeSheet, name: str) -> str:
    """Where the members' form asks for the field called ``name``."""
    return f"{reverse('practices:write', args=[sheet.pk, FIELDS_BY_NAME[name].tab.value])}#id_{name}"


# ---------------------------------------------------------------- what waits, what was decided


@dataclass(frozen=True, slots=True)
class QueueEntry:
    review: ReviewState
    sheet: PracticeSheet


def reviews_of(sheets: QuerySet[PracticeSheet]) -> QuerySet[ReviewState]:
    """The rounds of review of these sheets, by number."""
    # Wagtail keeps the number of what a workflow is about as text, whatever the thing is.
    keys = sheets.order_by().annotate(key=Cast("pk", CharField())).values("key")
    return ReviewState.objects.filter(
        workflow_state__content_type=ContentType.objects.get_for_model(PracticeSheet),
        workflow_state__object_id__in=keys,
    ).order_by("pk")


def waiting_for(user: Reader) -> QuerySet[ReviewState]:
    """The sheets on which ``user`` may decide, the first due first."""
    waiting = reviews_of(PracticeSheet.objects.reviewed_by(user)).filter(status=TaskState.STATUS_IN_PROGRESS)
    return waiting.order_by("due_on", "pk")


def decided_for(user: Reader) -> QuerySet[ReviewState]:
    """The last decisions on the sheets on which ``user`` may decide."""
    return (
        reviews_of(PracticeSheet.objects.reviewed_by(user))
        .filter(status__in=DECIDED)
        .order_by("-finished_at", "-pk")[:DECISIONS_SHOWN]
    )


def queue_entries(reviews: QuerySet[ReviewState]) -> list[QueueEntry]:
    found = list(reviews.select_related("workflow_state__requested_by", "finished_by"))
    sheets = (
        PracticeSheet.objects.filter(pk__in={review.sheet_pk for review in found})
        .select_related("locale", "city")
        .prefetch_related(preferred_labels("city__labels", CityName))
        .in_bulk()
    )
    return [QueueEntry(review, sheets[review.sheet_pk]) for review in found if review.sheet_pk in sheets]


def open_review_of(sheet: PracticeSheet) -> ReviewState | None:
    """The round in which ``sheet`` waits now."""
    return reviews_of(PracticeSheet.objects.filter(pk=sheet.pk)).filter(status=TaskState.STATUS_IN_PROGRESS).last()


def rounds_of(sheet: PracticeSheet) -> list[ReviewState]:
    """All rounds of review of ``sheet``, the first first, with their remarks."""
    rounds = reviews_of(PracticeSheet.objects.filter(pk=sheet.pk))
    return list(rounds.select_related("workflow_state__requested_by", "finished_by").prefetch_related("remarks"))


def remarks_on(sheet: PracticeSheet) -> dict[str, list[ReviewRemark]]:
    """What the reviewers asked to change when they last sent ``sheet`` back, by field; ``""`` is about the whole.

    Empty once a later version was accepted.
    """
    last = reviews_of(PracticeSheet.objects.filter(pk=sheet.pk)).filter(status__in=DECIDED).last()
    remarks: dict[str, list[ReviewRemark]] = defaultdict(list)
    if last is not None and last.status == TaskState.STATUS_REJECTED:
        for remark in last.remarks.all():
            remarks[remark.field].append(remark)
    return dict(remarks)


# ---------------------------------------------------------------- the sheet before a reviewer


@dataclass(frozen=True, slots=True)
class Fact:
    label: str
    value: str
    address: str = ""
    """Where it leads, if it leads anywhere."""


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of a field: a value, or a row with all that it says."""

    text: str
    facts: list[Fact] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Shown:
    """What a sheet says in one field: formatted text, or lines."""

    prose: SafeString | None = None
    lines: list[Line] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.prose or self.lines)


@dataclass(frozen=True, slots=True)
class FieldUnderReview:
    field: SheetField
    now: Shown
    before: Shown
    """What is published, where that is something else."""
    is_changed: bool

    @property
    def is_missing(self) -> bool:
        return not self.now


@dataclass(frozen=True, slots=True)
class TabUnderReview:
    tab: Tab
    fields: list[FieldUnderReview]


@dataclass(frozen=True, slots=True)
class SheetUnderReview:
    sheet: PracticeSheet
    tabs: list[TabUnderReview]
    published: SheetVersion | None
    missing: list[SheetField]
    """What a validated sheet would need and this one lacks."""

    @property
    def names(self) -> list[str]:
        return [shown.field.name for tab in self.tabs for shown in tab.fields]

    @property
    def changed(self) -> list[SheetField]:
        return [shown.field for tab in self.tabs for shown in tab.fields if shown.is_changed]


def sheet_under_review(sheet: PracticeSheet, content: dict) -> SheetUnderReview:
    """``content``, a revision of ``sheet``, as a reviewer reads it: what is filled, changed, or missed by readers."""
    draft = _as_draft(sheet, content)
    published = SheetVersion.objects.filter(sheet=sheet).select_related("sheet__locale").order_by("-number").first()
    changed = set(_all_changes(published.content, content)) if published else set()
    before = published.as_sheet() if published and changed else None
    lacking = missing(draft, Level.VALIDATED)
    tabs = []
    for tab in Tab:
        fields = []
        for entry in fields_of(tab):
            now, is_changed = shown_in(draft, entry), entry.name in changed
            if now or is_changed or entry in lacking:
                then = shown_in(before, entry) if before and is_changed else Shown()
                fields.append(FieldUnderReview(entry, now, then, is_changed))
        if fields:
            tabs.append(TabUnderReview(tab, fields))
    return SheetUnderReview(draft, tabs, published, lacking)


def _as_draft(sheet: PracticeSheet, content: dict) -> PracticeSheet:
    # Each row would ask the database whether the sheet that it belongs to is there.
    rows = {name: [{**row, "sheet": None} for row in content.get(name) or []] for name in ROW_NAMES}
    draft: PracticeSheet = sheet.with_content_json({**content, **rows})
    return draft


def _all_changes(before: dict, after: dict) -> list[str]:
    """Also in the fields that not everybody sees: reviewers do."""
    private = [name for name in PRIVATE if _differs(before, after, FIELDS_BY_NAME[name])]
    return [*changed_fields(before, after), *private]


def _differs(before: dict, after: dict, entry: SheetField) -> bool:
    return bool(content_value(before, entry) != content_value(after, entry))


def shown_in(sheet: PracticeSheet, entry: SheetField) -> Shown:
    """What ``sheet`` says in a field, with everything that its rows hold."""
    if entry.is_markdown:
        text = getattr(sheet, entry.name)
        return Shown(prose=render_markdown(text)) if text else Shown()
    if entry.is_rows:
        return Shown(lines=[Line(str(row), _facts_of(row)) for row in getattr(sheet, entry.name).all()])
    return Shown(lines=[Line(value) for value in entry.shown_values(sheet)])


def _facts_of(row: SheetRow) -> list[Fact]:
    facts = []
    for column in row.content_fields():
        value = getattr(row, column.name)
        if value in (None, "", []):
            continue
        if isinstance(column, ChoiceListField):
            words = "; ".join(column.labels(value))
        else:
            words = str(getattr(row, f"get_{column.name}_display")() if column.choices else value)
        address = words if isinstance(column, URLField) else getattr(value, "url", "")
        if words != str(row) or address:
            facts.append(Fact(capfirst(str(column.verbose_name)), words, address))
    return facts


def labels_of(names: Iterable[str]) -> list[str]:
    """The labels of the fields called so, in the order of the sheet."""
    wanted = set(names)
    return [str(entry.label) for entry in FIELDS if entry.name in wanted]


def confirmations_of(sheet: PracticeSheet) -> dict[str, EvidenceConfirmation]:
    """What reviewers confirmed so far, by dimension."""
    return {found.dimension: found for found in EvidenceConfirmation.objects.filter(practice=sheet.practice_id)}


# ---------------------------------------------------------------- what readers see of it


@dataclass(frozen=True, slots=True)
class Freshness:
    """Until when somebody answered for what a sheet says."""

    verified_on: date | None
    published_on: date | None
    is_stale: bool


def a_year_before(day: date) -> date:
    """The same day a year earlier; of 29 February, the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


def freshness_of(sheet: PracticeSheet) -> Freshness:
    verified = sheet.practice.verified_on
    published = timezone.localdate(sheet.first_published_at) if sheet.first_published_at else None
    known = verified or published
    return Freshness(verified, published, known is not None and known <= a_year_before(timezone.localdate()))
