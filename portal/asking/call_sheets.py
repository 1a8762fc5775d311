"""From the answers of a call to the draft of a practice sheet."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.dates import day_in_words
from common.markdown import escape_markdown
from discussions.calls import Answers, CityAnswers, answers_of, looks_after
from discussions.gone_quotations import words_of
from discussions.models import Call
from groups.permissions import Reader
from members.models import City, User
from portal.asking.notifications import CallSheetDrafted
from practices.actions.writing import begin_sheet, save_draft
from practices.merging import fingerprints
from practices.models import PracticeSheet

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
def draft_sheet_of_call(*, call: Call, city: City, title: str, by: User) -> PracticeSheet:
    """Begin a sheet of ``city`` with what it answered, or of the asker's city with what came of the call.

    It belongs to the member of that city who answered first, who is told by mail; without one, to ``by``. Raises
    PermissionDenied where ``by`` may not, and ValidationError where there is no list of practices in its language.
    """
    answers = answers_of(call)
    if city not in cities_to_draft_for(by, call, answers):
        raise PermissionDenied(_("Only those who look after the call, and the cities themselves, make sheets of it."))
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
    if owner != by:
        CallSheetDrafted(sheet=sheet, call=call, city=city, by=by, owner=owner).send()
    return sheet


def _owner(answers: CityAnswers, by: User) -> User:
    authors = (post.author for post in answers.posts)
    own = (author for author in authors if author and author.is_active and author.city_id == answers.posts[0].city_id)
    return next(own, by)


def _origin(call: Call, language: str) -> str:
    with translation.override(language):
        said = {"title": escape_markdown(call.thread.title), "day": day_in_words(call.thread.created_at)}
        return _("Begun from the answers to the call “%(title)s” of %(day)s.") % said
