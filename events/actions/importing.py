"""Making a draft of an event that came in a calendar file."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.html import escape, urlize
from django.utils.text import slugify
from django.utils.translation import gettext as _
from wagtail.coreutils import find_available_slug

from events.models import Event, EventIndexPage, EventPage
from members.models import User

LONGEST_SLUG = 80


@transaction.atomic
def import_event(
    *,
    by: User,
    title: str,
    summary: str,
    text: str,
    language: str,
    facts: Mapping[str, Any],
    uid: uuid.UUID | None = None,
) -> Event:
    """A draft with a page in ``language``: nobody but who looks after it sees it before it is announced.

    ``text`` is plain; ``uid`` is what the event is called in calendars, a new name if another event has it already.
    Raises ValidationError.
    """
    parent = EventIndexPage.objects.filter(locale__language_code=language).select_related("locale").first()
    if parent is None:
        raise ValidationError({"language": _("There is no list of events in this language yet.")})
    key = uuid.uuid4()
    event = Event(translation_key=key, created_by=by, **facts)
    if uid and not Event.objects.filter(uid=uid).exists():
        event.uid = uid
    event.full_clean()
    event.save()
    page = EventPage(title=title, summary=summary, event=event, translation_key=key, locale=parent.locale, owner=by)
    page.body = _paragraphs(text)
    page.slug = find_available_slug(parent, slugify(title)[:LONGEST_SLUG].strip("-") or "event")
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True).publish(user=by)
    return event


def _paragraphs(text: str) -> Any:
    """Plain text as the body of a page: what looks like a tag is a text like any other."""
    parts = [part.strip() for part in text.split("\n\n")]
    html = "".join(f"<p>{urlize(escape(part)).replace(chr(10), '<br/>')}</p>" for part in parts if part)
    return [("paragraph", html)] if html else []
