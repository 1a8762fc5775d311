"""Making a draft of an event that came in a calendar file."""

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.html import escape, urlize

from events.actions.announcing import begin_event
from events.models import Event, EventPage
from members.models import User


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
    is_free = uid is not None and not Event.objects.filter(uid=uid).exists()
    named = {**facts, "uid": uid} if is_free else facts
    event = begin_event(by=by, title=title, summary=summary, language=language, facts=named)
    if body := _paragraphs(text):
        page = EventPage.objects.get(event=event)
        page.body = body
        page.save_revision(user=by).publish(user=by)
    return event


def _paragraphs(text: str) -> Any:
    """Plain text as the body of a page: what looks like a tag is a text like any other."""
    parts = [part.strip() for part in text.replace("\r\n", "\n").split("\n\n")]
    html = "".join(f"<p>{urlize(escape(part)).replace(chr(10), '<br/>')}</p>" for part in parts if part)
    return [("paragraph", html)] if html else []
