"""Which events a reader of a sheet may want, and why; and where its practice was presented."""

from dataclasses import dataclass

from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import EventPage, Session
from events.queries import event_cards
from groups.queries import may_learn_of
from practices.models import Practice, PracticeSheet

MOST = 3


@dataclass(frozen=True, slots=True)
class RelatedEvent:
    event: EventPage
    reasons: list[str]


def related_events(sheet: PracticeSheet, request: HttpRequest) -> list[RelatedEvent]:
    """Events of the same project, theme or working group, the next ones first, then the latest; at most ``MOST``."""
    theme_keys = {concept.pk for concept in sheet.themes.all()}
    common = Q(event__themes__in=theme_keys)
    if sheet.related_project:
        common |= Q(event__related_project__translation_key=sheet.related_project.translation_key)
    if sheet.group and may_learn_of(request.user, sheet.group):
        common |= Q(event__group__translation_key=sheet.group.translation_key)
    matching = EventPage.objects.filter(common).order_by().values("translation_key")
    events = event_cards(request).filter(translation_key__in=matching)
    events = events.select_related("event__related_project", "event__group")
    now = timezone.now()
    upcoming = list(events.upcoming(now)[:MOST])
    found = upcoming + list(events.past(now)[: MOST - len(upcoming)])
    return [RelatedEvent(event, _reasons(sheet, event, theme_keys, request)) for event in found]


def _reasons(sheet: PracticeSheet, event: EventPage, theme_keys: set[int], request: HttpRequest) -> list[str]:
    reasons = []
    shared = [concept.label() for concept in event.event.themes.all() if concept.pk in theme_keys]
    if shared:
        reasons.append(_("same theme: %(what)s") % {"what": ", ".join(shared)})
    for name, words in (("related_project", _("same project")), ("group", _("same working group"))):
        own, other = getattr(sheet, name), getattr(event.event, name)
        is_same = own and other and own.translation_key == other.translation_key
        if is_same and (name != "group" or may_learn_of(request.user, own)):
            reasons.append(words)
    return reasons


@dataclass(frozen=True, slots=True)
class Presentation:
    session: Session
    event: EventPage
    """The page of its event in the language that suits the reader."""


def presentations_of(practice: Practice, request: HttpRequest) -> list[Presentation]:
    """The sessions that present a practice, of events that this reader may see; the latest first."""
    sessions = list(
        Session.objects.filter(practice=practice).select_related("event").order_by("-day", "-starts_at", "pk")
    )
    if not sessions:
        return []
    pages = event_cards(request).filter(event__in={session.event_id for session in sessions})
    page_of = {page.event_id: page for page in pages}
    return [Presentation(session, page_of[session.event_id]) for session in sessions if session.event_id in page_of]
