"""What letters about events say, to whom, and in which language."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.core import mail

from events.enums import RegistrationStatus, Status
from events.letters import letter_facts
from events.models import EventLetters, EventReminder, Material, Registration, Session, SessionBooking
from events.notifications import (
    EventChanged,
    EventMessage,
    GuestMayConfirm,
    OfferEnds,
    ProgrammeChanged,
    RegistrationChanged,
    Reminder,
    RequestsWait,
    SessionBookingChanged,
    Thanks,
    prepare_letters,
)
from events.told import programme_of
from notifications.actions import deliver_mail
from notifications.models import OutgoingMail
from tests.factories import (
    CityFactory,
    EventFactory,
    EventPageFactory,
    RegistrationFactory,
    SessionFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LANGUAGES = [code for code, _name in settings.LANGUAGES]
NASTY = (
    "*Ada* <script>alert(1)</script> ](https://evil.example/) [x](https://evil.example/)\r\nBcc: `b@example.org` # _1_"
)
PLAIN = " ".join(NASTY.split())
JOIN = "https://video.example.org/room?a=1&b=<script>"
ELSEWHERE = "https://files.example.org/a_b_c*d*"
START = datetime(2058, 5, 6, 12, tzinfo=UTC)


def event_with(**facts):
    usual = {
        "starts_at": START,
        "ends_at": START + timedelta(hours=2),
        "attendance": "hybrid",
        "time_zone": "Europe/Berlin",
        "city": CityFactory(names={"en": "Augsburg"}),
        "venue": "Town hall",
        "join_url": JOIN,
    }
    return EventPageFactory(title="Light at night", **{**usual, **facts}).event


def registered(event, status, **fields):
    needed = {
        "waiting": {"queued_at": datetime(2058, 1, 1, tzinfo=UTC)},
        "offered": {"offer_until": datetime(2058, 1, 3, 22, 30, tzinfo=UTC)},
    }
    return RegistrationFactory(event=event, status=status, **{**needed.get(str(status), {}), **fields})


def letter(kind="event-registration"):
    return OutgoingMail.objects.get(kind=kind)


# ------------------------------------------------------------ every letter, in every language


def write_all(language, members):
    """Every letter there is, to people of every status, with names that try to break it."""
    event = EventPageFactory(
        title=NASTY,
        starts_at=START,
        ends_at=START + timedelta(hours=2),
        attendance="hybrid",
        time_zone="Europe/Berlin",
        city=CityFactory(names={"en": NASTY}),
        venue=NASTY,
        address=NASTY,
        join_url=JOIN,
        access_contact=NASTY,
        access_note={"en": NASTY},
        status_note={"en": NASTY},
    ).event
    prepare_letters(event)
    people = {}
    for status in RegistrationStatus.values:
        user = UserFactory(first_name=NASTY, last_name="", languages=[language]) if members else None
        fields = {"name": NASTY, "organisation": NASTY, "language": language, "time_zone": "Europe/Lisbon"}
        people[status] = registered(event, status, user=user, **fields)
        message = RegistrationChanged(people[status])
        message.reason = NASTY
        message.send()
    OfferEnds(people["offered"]).send()
    for token in ("token", ""):
        GuestMayConfirm(people["unconfirmed"], token, START + timedelta(minutes=len(token))).send()
    letters = EventLetters.objects.get(event=event)
    session = SessionFactory(event=event, title={"en": NASTY})
    booking = SessionBooking.objects.create(registration=people["enrolled"], session=session, status="booked")
    SessionBookingChanged(booking).send()
    ProgrammeChanged(event, letters.programme).send()
    for number, change in enumerate(
        (
            {"venue": "New", "join_url": JOIN + "2"},
            {"status": "confirmed"},
            {"status": "postponed"},
            {"status": "cancelled"},
        )
    ):
        for name, value in change.items():
            setattr(event, name, value)
        event.sequence = number + 1
        event.save()
        EventChanged(event, [*change, "spoken"]).send()
    reminder = EventReminder.objects.filter(event=event).first()
    reminder.words = {"en": NASTY}
    Reminder(reminder, [people["enrolled"]]).send()
    for audience in ("readers", "enrolled"):
        Material.objects.create(event=event, title=NASTY, language="fr", url=ELSEWHERE, audience=audience)
    Thanks(event, [people["enrolled"]]).send()
    event.created_by = UserFactory(first_name=NASTY, last_name="", languages=[language], is_superuser=True)
    RequestsWait(event, START).send()


def links_in(text):
    return [html.unescape(address) for address in re.findall(r'href="([^"]*)"', text)]


def words_of(text):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", "", text)).split())


@pytest.mark.parametrize("members", [True, False], ids=["members", "guests"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_letter_survives_every_name_and_leads_where_it_should(language, members):
    write_all(language, members)
    told = 4
    # One a status but for those unconfirmed, who have two of their own; the offer that ends and the booking; four
    # changes and the programme to each who is told; reminder, thanks, requests.
    assert OutgoingMail.objects.count() == len(RegistrationStatus) + 1 + 2 + 4 * told + told + 3
    assert deliver_mail.func() == OutgoingMail.objects.count()
    allowed = (f"http://localhost:8000/{language}/", ELSEWHERE)
    enrolled = Registration.objects.get(status="enrolled")
    enrolled_address = enrolled.user.email if members else enrolled.email
    assert set(OutgoingMail.objects.values_list("language", flat=True)) == {language}
    for sent in mail.outbox:
        assert len(sent.subject.splitlines()) == 1
        (written,) = [content for content, kind in sent.alternatives]
        assert f'<html lang="{language}">' in written
        assert PLAIN in words_of(written.partition("<body")[2])
        assert "<script" not in written
        has_join = "video.example.org" in sent.body
        links = [link for link in links_in(written) if not link.startswith("https://video.example.org/")]
        assert links, sent.subject
        assert [link for link in links if not link.startswith(allowed)] == []
        assert not has_join or sent.to == [enrolled_address]
        assert "undefined template variable" not in sent.body


def test_every_status_has_a_letter_of_its_own():
    event = event_with()
    for status in RegistrationStatus.values:
        RegistrationChanged(registered(event, status)).send()
    subjects = set(OutgoingMail.objects.values_list("subject", flat=True))
    # To whoever has not confirmed the address, another letter goes.
    assert len(subjects) == len(RegistrationStatus) - 1


# ------------------------------------------------------------ to whom, in which language and zone


@pytest.mark.parametrize(
    ("profile", "registration", "read"),
    [(["de", "fr"], "it", "de"), ([], "it", "it"), (None, "nl", "nl")],
    ids=["profile", "profile-without-languages", "guest"],
)
def test_letter_is_in_the_language_that_the_person_reads_best(profile, registration, read):
    user = None if profile is None else UserFactory(languages=profile)
    RegistrationChanged(registered(event_with(), "enrolled", user=user, language=registration)).send()
    assert letter().language == read


@pytest.mark.parametrize(
    ("profile", "registration", "when"),
    [
        ("Europe/Lisbon", "Europe/Berlin", "6 May 2058, 14:00–16:00 in Augsburg (13:00–15:00 your time)"),
        ("", "Europe/Lisbon", "6 May 2058, 14:00–16:00 in Augsburg (13:00–15:00 your time)"),
        ("", "", "6 May 2058, 14:00–16:00 in Augsburg\\"),
    ],
)
def test_times_are_those_of_the_place_and_of_the_reader(profile, registration, when):
    user = UserFactory(time_zone=profile)
    RegistrationChanged(registered(event_with(), "enrolled", user=user, time_zone=registration)).send()
    assert f"**When:** {when}" in letter().text


@pytest.mark.parametrize(
    ("precision", "when"),
    [("day", "6 May 2058"), ("month", "May 2058")],
)
def test_letter_says_no_more_of_the_date_than_is_known(precision, when):
    registration = registered(event_with(precision=precision), "enrolled", time_zone="Europe/Lisbon")
    RegistrationChanged(registration).send()
    assert f"**When:** {when}\\\n" in letter().text


@pytest.mark.parametrize("status", RegistrationStatus.values)
def test_address_to_join_is_for_those_enrolled_alone(status):
    event = event_with()
    registration = registered(event, status)
    RegistrationChanged(registration).send()
    assert bool(letter_facts(event, registration)["join_url"]) == (status == "enrolled")
    assert OutgoingMail.objects.filter(text__contains="video.example.org").exists() == (status == "enrolled")


def test_event_in_person_has_no_address_to_join():
    RegistrationChanged(registered(event_with(attendance="on-site"), "enrolled")).send()
    assert "video.example.org" not in letter().text


def test_page_that_a_guest_cannot_open_is_not_named():
    event = event_with(visibility="network")
    RegistrationChanged(registered(event, "enrolled")).send()
    assert f"/en/meetings/{event.pk}/>" not in letter().text


def test_account_that_is_shut_gets_no_letter():
    RegistrationChanged(registered(event_with(), "enrolled", user=UserFactory(is_active=False))).send()
    assert OutgoingMail.objects.count() == 0


def test_letter_about_a_registration_comes_once_a_round():
    registration = registered(event_with(), "enrolled")
    for round_ in (1, 1, 2):
        registration.round = round_
        RegistrationChanged(registration).send()
    assert OutgoingMail.objects.count() == 2


# ------------------------------------------------------------ what it says


def test_offer_names_its_deadline_by_both_clocks():
    registration = registered(event_with(), "offered", time_zone="Europe/Lisbon")
    RegistrationChanged(registration).send()
    OfferEnds(registration).send()
    deadline = "**3 January 2058, 23:30 in Augsburg (22:30 your time)**"
    assert registration.offer_until == datetime(2058, 1, 3, 22, 30, tzinfo=UTC)
    assert [deadline in each.text for each in OutgoingMail.objects.all()] == [True, True]
    address = f"<http://localhost:8000/en/meetings/{registration.event_id}/mine/{registration.secret}/>"
    assert [address in each.text for each in OutgoingMail.objects.all()] == [True, True]


def test_letter_to_those_who_wait_says_their_place_in_the_queue():
    event = event_with()
    at = datetime(2058, 1, 1, tzinfo=UTC)
    people = [registered(event, "waiting", queued_at=at + timedelta(hours=hours)) for hours in (2, 1, 1)]
    registered(event_with(), "waiting", queued_at=at)
    for registration in people:
        RegistrationChanged(registration).send()
    told = [each.text.partition("at number ")[2][:2] for each in OutgoingMail.objects.order_by("pk")]
    assert told == ["3.", "1.", "2."]


def test_reason_of_a_coordinator_is_quoted():
    message = RegistrationChanged(registered(event_with(), "declined"))
    message.reason = "Only two a city.\nSorry *all*"
    message.send()
    assert "> Only two a city.\\\n> Sorry \\*all\\*" in letter().text


def test_title_is_in_the_readers_language_if_the_event_has_it():
    from tests.factories import translate

    page = EventPageFactory(title="Light at night", starts_at=START, ends_at=START + timedelta(hours=1))
    translate(page, "fr", title="La lumière la nuit")
    RegistrationChanged(registered(page.event, "enrolled", language="fr")).send()
    assert "La lumière la nuit" in letter().subject


def test_event_without_a_page_goes_by_its_number():
    event = EventFactory(starts_at=START, ends_at=START + timedelta(hours=1))
    RegistrationChanged(registered(event, "enrolled")).send()
    assert letter().subject == f"You are enrolled: № {event.pk}"


# ------------------------------------------------------------ changes


def change(event, names, **values):
    for name, value in values.items():
        setattr(event, name, value)
    event.sequence += 1
    event.save()
    EventChanged(event, names).send()


@pytest.fixture
def event():
    event = event_with()
    prepare_letters(event)
    for status in RegistrationStatus.values:
        registered(event, status)
    return event


def test_those_who_still_want_to_come_are_told(event):
    change(event, ["venue"], venue="Library")
    told = Registration.objects.filter(email__in=OutgoingMail.objects.values("recipient"))
    assert sorted(told.values_list("status", flat=True)) == sorted(RegistrationStatus.told())


def test_move_says_old_and_new_date_and_place(event):
    Registration.objects.update(time_zone="Europe/Lisbon")
    change(
        event,
        ["starts_at"],
        starts_at=START + timedelta(days=1),
        ends_at=START + timedelta(days=1, hours=2),
        venue="Library",
    )
    told = OutgoingMail.objects.first()
    assert told.subject == "New date: Light at night"
    assert (
        "- **When:** 7 May 2058, 14:00–16:00 in Augsburg (13:00–15:00 your time)\\\n"
        "  until now: 6 May 2058, 14:00–16:00 in Augsburg (13:00–15:00 your time)\n"
        "- **Where:** Library, Augsburg, and online\\\n"
        "  until now: Town hall, Augsburg, and online\n"
    ) in told.text


def test_what_was_not_told_before_says_only_what_is_new():
    event = event_with()
    registered(event, "enrolled")
    change(event, ["venue", "spoken", "nothing"], venue="Library", spoken=["fr"])
    text = OutgoingMail.objects.get().text
    assert "- **Where:** Library, Augsburg, and online\n" in text
    assert "until now" not in text
    assert "Also changed: languages spoken\n" in text


@pytest.mark.parametrize(
    ("status", "subject", "words"),
    [
        (Status.CANCELLED, "Cancelled: Light at night", "“Light at night” does not take place."),
        (Status.POSTPONED, "Postponed: Light at night", "“Light at night” is postponed."),
        (Status.CONFIRMED, "It takes place: Light at night", "it is certain now"),
    ],
)
def test_status_is_told_with_its_note(event, status, subject, words):
    change(event, ["status"], status=status, status_note={"en": "Storm.", "fr": "Tempête."})
    told = OutgoingMail.objects.first()
    assert told.subject == subject
    assert words in told.text
    assert "> Storm." in told.text


def test_new_address_to_join_goes_to_those_enrolled(event):
    change(event, ["join_url"], join_url="https://video.example.org/other")
    told = OutgoingMail.objects.filter(text__contains="https://video.example.org/other")
    enrolled = Registration.objects.get(status="enrolled")
    assert [(each.recipient, "The address to join has changed." in each.text) for each in told] == [
        (enrolled.email, True)
    ]


@pytest.mark.parametrize(
    "facts",
    [{"status": "draft"}, {"starts_at": START.replace(year=2020), "ends_at": START.replace(year=2020, hour=13)}],
)
def test_nobody_is_told_of_changes_of_drafts_and_of_what_is_over(event, facts):
    change(event, ["venue"], venue="Library", **facts)
    assert OutgoingMail.objects.count() == 0


def test_letter_about_a_change_comes_once_a_change(event):
    change(event, ["venue"], venue="Library")
    EventChanged(event, ["venue"]).send()
    assert OutgoingMail.objects.count() == len(RegistrationStatus.told())


def test_changes_of_the_programme_alone_are_a_letter_that_people_can_do_without(event):
    session = SessionFactory(event=event, title={"en": "Bats"})
    change(event, ["programme"])
    assert set(OutgoingMail.objects.values_list("kind", flat=True)) == {"event-programme"}
    assert "- **Bats:** 6 May 2058\n" in OutgoingMail.objects.first().text
    assert list(EventLetters.objects.get().programme) == [str(session.uid)]


@pytest.mark.parametrize(("names", "is_listed"), [(["venue"], False), (["venue", "programme"], True)])
def test_programme_is_told_with_another_change_only_where_that_is_said(event, names, is_listed):
    SessionFactory(event=event, title={"en": "Bats"})
    change(event, names, venue="Library")
    assert ("- **Bats:**" in OutgoingMail.objects.first().text) == is_listed
    assert len(EventLetters.objects.get().programme) == is_listed


def test_programme_that_moves_with_the_event_is_not_listed(event):
    SessionFactory(event=event, title={"en": "Bats"})
    change(event, ["starts_at", "programme"], starts_at=START - timedelta(hours=1))
    text = OutgoingMail.objects.first().text
    assert "The programme moves with it" in text
    assert "Bats" not in text


def test_programme_says_what_is_new_moved_cancelled_and_gone(event):
    def at(hour):
        return {"starts_at": START.replace(hour=hour), "ends_at": START.replace(hour=hour, minute=30)}

    moved, cancelled, gone = (
        SessionFactory(event=event, title={"en": name}, **at(12)) for name in ("Moved", "Off", "Gone")
    )
    SessionFactory(event=event, title={"en": "Same"}, **at(12))
    letters = prepare_letters(event)
    letters.programme = programme_of(event)
    Session.objects.filter(pk=moved.pk).update(**at(13))
    Session.objects.filter(pk=cancelled.pk).update(is_cancelled=True)
    gone.delete()
    SessionFactory(event=event, title={"en": "New"})
    ProgrammeChanged(event, letters.programme).send()
    text = OutgoingMail.objects.filter(kind="event-programme").first().text
    listed = re.findall(r"^(?:- |  ).*$", text, re.MULTILINE)
    assert listed == [
        "- **Off:** cancelled\\",
        "  until now: 6 May 2058, 14:00–14:30 in Augsburg",
        "- **Moved:** 6 May 2058, 15:00–15:30 in Augsburg\\",
        "  until now: 6 May 2058, 14:00–14:30 in Augsburg",
        "- **New:** 6 May 2058",
        "- **Gone:** no longer in the programme\\",
        "  until now: 6 May 2058, 14:00–14:30 in Augsburg",
    ]


# ------------------------------------------------------------ what is made with the first letter


@pytest.mark.parametrize(
    ("attendance", "minutes"),
    [("on-site", [10080, 1440]), ("hybrid", [10080, 1440]), ("online", [1440, 60])],
)
def test_first_letter_makes_the_usual_reminders_once(attendance, minutes):
    event = event_with(attendance=attendance)
    RegistrationChanged(registered(event, "enrolled")).send()
    assert [reminder.minutes_before for reminder in event.reminders.all()] == minutes
    event.reminders.all().delete()
    RegistrationChanged(registered(event, "enrolled")).send()
    assert event.reminders.count() == 0


def test_requests_go_to_the_coordinators_of_the_group(group, people):
    event = event_with(group=group)
    for number in range(22):
        registered(event, "requested", name=f"Guest {number}")
    RequestsWait(event, START).send()
    told = OutgoingMail.objects.get()
    assert told.recipient == "coordinator@example.com"
    assert told.text.count("\n- Guest ") == 20
    assert "- and others" in told.text


def test_all_letters_about_events_say_why_they_came():
    of_one = {RegistrationChanged, OfferEnds, GuestMayConfirm, SessionBookingChanged}
    classes = {*of_one, EventChanged, ProgrammeChanged, Reminder, Thanks}
    assert set(EventMessage.__subclasses__()) == classes
    write_all("en", members=False)
    for told in OutgoingMail.objects.all():
        assert "You get this letter because " in told.text
