"""What coordinators say about reminders and thanks."""

from datetime import timedelta

import pytest
from django.utils import timezone

from events.models import EventReminder
from events.models.reminders import DAY, HOUR, WEEK
from notifications.models import OutgoingMail
from tests.factories import EventPageFactory, RegistrationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group):
    start = timezone.now() + timedelta(days=3)
    event = EventPageFactory(title="Light", starts_at=start, ends_at=start + timedelta(hours=1), group=group).event
    EventReminder.objects.create(event=event, minutes_before=DAY, words={"fr": "Des bottes"})
    return event


def address(event, rest=""):
    return f"/en/meetings/{event.pk}/manage/letters/{rest}"


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 302), ("member", 403), ("coordinator", 200), ("administrator", 200)]
)
def test_letters_are_for_those_who_look_after_the_event(client_as, event, who, status):
    client = client_as(who)
    reminder = event.reminders.get()
    for rest in ("", "new/", f"{reminder.pk}/"):
        assert client.get(address(event, rest)).status_code == status
    posted = 302 if status == 200 else status
    for rest in (f"{reminder.pk}/remove/", "thanks/"):
        assert client.post(address(event, rest)).status_code == posted


def test_reminder_is_added_with_words_in_languages(client_as, event):
    client = client_as("coordinator")
    response = client.post(address(event, "new/"), {"minutes_before": HOUR, "words_en": "Bring a lamp."})
    assert (response.status_code, response["Location"]) == (302, address(event))
    assert list(EventReminder.objects.values_list("minutes_before", "words")) == [
        (DAY, {"fr": "Des bottes"}),
        (HOUR, {"en": "Bring a lamp."}),
    ]


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        (DAY, "There is a reminder at this time already."),
        (WEEK, "This time is over: nobody would be reminded."),
        (7, "Select a valid choice. 7 is not one of the available choices."),
        ("x", "Select a valid choice. x is not one of the available choices."),
    ],
)
def test_reminder_that_would_reach_nobody_is_refused(client_as, event, minutes, message):
    response = client_as("coordinator").post(address(event, "new/"), {"minutes_before": minutes, "words_en": "Kept"})
    assert response.status_code == 422
    page = response.content.decode()
    assert message in page
    assert "Kept" in page
    assert EventReminder.objects.count() == 1


def test_reminder_is_changed_and_keeps_what_was_told(client_as, event):
    reminder = event.reminders.get()
    EventReminder.objects.update(told_for=event.starts_at)
    client = client_as("coordinator")
    page = client.get(address(event, f"{reminder.pk}/")).content.decode()
    assert "Des bottes" in page
    for minutes, told_for in ((DAY, event.starts_at), (HOUR, None)):
        client.post(address(event, f"{reminder.pk}/"), {"minutes_before": minutes, "words_fr": "Neuf"})
        assert EventReminder.objects.get().told_for == told_for


def test_reminder_is_removed(client_as, event):
    client_as("coordinator").post(address(event, f"{event.reminders.get().pk}/remove/"))
    assert EventReminder.objects.count() == 0


def test_reminder_of_another_event_is_not_there(client_as, event, group):
    other = EventPageFactory(group=group).event
    reminder = event.reminders.get()
    assert client_as("coordinator").get(address(other, f"{reminder.pk}/")).status_code == 404
    assert client_as("coordinator").post(address(other, f"{reminder.pk}/remove/")).status_code == 404


def test_thanks_are_sent_by_a_button_after_the_end_and_once(client_as, group):
    event = EventPageFactory(group=group).event
    RegistrationFactory(event=event)
    client = client_as("coordinator")
    assert "Send thanks with materials" in client.get(address(event)).content.decode()
    for _time in range(2):
        client.post(address(event, "thanks/"))
    assert list(OutgoingMail.objects.values_list("kind", flat=True)) == ["event-thanks"]
    assert "People have been thanked:" in client.get(address(event)).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_letters_query_count_is_constant(client_as, event, rows, django_assert_num_queries):
    for number in range(rows - 1):
        EventReminder.objects.create(event=event, minutes_before=HOUR + number)
    client = client_as("coordinator")
    client.get(address(event))
    with django_assert_num_queries(15):
        client.get(address(event))
