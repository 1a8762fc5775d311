"""Writing the secret addresses of people's calendars."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from events.models import CalendarKey
from members.models import User

_USED_AGAIN = timedelta(days=1)


@transaction.atomic
def make_calendar_key(*, user: User, with_groups: bool = False) -> CalendarKey:
    """The address of this person's calendar; one that works already is revoked, so that there is never a second."""
    # Two requests at once: the second one revokes what the first one made.
    User.objects.select_for_update().get(pk=user.pk)
    revoke_calendar_key(user=user)
    return CalendarKey.objects.create(user=user, with_groups=with_groups)


def revoke_calendar_key(*, user: User) -> None:
    """Nobody reads the calendar by its address any more."""
    CalendarKey.objects.filter(user=user, revoked_at=None).update(revoked_at=timezone.now())


def choose_for_calendar(*, user: User, with_groups: bool) -> None:
    """The address stays; what it shows changes."""
    CalendarKey.objects.filter(user=user, revoked_at=None).update(with_groups=with_groups)


def note_use(*, key: CalendarKey) -> None:
    """Programs ask every few minutes; that somebody uses an address at all is worth one write a day."""
    now = timezone.now()
    seldom = Q(last_used_at=None) | Q(last_used_at__lt=now - _USED_AGAIN)
    if key.last_used_at is None or key.last_used_at < now - _USED_AGAIN:
        CalendarKey.objects.filter(seldom, pk=key.pk).update(last_used_at=now)
