"""What publishing a sheet brings with it: a frozen version, and the same facts in every language."""

import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.utils import timezone
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from wagtail.models import Revision

from practices.models import PracticeSheet, ReviewState, SheetRow, SheetVersion
from practices.schema import FIELDS, FIELDS_BY_NAME, PRIVATE, SETTINGS, SheetField


def content_value(content: dict, field: SheetField) -> Any:
    """What ``content``, the serialised form of a sheet, says in ``field``; comparable between two contents."""
    value = content.get(field.name)
    if field.is_rows:
        rows = sorted(value or [], key=lambda row: row.get("sort_order") or 0)
        names = [column.name for column in field.row_model.content_fields()]
        return [{name: row.get(name) for name in names} for row in rows]
    if isinstance(field.model_field, ClusterTaggableManager):
        return sorted(str(tag.get("tag")) for tag in content.get("tagged_items") or [])
    if isinstance(field.model_field, ParentalManyToManyField):
        return sorted(value or [])
    return value or None


def changed_fields(before: dict, after: dict) -> list[str]:
    """Names of the fields, of those that everybody may see, in which two contents of a sheet differ."""
    return [
        field.name
        for field in FIELDS
        if field.name not in PRIVATE and content_value(before, field) != content_value(after, field)
    ]


@transaction.atomic
def freeze_version(*, sheet: PracticeSheet, revision: Revision) -> SheetVersion | None:
    """Keep what ``revision`` says as the next version of ``sheet``; None when the last one says the same."""
    # As the database gives it back, so that the two can be compared.
    content = json.loads(json.dumps(revision.content, cls=DjangoJSONEncoder))
    last = SheetVersion.objects.filter(sheet=sheet).order_by("-number").first()
    changed = changed_fields(last.content, content) if last else []
    if last and not changed:
        return None
    return SheetVersion.objects.create(
        sheet=sheet,
        number=last.number + 1 if last else 1,
        published_at=sheet.last_published_at or timezone.now(),
        content=content,
        changed_fields=changed,
        note=sheet.updating_note,
        review=_review_of(sheet, revision, last, changed),
    )


def _review_of(
    sheet: PracticeSheet, revision: Revision, last: SheetVersion | None, changed: list[str]
) -> ReviewState | None:
    """The review that accepted ``revision``. A translation that only takes over facts keeps the one that it had."""
    if last and not sheet.is_original and not any(FIELDS_BY_NAME[name].is_words for name in changed):
        return last.review
    return ReviewState.objects.filter(revision=revision, status=ReviewState.STATUS_APPROVED).order_by("-pk").first()


# ---------------------------------------------------------------- the same facts in every language


def is_shared(field: SheetField) -> bool:
    """Whether a field says the same in every language: numbers, dates, choices, relations, proper names."""
    return not field.is_words and not field.is_rows and not isinstance(field.model_field, ClusterTaggableManager)


@transaction.atomic
def share_facts(*, sheet: PracticeSheet) -> None:
    """Bring the facts of ``sheet``, the version first written, to its other language versions, drafts included."""
    for version in PracticeSheet.objects.versions_of(sheet).exclude(pk=sheet.pk).select_related("locale"):
        draft = version.get_latest_revision_as_object() if version.has_unpublished_changes else None
        if (version.live or draft is None) and take_facts(version, sheet):
            revision = version.save_revision()
            if version.live:
                revision.publish()
        # The unfinished words stay a draft, on top of what is published.
        if draft is not None and (take_facts(draft, sheet) or version.latest_revision_id != draft.latest_revision_id):
            draft.save_revision()


def mark_translated_rows(*, sheet: PracticeSheet) -> None:
    """Of the rows of a published translation, note which have words of its own now."""
    original = sheet.original
    for field in FIELDS:
        if not field.is_rows:
            continue
        there = {row.key: row for row in getattr(original, field.name).all()}
        for row in getattr(sheet, field.name).all():
            source = there.get(row.key)
            if row.language != sheet.language and source and _words(row) != _words(source):
                type(row).objects.filter(pk=row.pk).update(language=sheet.language)


def _words(row: SheetRow) -> list[str]:
    return [getattr(row, name) for name in row.WORDS]


def take_facts(version: PracticeSheet, original: PracticeSheet) -> bool:
    """Set the facts of ``original`` on another language version, in memory. Returns whether that changed anything."""
    changed = False
    for name in [*(field.name for field in FIELDS if is_shared(field)), *SETTINGS]:
        field = PracticeSheet._meta.get_field(name)
        if isinstance(field, ParentalManyToManyField):
            there, here = list(getattr(original, name).all()), list(getattr(version, name).all())
            differs = {related.pk for related in there} != {related.pk for related in here}
            value: Any = there
        else:
            value = getattr(original, field.attname)
            differs = value != getattr(version, field.attname)
        if differs:
            setattr(version, name if isinstance(field, ParentalManyToManyField) else field.attname, value)
            changed = True
    for field in FIELDS_BY_NAME.values():
        if field.is_rows and _take_rows(version, original, field):
            changed = True
    return changed


def _take_rows(version: PracticeSheet, original: PracticeSheet, field: SheetField) -> bool:
    """Give ``version`` the same rows as ``original``, each with its own words where it has any."""
    own = {row.key: row for row in getattr(version, field.name).all()}
    wanted = [_row_like(row, own.get(row.key), original.language) for row in getattr(original, field.name).all()]
    if [row.state for row in wanted] == [row.state for row in own.values()]:
        return False
    setattr(version, field.name, wanted)
    return True


def _row_like(row: SheetRow, own: SheetRow | None, language: str) -> SheetRow:
    values = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in {"id", "sheet", "language"}
    }
    if own is None:
        return type(row)(**values, language=row.language or language)
    # Words that nobody translated follow the original; translated ones stay.
    untranslated = own.language == (row.language or language)
    words = {} if untranslated else {name: getattr(own, name) for name in row.WORDS}
    return type(row)(**{**values, **words}, pk=own.pk, language=own.language)
