"""What changed from one version of a sheet to the next, in words."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import cast

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from groups.permissions import Reader
from practices.models import PracticeSheet, SheetVersion
from practices.schema import FIELDS_BY_NAME, SheetField


@dataclass(frozen=True, slots=True)
class Change:
    """One field: its label, and its text with what went and what came marked."""

    field: SheetField
    html: SafeString

    @property
    def label(self) -> str:
        return str(self.field.label)


def labels_of_changed(version: SheetVersion) -> list[str]:
    """The labels of the fields that changed with this version; none for a first one."""
    return [str(FIELDS_BY_NAME[name].label) for name in version.changed_fields if name in FIELDS_BY_NAME]


def changes_in(version: SheetVersion) -> list[Change]:
    """What ``version`` changed against the one before it; none for a first one.

    Contacts are named as changed, but not shown: who may see them is decided on the sheet of today.
    """
    before = SheetVersion.objects.filter(sheet=version.sheet_id, number=version.number - 1).first()
    if before is None:
        return []
    old, new = before.as_sheet(), version.as_sheet()
    return [
        Change(FIELDS_BY_NAME[name], _difference(FIELDS_BY_NAME[name], old, new))
        for name in version.changed_fields
        if name in FIELDS_BY_NAME
    ]


def _difference(field: SheetField, old: PracticeSheet, new: PracticeSheet) -> SafeString:
    if field.name == "contacts":
        return SafeString("")
    return marked_difference("\n".join(field.shown_values(old)), "\n".join(field.shown_values(new)))


def marked_difference(old: str, new: str) -> SafeString:
    """``new`` with the words that ``old`` had instead, as safe HTML: ``<del>`` and ``<ins>``."""
    before, after = _words(old), _words(new)
    pieces = []
    for operation, start, end, start_after, end_after in SequenceMatcher(
        a=before, b=after, autojunk=False
    ).get_opcodes():
        gone, come = "".join(before[start:end]), "".join(after[start_after:end_after])
        if operation == "equal":
            pieces.append(format_html("{}", come))
            continue
        if gone:
            pieces.append(format_html("<del>{}</del>", gone))
        if come:
            pieces.append(format_html("<ins>{}</ins>", come))
    return format_html_join("", "{}", ((piece,) for piece in pieces))


def _words(text: str) -> list[str]:
    return cast("list[str]", re.findall(r"\s+|[^\s]+", text))


# ---------------------------------------------------------------- translations that fell behind


def changed_since_translation(
    sheet: PracticeSheet, versions: Iterable[SheetVersion], user: Reader
) -> SheetVersion | None:
    """The version of the original whose words this translation does not have yet; None if it is up to date, or if
    ``user`` may not read the original. ``versions`` are those of the translation, the last one first."""
    if sheet.is_original:
        return None
    translated = _last_with_new_words(versions)
    original = _last_with_new_words(
        SheetVersion.objects.visible_to(user)
        .filter(sheet__practice=sheet.practice_id, sheet__locale__language_code=sheet.original_language)
        .select_related("sheet__locale")
        .only("sheet__practice", "sheet__locale__language_code", "number", "published_at", "changed_fields")
    )
    if translated is None or original is None or original.published_at <= translated.published_at:
        return None
    return original


def _last_with_new_words(versions: Iterable[SheetVersion]) -> SheetVersion | None:
    for version in versions:
        changed = [FIELDS_BY_NAME[name] for name in version.changed_fields if name in FIELDS_BY_NAME]
        if version.number == 1 or any(field.is_words or field.is_rows for field in changed):
            return version
    return None
