"""Who looks after an event, and who sees what only those enrolled see."""

from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from events.enums import RegistrationStatus
from events.models import Event, Registration, Session, SessionPerson
from groups.permissions import Reader, coordinates, is_network_member
from groups.queries import coordinators_of
from members.models import User


def can_manage(user: Reader, event: Event) -> bool:
    """Coordinators of the event's group; of any group where it has none; administrators always."""
    return is_network_member(user) and coordinates(user, event.group)


def get_event_to_manage(user: Any, pk: int) -> Event:
    """The event with this number, if ``user`` looks after it. Raises Http404 where ``user`` may not even see it, and
    PermissionDenied where only that."""
    event = Event.objects.select_related("city", "group").filter(pk=pk).first()
    if event is None:
        raise Http404
    if can_manage(user, event):
        return event
    if Event.objects.visible_to(user).filter(pk=pk).exists():
        raise PermissionDenied(_("The coordinators of its working group look after this event."))
    raise Http404


def get_event(pk: int) -> Event:
    """The event with this number, for whoever has another key to it than being allowed to see it: the secret of a
    letter. Raises Http404."""
    event = Event.objects.select_related("city", "group").filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


def get_visible_event(user: Reader, pk: int) -> Event:
    """The event with this number, if ``user`` may read a page of it or looks after it. Raises Http404."""
    event = Event.objects.visible_to(user).select_related("city", "group").filter(pk=pk).first()
    return event or _managed(user, pk)


def _managed(user: Reader, pk: int) -> Event:
    event = Event.objects.managed_by(user).select_related("city", "group").filter(pk=pk).first()
    if event is None:
        raise Http404
    return event


def registration_of(user: Reader, event: Event) -> Registration | None:
    """The registration of ``user`` for ``event``, whatever its status."""
    if not is_network_member(user):
        return None
    return Registration.objects.filter(event=event, user=cast("Any", user).pk).first()


def may_join(user: Reader, event: Event, registration: Registration | None = None) -> bool:
    """Who is shown the addresses to join and what is for those enrolled: they themselves, and who looks after it.

    ``registration`` is that of the guest whose letter led here.
    """
    own = registration or registration_of(user, event)
    is_enrolled = own is not None and own.event_id == event.pk and own.status == RegistrationStatus.ENROLLED
    return is_enrolled or can_manage(user, event)


def looked_after_by(event: Event) -> list[User]:
    """Whom letters to those who look after ``event`` go to: the coordinators of its group. Of an event without a
    group, whoever announced it, as long as that person may; else all coordinators, else administrators."""
    author = event.created_by
    if event.group is None and author is not None and can_manage(author, event):
        return [author]
    return coordinators_of(event.group)


def get_session_to_note(user: Any, number: int, pk: int) -> Session:
    """The session, for those who look after its event and for members who speak or moderate in it. Raises Http404
    where ``user`` may not even see the event, and PermissionDenied where only that."""
    session = Session.objects.select_related("event__city", "event__group").filter(event=number, pk=pk).first()
    if session is None:
        raise Http404
    has_part = is_network_member(user) and SessionPerson.objects.filter(session=session, user=user).exists()
    if has_part or can_manage(user, session.event):
        return session
    get_visible_event(user, number)
    raise PermissionDenied(_("Those who speak or moderate write the notes, and the coordinators."))
