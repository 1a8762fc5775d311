"""What people are told by the clock: once, in time, and nothing that is no longer true."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from events.actions import telling
from events.actions.telling import (
    remind_of_offers,
    send_reminders,
    send_thanks,
    tell_requests,
    tell_what_is_due,
    thank_people,
)
from events.enums import Status
from events.models import EventLetters, EventReminder, Material, Registration
from events.models.reminders import DAY, HOUR, WEEK
from events.notifications import EventChanged, RegistrationChanged, Reminder, prepare_letters
from notifications.models import MailPreference, OutgoingMail
from tests.factories import EventPageFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db

START = datetime(2058, 5, 6, 12, tzinfo=UTC)
HOURS, DAYS, WEEKS = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def event_with(reminders=(WEEK, DAY), people=1, **facts):
    usual = {"starts_at": START, "ends_at": START + 2 * HOURS, "time_zone": "Europe/Berlin"}
    event = EventPageFactory(title="Light at night", **{**usual, **facts}).event
    prepare_letters(event)
    event.reminders.all().delete()
    for minutes in reminders:
        EventReminder.objects.create(event=event, minutes_before=minutes)
    for _person in range(people):
        RegistrationFactory(event=event)
    return event


def told(kind="event-reminder"):
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def emails(**fields):
    return sorted(Registration.objects.filter(**fields).values_list("email", flat=True))


# ------------------------------------------------------------ reminders


@pytest.mark.parametrize(
    ("now", "number"),
    [
        (START - WEEKS - HOURS, 0),
        (START - WEEKS, 1),
        # The worker was down for a while.
        (START - WEEKS + 3 * DAYS, 1),
        (START - timedelta(minutes=1), 1),
        (START, 0),
        (START + DAYS, 0),
    ],
)
def test_reminder_is_told_when_it_is_due_and_before_the_start(now, number):
    event_with(reminders=[WEEK], people=2)
    assert [send_reminders(now), send_reminders(now)] == [number, 0]
    assert told() == (emails() if number else [])


def test_each_reminder_is_told_once_and_the_next_in_its_time():
    event_with(reminders=[WEEK, DAY, HOUR])
    moments = [START - WEEKS + step * 6 * HOURS for step in range(28)] + [START - HOURS, START - HOURS / 2]
    assert [send_reminders(now) for now in moments] == [
        {0: 1, 24: 1, 28: 1}.get(place, 0) for place in range(len(moments))
    ]
    assert len(told()) == 3


def test_where_several_are_due_the_nearest_stands_for_all():
    event_with(reminders=[WEEK, DAY, HOUR])
    assert [send_reminders(START - HOURS), send_reminders(START - HOURS / 2)] == [1, 0]
    assert len(told()) == 1
    assert EventReminder.objects.filter(told_for=START).count() == 3


@pytest.mark.parametrize("status", [Status.DRAFT, Status.POSTPONED, Status.CANCELLED])
def test_nothing_is_told_of_what_does_not_take_place(status):
    event_with(status=status, status_note={"en": "Storm"})
    assert send_reminders(START - DAYS) == 0
    assert told() == []


@pytest.mark.parametrize(
    ("precision", "now", "number"),
    [
        ("month", datetime(2058, 4, 30, 12, tzinfo=UTC), 0),
        # Nine in the morning of the place is 7:00 universal time.
        ("day", datetime(2058, 5, 5, 6, 59, tzinfo=UTC), 0),
        ("day", datetime(2058, 5, 5, 7, 0, tzinfo=UTC), 1),
    ],
)
def test_without_a_time_people_are_reminded_in_the_morning_and_without_a_day_not_at_all(precision, now, number):
    event_with(reminders=[DAY], precision=precision)
    assert send_reminders(now) == number


def test_only_those_enrolled_are_reminded():
    event = event_with(people=0)
    for status in ("requested", "declined", "lapsed", "cancelled", "unconfirmed", "enrolled"):
        RegistrationFactory(event=event, status=status)
    RegistrationFactory(event=event, status="waiting", queued_at=START)
    send_reminders(START - DAYS)
    assert told() == emails(status="enrolled")


def test_who_is_enrolled_after_a_reminder_was_due_gets_none_late():
    now = timezone.now()
    start = now + 6 * DAYS
    event = event_with(reminders=[WEEK, HOUR], starts_at=start, ends_at=start + HOURS)
    early = Registration.objects.get()
    late = RegistrationFactory(event=event)
    # The letter that says so is written now; the reminder was due yesterday.
    RegistrationChanged(late).send()
    assert send_reminders(now) == 1
    assert told() == [early.email]
    # Of the next one, both were enrolled in time.
    assert send_reminders(start - HOURS) == 1
    assert told() == sorted([early.email, early.email, late.email])


def test_event_that_moves_is_told_again_for_the_new_date():
    event = event_with(reminders=[DAY])
    assert send_reminders(START - DAYS) == 1
    event.starts_at, event.ends_at = START + WEEKS, START + WEEKS + HOURS
    event.save()
    assert [send_reminders(now) for now in (START - DAYS, START, START + 6 * DAYS, START + 6 * DAYS)] == [0, 0, 1, 0]
    assert len(told()) == 2


def test_letter_about_a_new_date_stands_for_the_reminders_that_would_follow_at_once():
    now = timezone.now()
    event = event_with(reminders=[WEEK, HOUR], starts_at=now + 20 * DAYS, ends_at=now + 21 * DAYS)
    event.starts_at, event.sequence = now + 3 * DAYS, 1
    event.save()
    EventChanged(event, ["starts_at"]).send()
    assert send_reminders(now) == 0
    assert send_reminders(event.starts_at - HOURS) == 1


def test_worker_that_dies_in_between_has_lost_nothing_and_told_nobody_twice(monkeypatch):
    event_with(reminders=[DAY], people=5)
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    write = Reminder.write_to
    written = []

    def die_at_the_fourth(self, recipient):
        if len(written) == 3:
            raise KeyboardInterrupt
        written.append(recipient.email)
        return write(self, recipient)

    monkeypatch.setattr(Reminder, "write_to", die_at_the_fourth)
    with pytest.raises(KeyboardInterrupt), transaction.atomic():
        send_reminders(START - DAYS)
    with pytest.raises(KeyboardInterrupt):
        send_reminders(START - DAYS)
    monkeypatch.setattr(Reminder, "write_to", write)
    assert EventReminder.objects.get().told_for is None
    assert [send_reminders(START - DAYS), send_reminders(START - DAYS)] == [1, 0]
    assert told() == emails()


def test_event_that_is_cancelled_while_it_is_told_is_told_no_further(monkeypatch):
    event = event_with(reminders=[DAY], people=4)
    monkeypatch.setattr(telling, "AT_ONCE", 2)
    send = Reminder.send

    def cancel_after(self):
        send(self)
        event.status = Status.CANCELLED
        event.save()

    monkeypatch.setattr(Reminder, "send", cancel_after)
    assert send_reminders(START - DAYS) == 0
    assert len(told()) == 2


@pytest.mark.parametrize("is_guest", [True, False])
def test_who_does_without_reminders_gets_none(is_guest):
    event = event_with(people=1)
    if is_guest:
        RegistrationFactory(event=event, wants_reminders=False)
    else:
        user = UserFactory()
        RegistrationFactory(event=event, user=user)
        MailPreference.objects.create(user=user, kind="event-reminder", frequency="never")
    send_reminders(START - DAYS)
    assert told() == [Registration.objects.first().email]


def test_own_words_stand_in_the_readers_language():
    event = event_with(reminders=[DAY], people=0)
    event.reminders.update(words={"en": "Bring *boots*.\n\nAnd a lamp.", "fr": "Des bottes !"})
    for language in ("fr", "nl"):
        RegistrationFactory(event=event, language=language)
    send_reminders(START - DAYS)
    french, dutch = OutgoingMail.objects.order_by("pk")
    assert "\nDes bottes !\n" in french.text
    assert "\nBring \\*boots\\*.\n\nAnd a lamp.\n" in dutch.text


def test_event_whose_people_came_without_letters_gets_the_usual_reminders():
    event = event_with(reminders=[])
    EventLetters.objects.all().delete()
    assert send_reminders(START - DAYS) == 1
    assert [reminder.minutes_before for reminder in event.reminders.all()] == [WEEK, DAY]
    assert told() == emails()


def test_event_from_which_a_coordinator_took_the_reminders_has_none():
    event_with(reminders=[])
    assert send_reminders(START - DAYS) == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_round_in_which_nothing_is_due_asks_little(rows, django_assert_num_queries):
    for _row in range(rows):
        event_with()
    with django_assert_num_queries(5):
        assert tell_what_is_due(START - 30 * DAYS) == 0


# ------------------------------------------------------------ offers


@pytest.mark.parametrize(
    ("offer_hours", "left", "number"),
    [
        (48, 13 * HOURS, 0),
        (48, 12 * HOURS, 1),
        (48, HOURS, 1),
        (48, timedelta(0), 0),
        (4, 2 * HOURS, 0),
        (4, HOURS, 1),
    ],
)
def test_offer_is_told_again_shortly_before_its_end_and_once(offer_hours, left, number):
    event = event_with(people=0, offer_hours=offer_hours)
    until = START - 10 * DAYS
    offered = RegistrationFactory(event=event, status="offered", offer_until=until)
    RegistrationFactory(event=event, status="waiting", queued_at=START)
    assert [remind_of_offers(until - left), remind_of_offers(until - left)] == [number, 0]
    assert told("event-offer-ends") == [offered.email] * number


def test_new_offer_is_told_again_as_well():
    event = event_with(people=0)
    until = START - 10 * DAYS
    offered = RegistrationFactory(event=event, status="offered", offer_until=until)
    assert remind_of_offers(until - HOURS) == 1
    Registration.objects.filter(pk=offered.pk).update(round=2, offer_until=until + DAYS)
    assert remind_of_offers(until + DAYS - HOURS) == 1


def test_short_offer_is_measured_from_its_letter():
    now = timezone.now()
    event = event_with(people=0, offer_hours=48, starts_at=now + 9 * HOURS, ends_at=now + 10 * HOURS)
    offered = RegistrationFactory(event=event, status="offered", offer_until=now + 8 * HOURS)
    RegistrationChanged(offered).send()
    assert [remind_of_offers(now), remind_of_offers(now + 7 * HOURS)] == [0, 1]


# ------------------------------------------------------------ requests


def test_coordinators_hear_of_requests_at_most_once_a_day_and_only_of_new_ones(group, people):
    event = event_with(group=group, people=0)
    RegistrationFactory(event=event, status="requested")
    now = timezone.now()
    assert [tell_requests(now), tell_requests(now + HOURS), tell_requests(now + 2 * DAYS)] == [1, 0, 0]
    RegistrationFactory(event=event, status="requested")
    assert [tell_requests(now + HOURS), tell_requests(now + DAYS)] == [0, 1]
    assert told("event-requests") == ["coordinator@example.com"] * 2


# ------------------------------------------------------------ thanks


def material(event, added_at=START):
    made = Material.objects.create(event=event, title="Slides", language="fr", url="https://example.org/slides")
    Material.objects.filter(pk=made.pk).update(added_at=added_at)


END = START + 2 * HOURS


@pytest.mark.parametrize(
    ("now", "facts", "has_material", "number"),
    [
        (END + 3 * DAYS, {}, True, 1),
        (END + 3 * DAYS - HOURS, {}, True, 0),
        (END + 31 * DAYS, {}, True, 0),
        (END + 3 * DAYS, {}, False, 0),
        (END + 3 * DAYS, {"status": Status.CANCELLED}, True, 0),
        (END + 3 * DAYS, {"status": Status.POSTPONED}, True, 0),
    ],
)
def test_people_are_thanked_once_some_days_later_if_there_is_something_to_hand_out(now, facts, has_material, number):
    event = event_with(people=2, **facts)
    if has_material:
        material(event)
    assert [thank_people(now), thank_people(now)] == [number, 0]
    assert told("event-thanks") == (emails() if number else [])


def test_materials_that_are_still_coming_are_waited_for():
    event = event_with()
    now = END + 4 * DAYS
    material(event, added_at=now - HOURS / 2)
    assert [thank_people(now), thank_people(now + HOURS)] == [0, 1]


def test_thanks_name_the_materials_in_their_languages():
    event = event_with()
    material(event)
    assert send_thanks(event=event, now=END)
    assert "- Slides (document, français): <https://example.org/slides>\n" in OutgoingMail.objects.get().text


@pytest.mark.parametrize(
    ("now", "status", "sent"),
    [(END - HOURS, "announced", False), (END, "announced", True), (END, "cancelled", False), (END, "draft", False)],
)
def test_coordinators_send_thanks_from_the_end_on_and_once(now, status, sent):
    event = event_with(people=3, status=status)
    assert [send_thanks(event=event, now=now), send_thanks(event=event, now=now)] == [sent, False]
    assert len(told("event-thanks")) == (3 if sent else 0)
    material(event)
    assert thank_people(END + 4 * DAYS) == (0 if sent or status != "announced" else 1)


def test_thanks_that_were_forgotten_by_the_outbox_are_not_sent_again():
    event = event_with()
    send_thanks(event=event, now=END)
    OutgoingMail.objects.all().delete()
    assert send_thanks(event=event, now=END + 100 * DAYS) is False
    assert OutgoingMail.objects.count() == 0


def test_schedule_tells_before_it_empties_the_outbox():
    from notifications.actions import deliver_mail
    from portal.schedule import STEPS

    assert STEPS.index(tell_what_is_due) < STEPS.index(deliver_mail.func)
