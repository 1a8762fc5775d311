"""Keeping the notes of a session."""

import hashlib

from django.db import transaction

from events.models import Session


class ChangedMeanwhile(Exception):
    """Somebody else changed the notes since they were read; nothing was saved."""

    def __init__(self, *, theirs: str, base: str) -> None:
        super().__init__()
        self.theirs = theirs
        self.base = base
        """With this, the sender's text wins when it is sent again."""


@transaction.atomic
def keep_notes(*, session: Session, notes: str, language: str, base: str) -> None:
    """Keep what was noted. ``base`` is the fingerprint of the notes that the writer began with.

    Calendars do not show notes, so that the session does not count as changed. Raises ChangedMeanwhile.
    """
    stored = Session.objects.select_for_update().get(pk=session.pk)
    notes = notes.replace("\r\n", "\n").strip()
    if stored.notes != notes and fingerprint(stored.notes) != base:
        raise ChangedMeanwhile(theirs=stored.notes, base=fingerprint(stored.notes))
    stored.notes, stored.notes_language = notes, language if notes else ""
    stored.save(update_fields=["notes", "notes_language", "changed_at"])


def fingerprint(notes: str) -> str:
    return hashlib.sha256(notes.encode()).hexdigest()[:16]
