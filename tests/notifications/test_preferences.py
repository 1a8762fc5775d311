"""Which letters people do without, and the ways to say so."""

import re

import pytest
from django.core import mail

from events.letters import guest_stop_address
from events.models import Registration
from events.notifications import RegistrationChanged, Reminder, prepare_letters
from notifications.actions import choose_mail, deliver_mail
from notifications.messages import Message, kinds, optional_kinds
from notifications.models import MailPreference, OutgoingMail
from notifications.preferences import frequencies_of
from notifications.stopping import stop_address
from tests.conftest import StrictClient
from tests.factories import EventPageFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db

OPTIONAL = [
    "adoption-confirmed",
    "answer-decided",
    "call-reminder",
    "event-programme",
    "event-reminder",
    "event-thanks",
    "review-due",
    "sheet-received",
    "sheet-still-true-reminder",
    "sheet-taken-back",
]


@pytest.fixture
def person():
    return UserFactory(languages=["en"])


@pytest.fixture
def own_client(client, person):
    client.force_login(person)
    return client


def remind(user=None):
    event = EventPageFactory(title="Light at night").event
    prepare_letters(event)
    registration = RegistrationFactory(event=event, user=user)
    RegistrationChanged(registration).send()
    Reminder(event.reminders.first(), [registration]).send()
    return registration


def subclasses(cls):
    return {found for each in cls.__subclasses__() for found in {each, *subclasses(each)}}


def test_every_letter_of_the_portal_has_a_name():
    named = {each.kind for each in subclasses(Message) if "kind" in vars(each) and "test" not in each.__module__}
    assert {each.kind for each in kinds()} == named


def test_people_can_do_without_these_and_no_others():
    assert [each.kind for each in optional_kinds()] == OPTIONAL


def chosen_on(page):
    """Of each select on the page, what is chosen."""
    selects = re.findall(r'<select name="([^"]*)"[^>]*>(.*?)</select>', page, re.DOTALL)
    return {name: "".join(re.findall(r'value="([^"]*)" selected', options)) for name, options in selects}


def test_page_asks_for_each_kind_and_names_the_others(own_client):
    page = own_client.get("/en/mail/").content.decode()
    assert chosen_on(page) == {
        "call": "weekly",
        "call-city": "at-once",
        "event": "weekly",
        "mention": "at-once",
        "post": "daily",
        "question": "at-once",
        "reply": "at-once",
        "sheet": "weekly",
        "weekday": "0",
        "hour": "8",
        **dict.fromkeys(OPTIONAL, "at-once"),
    }
    assert "<li>An event for which you registered is moved, changed or cancelled</li>" in page


def test_letters_that_ask_something_come_at_once_or_never(own_client, person):
    answers = chosen_on(own_client.get("/en/mail/").content.decode())
    response = own_client.post("/en/mail/", {**answers, "event-reminder": "daily", "post": "monthly"})
    assert response.status_code == 422
    page = response.content.decode()
    assert "daily is not one of the available choices" in page
    assert chosen_on(page)["post"] == "monthly"
    assert MailPreference.objects.count() == 0


def test_choice_is_kept_and_shown(own_client, person):
    answers = chosen_on(own_client.get("/en/mail/").content.decode())
    answers |= {"event-reminder": "never", "post": "monthly", "weekday": "3", "hour": "17", "event-changed": "never"}
    response = own_client.post("/en/mail/", answers)
    assert (response.status_code, response["Location"]) == (302, "/en/mail/")
    kept = dict(MailPreference.objects.filter(user=person).values_list("kind", "frequency"))
    assert kept == {name: value for name, value in answers.items() if name not in {"weekday", "hour", "event-changed"}}
    page = own_client.get("/en/mail/").content.decode()
    assert "What you get by mail is saved." in page
    del answers["event-changed"]
    assert chosen_on(page) == answers


def test_choosing_is_for_people_who_are_logged_in(client):
    assert client.post("/en/mail/").headers["Location"] == "/en/login/?next=/en/mail/"


def test_hour_is_that_of_the_readers_clock(own_client, person):
    person.time_zone = "Europe/Lisbon"
    person.save()
    assert "By your clock: Portugal – Lisbon" in own_client.get("/en/mail/").content.decode()


@pytest.mark.parametrize(
    ("frequency", "kinds"),
    [("never", ["event-registration"]), ("at-once", ["event-registration", "event-reminder"])],
)
def test_letters_that_somebody_does_without_are_left_out(person, frequency, kinds):
    choose_mail(user_pk=person.pk, frequencies={"event-reminder": frequency})
    remind(person)
    assert sorted(OutgoingMail.objects.values_list("kind", flat=True)) == kinds


def test_nobody_is_spared_letters_that_are_not_optional(person):
    choose_mail(user_pk=person.pk, frequencies={"event-registration": "never"})
    remind(person)
    assert OutgoingMail.objects.filter(kind="event-registration").count() == 1


def test_what_one_person_does_without_others_get(person):
    choose_mail(user_pk=UserFactory().pk, frequencies={"event-reminder": "never"})
    remind(person)
    assert OutgoingMail.objects.filter(kind="event-reminder").count() == 1


# ---------------------------------------------------------------- stopping from the letter


@pytest.mark.parametrize("is_guest", [True, False])
def test_only_optional_letters_can_be_stopped_by_one_click(person, is_guest):
    registration = remind(None if is_guest else person)
    address = guest_stop_address(registration) if is_guest else stop_address("event-reminder", person.pk)
    assert deliver_mail.func() == 2
    enrolled, reminder = mail.outbox
    assert enrolled.extra_headers == {}
    assert reminder.extra_headers == {
        "List-Unsubscribe": f"<http://localhost:8000{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert f"<http://localhost:8000{address}>" in reminder.body


def test_opening_the_address_changes_nothing(client, person):
    page = client.get(stop_address("event-reminder", person.pk))
    assert page.status_code == 200
    assert "Stop these letters?" in page.content.decode()
    assert MailPreference.objects.count() == 0


def test_mail_program_stops_one_kind_without_login_cookie_or_token(person):
    client = StrictClient(enforce_csrf_checks=True)
    for _time in range(2):
        response = client.post(stop_address("event-reminder", person.pk), {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200
    assert "Reminders before an event in which you are enrolled" in response.content.decode()
    assert list(MailPreference.objects.values_list("user", "kind", "frequency")) == [
        (person.pk, "event-reminder", "never")
    ]
    assert "sessionid" not in client.cookies


def test_guest_stops_the_letters_about_one_event(person):
    registration, other = remind(), remind()
    client = StrictClient(enforce_csrf_checks=True)
    address = guest_stop_address(registration)
    assert "Stop these letters?" in client.get(address).content.decode()
    assert Registration.objects.filter(wants_reminders=False).count() == 0
    response = client.post(address, {"List-Unsubscribe": "One-Click"})
    assert "We still write to you if it is moved or cancelled" in response.content.decode()
    assert list(Registration.objects.filter(wants_reminders=True)) == [other]


@pytest.mark.parametrize("forge", [lambda key: "nothing", lambda key: key + "x", lambda key: key[1:]])
def test_forged_key_opens_nothing(client, person, forge):
    for address in (stop_address("event-reminder", person.pk), guest_stop_address(remind())):
        root, key = address.rstrip("/").rsplit("/", 1)
        assert client.post(f"{root}/{forge(key)}/").status_code == 410
    assert MailPreference.objects.count() == 0
    assert not Registration.objects.filter(wants_reminders=False).exists()


@pytest.mark.parametrize("kind", ["event-registration", "nothing"])
def test_key_for_letters_that_always_come_stops_nothing(client, person, kind):
    response = client.post(stop_address(kind, person.pk))
    assert response.status_code == 200
    assert MailPreference.objects.count() == 0


def test_key_of_somebody_who_left_says_that_nothing_is_sent(client, person):
    address = stop_address("event-reminder", person.pk)
    person.delete()
    assert "no longer sent to you" in client.post(address).content.decode()


# ---------------------------------------------------------------- digests and notices


@pytest.mark.parametrize("kind", ["mention", "post"])
def test_one_kind_of_notices_is_stopped_by_one_click_and_no_other(person, kind):
    client = StrictClient(enforce_csrf_checks=True)
    assert "Stop these letters?" in client.get(stop_address(kind, person.pk)).content.decode()
    assert client.post(stop_address(kind, person.pk), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert [name for name, frequency in frequencies_of(person.pk).items() if frequency == "never"] == [kind]
    assert "No more letters" in client.get(stop_address(kind, person.pk)).content.decode()


def test_all_digests_are_stopped_by_one_click_and_letters_at_once_go_on(person):
    choose_mail(user_pk=person.pk, frequencies={"mention": "daily", "event": "at-once"})
    client = StrictClient(enforce_csrf_checks=True)
    assert client.post(stop_address("digest", person.pk), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert frequencies_of(person.pk) == {
        "call": "never",
        "call-city": "at-once",
        "event": "at-once",
        "mention": "never",
        "post": "never",
        "question": "at-once",
        "reply": "at-once",
        "sheet": "never",
    }
    assert "No more letters" in client.get(stop_address("digest", person.pk)).content.decode()
