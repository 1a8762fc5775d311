"""From the answers of a call to the draft of a practice sheet."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from common.dates import day_in_words
from common.markdown import escape_markdown
from discussions.calls import Answers, CityAnswers, answers_of, looks_after
from discussions.gone_quotations import words_of
from discussions.models import Call
from groups.permissions import Reader
from members.models import City, CityName, User
from portal.asking.notifications import CallSheetDrafted
from portal.models import CallSheet
from practices.actions.writing import begin_sheet, save_draft
from practices.merging import fingerprints
from practices.models import Practice, PracticeSheet
from practices.permissions import can_write
from taxonomy.queries import preferred_labels

WRITTEN = ("problem", "solution", "members_note")
LONGEST_TEXT = 20_000


def cities_to_draft_for(user: Reader, call: Call, answers: Answers) -> list[City]:
    """Of which cities ``user`` may begin a sheet.

    Whoever looks after the call: of each that answered, and of the asker's once it is summed up; everybody: of the own
    one, if it answered.
    """
    if looks_after(user, call):
        own = [call.thread.city] if call.thread.city and call.summary else []
        return [*own, *answers.cities]
    return [city for city in answers.cities if city.pk == getattr(user, "city_id", None)]


@transaction.atomic
def draft_sheet_of_call(*, call: Call, city: City, title: str, by: User) -> tuple[PracticeSheet, bool]:
    """Begin a sheet of ``city`` with what it answered, or of the asker's city with what came of the call; returns it,
    and whether it is new: where one was begun before, it is that.

    It belongs to the member of that city who answered first, who is told by mail; without one, to ``by``. Raises
    PermissionDenied where ``by`` may not, and ValidationError where there is no list of practices in its language.
    """
    # One after the other: the second press of a button finds what the first one made.
    Call.objects.select_for_update(of=("self",)).get(pk=call.pk)
    answers = answers_of(call)
    if city not in cities_to_draft_for(by, call, answers):
        raise PermissionDenied(_("Only those who look after the call, and the cities themselves, make sheets of it."))
    if begun := _sheets_of(CallSheet.objects.filter(call=call, city=city)):
        return begun[0], False
    own = next((each for each in answers.answered if each.city == city), None)
    owner = _owner(own, by) if own else by
    language = own.posts[0].language if own else call.summary_language or call.thread.language
    sheet = begin_sheet(user=owner, title=title, language=language, city=city, group=None)
    draft: PracticeSheet = sheet.get_latest_revision_as_object()
    base = fingerprints(draft, WRITTEN)
    solution = "\n\n".join(words_of(post, instead="") for post in own.posts) if own else call.summary
    values: dict[str, Any] = {
        "problem": answers.question.source if answers.question and language == answers.question.language else "",
        "solution": solution[:LONGEST_TEXT],
        "members_note": _origin(call, language),
    }
    for name, value in values.items():
        setattr(draft, name, value)
    sheet = save_draft(sheet=draft, user=owner, names=WRITTEN, base=base).sheet
    # The sheet of an earlier one may have been thrown away.
    CallSheet.objects.update_or_create(call=call, city=city, defaults={"practice": sheet.practice})
    if owner != by:
        CallSheetDrafted(sheet=sheet, call=call, city=city, by=by, owner=owner).send()
    return sheet, True


# ---------------------------------------------------------------- what was begun


@dataclass(frozen=True, slots=True)
class BegunSheet:
    """A sheet that was begun from a call, as one reader meets it."""

    city: City
    sheet: PracticeSheet
    address: str
    """Where the reader writes or reads it; empty for whoever may do neither."""

    @property
    def title(self) -> str:
        return str(self.sheet.draft_title or self.sheet.title)


def begun_sheets(user: Reader, call: Call, cities: Collection[City]) -> list[BegunSheet]:
    """The sheets that were begun from ``call``, as far as ``user`` may write or read them.

    Of ``cities``, of which ``user`` may begin one, also the others, without an address.
    """
    rows = CallSheet.objects.filter(call=call).select_related("city")
    rows = rows.prefetch_related(preferred_labels("city__labels", CityName))
    by_practice = {row.practice_id: row for row in rows}
    found = []
    for sheet in _sheets_of(by_practice.values()) if by_practice else ():
        row = by_practice[sheet.practice_id]
        if can_write(user, sheet):
            address = reverse("practices:write", args=[sheet.pk])
        elif Practice.objects.visible_to(user).filter(pk=sheet.practice_id).exists():
            address = sheet.practice.get_absolute_url()
        else:
            address = ""
        if address or row.city in cities:
            found.append(BegunSheet(row.city, sheet, address))
    return found


def _sheets_of(rows: Iterable[CallSheet]) -> list[PracticeSheet]:
    """Each in the language in which it was begun, in the order in which they were."""
    sheets = PracticeSheet.objects.filter(practice__in=[row.practice_id for row in rows]).select_related("practice")
    return list({sheet.practice_id: sheet for sheet in sheets.order_by("-pk")}.values())[::-1]


def _owner(answers: CityAnswers, by: User) -> User:
    authors = (post.author for post in answers.posts)
    own = (author for author in authors if author and author.is_active and author.city_id == answers.posts[0].city_id)
    return next(own, by)


def _origin(call: Call, language: str) -> str:
    with translation.override(language):
        said = {"title": escape_markdown(call.thread.title), "day": day_in_words(call.thread.created_at)}
        return _("Begun from the answers to the call “%(title)s” of %(day)s.") % said
