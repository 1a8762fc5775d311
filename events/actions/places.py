"""Places of an event: taking them, giving them back, and the waiting list.

Everything here runs with the event's row locked, so that two people cannot take the last place at once; the check
constraints on the counters are the second lock.
"""

from django.db import transaction
from django.db.models import Count, Q

from events.enums import BookingStatus
from events.models import CityPlaces, Event, Registration, Session


def lock_event(pk: int) -> Event:
    """The event as it is now; nobody else changes its places until the transaction ends. Raises Event.DoesNotExist.

    On SQLite the transaction itself, which begins by taking the write lock, keeps others out.
    """
    return Event.objects.select_for_update().get(pk=pk)


@transaction.atomic
def recount_places(*, event: Event) -> None:
    """Set the counters of the event, of its cities and of its sessions to what the registrations say.

    Raises IntegrityError where more people hold a place than there are.
    """
    holding = Registration.objects.filter(event=event).holding()
    event.taken = holding.count()
    Event.objects.filter(pk=event.pk).update(taken=event.taken)
    by_city = dict(holding.exclude(city=None).order_by().values_list("city").annotate(number=Count("pk")))
    known = set(CityPlaces.objects.filter(event=event).values_list("city", flat=True))
    CityPlaces.objects.bulk_create(
        CityPlaces(event=event, city_id=city, places=event.places_per_city) for city in by_city if city not in known
    )
    for places in CityPlaces.objects.filter(event=event):
        CityPlaces.objects.filter(pk=places.pk).update(taken=by_city.get(places.city_id, 0))
    booked = Count("bookings", filter=Q(bookings__status=BookingStatus.BOOKED))
    for session in Session.objects.filter(event=event).annotate(booked=booked):
        Session.objects.filter(pk=session.pk).update(taken=session.booked)
