"""Beginning an event, its words by language, and its status."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug
from wagtail.models import Locale

from events.actions.places import lock_event
from events.actions.programme import copy_programme, raise_event
from events.enums import Precision, Status
from events.models import Event, EventIndexPage, EventPage, Session
from events.models.pages import copy_of
from events.notifications import EventChanged
from events.readiness import Gap, missing
from members.models import User

LONGEST_SLUG = 80

MOVES: dict[str, tuple[Status, ...]] = {
    Status.DRAFT: (Status.ANNOUNCED,),
    Status.ANNOUNCED: (Status.CONFIRMED, Status.POSTPONED, Status.CANCELLED),
    Status.CONFIRMED: (Status.ANNOUNCED, Status.POSTPONED, Status.CANCELLED),
    Status.POSTPONED: (Status.ANNOUNCED, Status.CONFIRMED, Status.CANCELLED),
    Status.CANCELLED: (Status.ANNOUNCED,),
}
"""What may follow upon what. Once people have seen it, an event is never a draft again."""

NEED_NOTE = (Status.POSTPONED, Status.CANCELLED)


class NotReady(Exception):
    """Facts that people count on are missing."""

    def __init__(self, gaps: Iterable[Gap]) -> None:
        super().__init__()
        self.gaps = list(gaps)


@transaction.atomic
def begin_event(
    *,
    by: User,
    title: str,
    summary: str,
    language: str,
    facts: Mapping[str, Any],
    like: Event | None = None,
    is_sister: bool = False,
    with_programme: bool = False,
) -> Event:
    """A draft with a page in ``language``, which nobody else sees until the event is announced.

    ``like`` is an event of which it takes over what ``facts`` does not say, with ``with_programme`` the sessions too,
    moved to its days; ``is_sister`` says that it is the same for people who speak another language. Raises
    ValidationError.
    """
    parent = _list_in(language)
    key = uuid.uuid4()
    event = copy_of(like, key) if like else Event(translation_key=key)
    event.created_by = by
    # They belonged to the other date.
    event.registration_opens_at = event.registration_closes_at = None
    for name, value in facts.items():
        setattr(event, name, value)
    event.full_clean()
    event.save()
    if like is not None:
        if is_sister:
            event.sisters.set([like, *like.sisters.all()])
        if with_programme:
            copy_programme(source=like, target=event)
    page = EventPage(title=title, summary=summary, event=event, translation_key=key, locale=parent.locale, owner=by)
    page.slug = _slug(parent, title)
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True).publish(user=by)
    return event


def _list_in(language: str) -> EventIndexPage:
    found = EventIndexPage.objects.filter(locale__language_code=language).select_related("locale").first()
    if found is None:
        raise ValidationError({"language": _("There is no list of events in this language yet.")})
    return found


def _slug(parent: EventIndexPage, title: str) -> str:
    slug: str = find_available_slug(parent, slugify(title)[:LONGEST_SLUG].strip("-") or "event")
    return slug


# ---------------------------------------------------------------- words


@transaction.atomic
def change_words(*, page: EventPage, title: str, summary: str, by: User) -> bool:
    """Give a page another title and summary, in what is published and in the draft of its editors alike.

    Calendars show the title: they learn that it changed. Returns whether anything did.
    """
    if (page.title, page.summary) == (title, summary):
        return False
    draft = page.get_latest_revision_as_object()
    has_draft = page.has_unpublished_changes
    for version in (page, draft):
        version.title, version.summary = title, summary
        version.draft_title = title
    if has_draft:
        # Somebody is at work on the long text: it is not published by the way.
        page.save(update_fields=["title", "summary", "draft_title"])
        draft.save_revision(user=by, log_action=True)
    else:
        draft.save_revision(user=by, log_action=True).publish(user=by)
    raise_event(lock_event(page.event_id))
    return True


@transaction.atomic
def add_language(*, event: Event, language: str, title: str, summary: str, by: User) -> EventPage:
    """The event in one more language: a page with the texts of the original, to be translated in the editor, that is
    seen with its own title and summary at once. Raises ValidationError."""
    if EventPage.objects.filter(event=event, locale__language_code=language).exists():
        raise ValidationError({"language": _("There is a page in this language already.")})
    parent = _list_in(language)
    original = EventPage.objects.filter(event=event).order_by("pk")[0].original
    page: EventPage = original.copy_for_translation(Locale.objects.get(language_code=language))
    page.title, page.draft_title, page.summary = title, title, summary
    # What is not translated yet would stand there in the wrong language.
    page.body, page.report = [], []  # type: ignore[assignment]
    page.slug = _slug(parent, title)
    page.owner = by
    page.save_revision(user=by, log_action=True).publish(user=by)
    return page


# ---------------------------------------------------------------- status


@transaction.atomic
def change_status(*, event: Event, to: Status, note: Mapping[str, str], only_month: bool = False) -> Event:
    """Bring the event to another status, and tell those whom it concerns.

    ``only_month``: of the date nothing more than the month is left. Raises NotReady where it would be shown without
    what people must know, and ValidationError.
    """
    locked = lock_event(event.pk)
    if to not in MOVES[locked.status]:
        raise ValidationError(
            _("It is %(status)s now, and cannot become that. Somebody else may have changed it meanwhile.")
            % {"status": locked.get_status_display()}
        )
    gaps = missing(locked)
    if gaps:
        raise NotReady(gaps)
    if to in NEED_NOTE and not any(note.values()):
        raise ValidationError({"note": _("Say why, and what comes in its place.")})
    changed = ["status"]
    locked.status, locked.status_note = to, dict(note)
    if only_month and locked.precision != Precision.MONTH:
        locked.precision = Precision.MONTH
        changed.append("precision")
    locked.full_clean()
    locked.sequence += 1
    locked.save()
    raise_sessions(locked)
    EventChanged(locked, changed).send()
    return locked


def raise_sessions(event: Event) -> None:
    """Calendars take over anew each session of an event of which they show something that changed."""
    Session.objects.filter(event=event).update(sequence=F("sequence") + 1, changed_at=timezone.now())
