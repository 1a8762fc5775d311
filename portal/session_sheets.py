"""From the notes of a session to the draft of a practice sheet: events and practices are siblings, this joins them."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.dates import day_in_words
from common.languages import complete_order
from common.markdown import escape_markdown
from common.words import best_words
from events.enums import PersonRole
from events.models import Session, SessionPerson
from events.session_notes import parts_of
from members.models import City, CityName, User
from portal.session_sheet_notifications import SheetDrafted
from practices.actions.writing import begin_sheet, save_draft
from practices.merging import fingerprints
from practices.models import PracticeSheet
from taxonomy.queries import preferred_labels

WRITTEN = ("problem", "solution", "impact", "lessons", "members_note", "themes")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody from whose city the practice may be."""

    person: SessionPerson
    city: City

    @property
    def owner(self) -> User | None:
        """The member who becomes the sheet's owner; None for guests, and for members of another city."""
        user: User | None = self.person.user
        is_theirs = user is not None and user.is_active and user.city_id == self.city.pk
        return user if is_theirs else None


def speakers_with_city(session: Session) -> list[Speaker]:
    """Those of the session whose city is known; who speaks comes before who moderates."""
    people = session.people.select_related("user__city", "city").prefetch_related(
        preferred_labels("city__labels", CityName), preferred_labels("user__city__labels", CityName)
    )
    ordered = sorted(people, key=lambda person: person.role != PersonRole.SPEAKER)
    return [Speaker(person, person.shown_city) for person in ordered if person.shown_city]


def sheet_fields(session: Session) -> tuple[str, str, dict[str, str]]:
    """Title, language and texts of the sheet that the session's notes make."""
    language = session.notes_language or best_words(session.title, complete_order(session.spoken))[1]
    order = complete_order((language,))
    title, _title_language = best_words(session.title, order)
    abstract, _abstract_language = best_words(session.abstract, order)
    parts = parts_of(session.notes)
    texts = {
        "problem": parts.problem,
        "solution": "\n\n".join(filter(None, (parts.done, "" if parts.done else abstract))),
        "impact": parts.results,
        "lessons": parts.lessons,
        "members_note": "\n\n".join(filter(None, (_origin(session, language), parts.rest))),
    }
    return title, language, texts


def _origin(session: Session, language: str) -> str:
    """Where the draft comes from, in its own language."""
    pages = {page.language: page.title for page in session.event.pages.select_related("locale").filter(live=True)}
    order = complete_order((language,))
    with translation.override(language):
        said = {
            "event": escape_markdown(next((pages[code] for code in order if code in pages), str(session.event))),
            "session": escape_markdown(best_words(session.title, order)[0]),
            "day": day_in_words(session.day),
        }
        return _("Drafted from the notes of the session “%(session)s” (%(event)s, %(day)s).") % said


@transaction.atomic
def draft_sheet_of_session(*, session: Session, speaker: Speaker, by: User) -> PracticeSheet:
    """Make the draft of a practice sheet of the speaker's city from the notes, and have the session present it.

    It belongs to the speaker if he or she is a member of that city, otherwise to ``by``, who looks after the event; the
    speaker is told by mail. Raises ValidationError where the session presents a practice already, where it has no
    notes, and where there is no list of practices in their language.
    """
    session = Session.objects.select_for_update(of=("self",)).select_related("event__group").get(pk=session.pk)
    if session.practice_id is not None:
        raise ValidationError(_("The session presents a practice already."))
    if not session.notes:
        raise ValidationError(_("The session has no notes yet."))
    title, language, texts = sheet_fields(session)
    owner = speaker.owner or by
    sheet = begin_sheet(user=owner, title=title, language=language, city=speaker.city, group=session.event.group)
    draft: PracticeSheet = sheet.get_latest_revision_as_object()
    base = fingerprints(draft, WRITTEN)
    values: dict[str, Any] = {**texts, "themes": list(session.event.themes.all())}
    for name, value in values.items():
        setattr(draft, name, value)
    sheet = save_draft(sheet=draft, user=owner, names=WRITTEN, base=base).sheet
    session.practice = sheet.practice
    session.save(update_fields=["practice", "changed_at"])
    if owner != by:
        SheetDrafted(sheet=sheet, session=session, by=by, owner=owner).send()
    return sheet
