from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation

from events.enums import Precision
from events.models import Event, whole_span
from events.templatetags.events import datetime_attribute, when
from tests.factories import CityFactory, EventFactory

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2019, 4, 10, 12, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("precision", "first", "last"),
    [
        (Precision.TIME, NOON, NOON + timedelta(hours=2)),
        (Precision.DAY, datetime(2019, 4, 10, tzinfo=BERLIN), datetime(2019, 4, 10, 23, 59, 59, tzinfo=BERLIN)),
        (Precision.MONTH, datetime(2019, 4, 1, tzinfo=BERLIN), datetime(2019, 4, 30, 23, 59, 59, tzinfo=BERLIN)),
    ],
)
def test_whole_span_widens_to_what_is_known(precision, first, last):
    assert whole_span(NOON, NOON + timedelta(hours=2), BERLIN, precision) == (first, last)


def test_whole_span_takes_the_day_of_the_place():
    late = datetime(2019, 4, 10, 22, 30, tzinfo=UTC)
    first, _last = whole_span(late, late, BERLIN, Precision.DAY)
    assert first == datetime(2019, 4, 11, tzinfo=BERLIN)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("precision", "words", "attribute"),
    [
        (Precision.TIME, "1 April 2019, 14:00–16:00 in Augsburg", "2019-04-01T14:00:00+02:00"),
        (Precision.DAY, "1 April 2019", "2019-04-01"),
        (Precision.MONTH, "April 2019", "2019-04"),
    ],
)
def test_date_is_told_as_exactly_as_it_is_known(precision, words, attribute):
    city = CityFactory(names={"en": "Augsburg"})
    event = EventFactory(time_zone="Europe/Berlin", precision=precision, city=city)
    with translation.override("en"):
        assert (when(event), datetime_attribute(event)) == (words, attribute)


@pytest.mark.django_db
def test_form_refuses_an_end_before_the_start():
    with pytest.raises(ValidationError) as refused:
        EventFactory(starts_at=NOON, ends_at=NOON - timedelta(hours=1))
    assert list(refused.value.message_dict) == ["ends_at"]


@pytest.mark.django_db
def test_form_refuses_a_date_before_all_calendars():
    start = datetime(1, 1, 1, tzinfo=UTC)
    with pytest.raises(ValidationError) as refused:
        EventFactory(starts_at=start, ends_at=start, precision=Precision.DAY, time_zone="America/New_York")
    assert list(refused.value.message_dict) == ["starts_at"]


@pytest.mark.django_db
def test_database_refuses_an_end_before_the_start():
    event = EventFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        Event.objects.filter(pk=event.pk).update(ends_at=event.starts_at - timedelta(hours=1))


@pytest.mark.django_db
def test_upcoming_and_past_share_all_events():
    later = EventFactory(starts_at=NOON + timedelta(days=2), ends_at=NOON + timedelta(days=3))
    soon = EventFactory(starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(hours=1))
    over = EventFactory(starts_at=NOON - timedelta(days=2), ends_at=NOON - timedelta(days=1))
    assert list(Event.objects.upcoming(NOON)) == [soon, later]
    assert list(Event.objects.past(NOON)) == [over]
