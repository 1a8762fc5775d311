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
from notifications.stopping import stop_address
from tests.conftest import StrictClient
from tests.factories import EventPageFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db

OPTIONAL = [
    "adoption-confirmed",
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
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
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
    product = ("practices.", "events.", "search.", "discussions.")
    named = {each.kind for each in subclasses(Message) if "kind" in vars(each) and each.__module__.startswith(product)}
    assert {each.kind for each in kinds()} == named


def test_people_can_do_without_these_and_no_others():
    assert [each.kind for each in optional_kinds()] == OPTIONAL


def test_profile_asks_for_each_kind_and_names_the_others(own_client):
    page = own_client.get("/en/profile/").content.decode()
    assert re.findall(r'<input type="checkbox" name="([^"]*)"[^>]* checked>', page) == OPTIONAL
    assert "<li>An event for which you registered is moved, changed or cancelled</li>" in page


def test_choice_is_kept_and_shown(own_client, person):
    boxes = {kind: "on" for kind in OPTIONAL if kind != "event-reminder"}
    response = own_client.post("/en/profile/mail/", {**boxes, "event-changed": ""})
    assert (response.status_code, response["Location"]) == (302, "/en/profile/#mail")
    assert list(MailPreference.objects.filter(user=person, wanted=False).values_list("kind", flat=True)) == [
        "event-reminder"
    ]
    page = own_client.get("/en/profile/").content.decode()
    assert "What you get by mail is saved." in page
    assert re.findall(r'<input type="checkbox" name="([^"]*)"[^>]* checked>', page) == list(boxes)


@pytest.mark.parametrize(("method", "status"), [("get", 405), ("post", 302)])
def test_choosing_is_a_post(own_client, method, status):
    assert getattr(own_client, method)("/en/profile/mail/").status_code == status


def test_choosing_is_for_people_who_are_logged_in(client):
    assert client.post("/en/profile/mail/").headers["Location"] == "/en/login/?next=/en/profile/mail/"


@pytest.mark.parametrize(
    ("wanted", "kinds"), [(False, ["event-registration"]), (True, ["event-registration", "event-reminder"])]
)
def test_letters_that_somebody_does_without_are_left_out(person, wanted, kinds):
    choose_mail(user_pk=person.pk, wanted={"event-reminder": wanted})
    remind(person)
    assert sorted(OutgoingMail.objects.values_list("kind", flat=True)) == kinds


def test_nobody_is_spared_letters_that_are_not_optional(person):
    choose_mail(user_pk=person.pk, wanted={"event-registration": False})
    remind(person)
    assert OutgoingMail.objects.filter(kind="event-registration").count() == 1


def test_what_one_person_does_without_others_get(person):
    choose_mail(user_pk=UserFactory().pk, wanted={"event-reminder": False})
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
    assert list(MailPreference.objects.values_list("user", "kind", "wanted")) == [(person.pk, "event-reminder", False)]
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
