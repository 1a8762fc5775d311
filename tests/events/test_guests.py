from datetime import timedelta

import pytest
from django.core import signing
from django.utils import timezone

from events.actions.registering import (
    LinkExpired,
    add_by_hand,
    ask_as_guest,
    cancel,
    confirm_guest,
    read_token,
    token_of,
)
from events.models import Registration
from events.opening import Closed, RegistrationClosed
from groups.enums import Visibility
from notifications.models import OutgoingMail
from tests.events.places import NOW, applicant, enrol_now, event_from_now, person, statuses
from tests.factories import CityFactory

pytestmark = pytest.mark.django_db

TYPED = {"name": "Ada Guest", "email": "ada@example.org", "language": "fr"}


def text_of(response):
    return " ".join(response.content.decode().split())


def letters():
    return list(OutgoingMail.objects.filter(kind="event-guest").order_by("pk"))


def link_in(letter):
    return next(
        line.strip("<>") for line in letter.text.splitlines() if "/confirm/" in line or "/mine/" in line
    ).replace("http://localhost:8000", "")


def test_guest_registers_confirms_and_finds_the_own_page(client):
    event = event_from_now(capacity=1, attendance="online", join_url="https://meet.example.org/x")
    sent = client.post(f"/en/meetings/{event.pk}/register/", TYPED)
    assert sent.headers["Location"] == f"/en/meetings/{event.pk}/register/sent/"
    (letter,) = letters()
    registration = Registration.objects.get()
    assert (letter.language, registration.status, event.registrations.holding().count()) == ("fr", "unconfirmed", 0)
    asked = client.get(link_in(letter))
    assert (asked.status_code, statuses(registration)) == (200, ["unconfirmed"])
    confirmed = client.post(link_in(letter), follow=True)
    assert confirmed.redirect_chain[-1][0] == f"/fr/meetings/{event.pk}/mine/{registration.secret}/"
    assert statuses(registration) == ["enrolled"]
    assert "https://meet.example.org/x" in text_of(confirmed)
    # Whoever opens the letter again is led to the same page.
    assert client.get(link_in(letter)).headers["Location"] == confirmed.redirect_chain[-1][0]


def test_nothing_on_the_own_page_is_there_before_the_address_is_confirmed(client):
    event = event_from_now()
    client.post(f"/en/meetings/{event.pk}/register/", TYPED)
    assert client.get(f"/en/meetings/{event.pk}/mine/{Registration.objects.get().secret}/").status_code == 404


def test_rules_are_those_of_the_moment_of_confirming():
    event = event_from_now(capacity=1)
    ask_as_guest(event=event, applicant=applicant())
    guest = Registration.objects.get()
    token = token_of(guest)
    enrol_now(event, person())
    assert confirm_guest(event=event, token=token).status == "waiting"


def test_confirming_is_refused_after_closing(client):
    event = event_from_now()
    ask_as_guest(event=event, applicant=applicant())
    token = token_of(Registration.objects.get())
    type(event).objects.filter(pk=event.pk).update(registration_closes_at=timezone.now())
    refused = client.post(f"/en/meetings/{event.pk}/confirm/{token}/")
    assert refused.status_code == 409
    assert "Registration is closed." in text_of(refused)


@pytest.mark.parametrize(("hours", "is_valid"), [(47, True), (49, False)])
def test_link_is_valid_for_48_hours(monkeypatch, hours, is_valid):
    event = event_from_now()
    ask_as_guest(event=event, applicant=applicant())
    registration = Registration.objects.get()
    token = token_of(registration)
    later = timezone.now() + timedelta(hours=hours)
    monkeypatch.setattr(signing.time, "time", later.timestamp)
    if is_valid:
        assert read_token(event, token) == registration
    else:
        with pytest.raises(LinkExpired):
            read_token(event, token)


def test_link_is_void_for_another_event_and_when_tampered_with(client):
    event, other = event_from_now(), event_from_now()
    ask_as_guest(event=event, applicant=applicant())
    token = token_of(Registration.objects.get())
    found = [
        client.post(address).status_code
        for address in (
            f"/en/meetings/{other.pk}/confirm/{token}/",
            f"/en/meetings/{event.pk}/confirm/{token}x/",
            f"/en/meetings/{event.pk}/confirm/nonsense/",
        )
    ]
    assert (found, Registration.objects.get().status) == ([410, 410, 410], "unconfirmed")


def test_old_letter_does_not_bring_back_who_cancelled():
    event = event_from_now()
    ask_as_guest(event=event, applicant=applicant())
    token = token_of(Registration.objects.get())
    registration = confirm_guest(event=event, token=token)
    cancel(registration=registration)
    with pytest.raises(LinkExpired):
        confirm_guest(event=event, token=token)
    assert statuses(registration) == ["cancelled"]


def test_form_answers_the_same_whether_the_address_is_known_or_not(client):
    event = event_from_now()
    known = enrol_now(event, person(email="known@example.org"))
    answers = []
    for email in ("Known@example.org", "unknown@example.org"):
        sent = client.post(f"/en/meetings/{event.pk}/register/", {**TYPED, "email": email})
        followed = client.get(sent.headers["Location"])
        answers.append((sent.status_code, sent.headers["Location"], text_of(followed)))
    assert answers[0] == answers[1]
    # Only the letters differ, and they go to those whose address it is.
    assert [letter.recipient for letter in letters()] == ["known@example.org", "unknown@example.org"]
    assert [kind in letter.text for kind, letter in zip(["/mine/", "/confirm/"], letters(), strict=True)] == [
        True,
        True,
    ]
    known.refresh_from_db()
    assert (known.name, known.status) == ("Ada", "enrolled")


def test_stranger_does_not_change_what_a_guest_wrote():
    event = event_from_now()
    ask_as_guest(event=event, applicant=applicant(name="Ada"))
    registration = confirm_guest(event=event, token=token_of(Registration.objects.get()))
    ask_as_guest(event=event, applicant=applicant(name="Mallory"))
    registration.refresh_from_db()
    assert (registration.name, registration.status) == ("Ada", "enrolled")


@pytest.mark.parametrize(("minutes", "number"), [(4, 1), (6, 2)])
def test_second_letter_goes_out_after_five_minutes_at_most(minutes, number):
    event = event_from_now()
    ask_as_guest(event=event, applicant=applicant())
    OutgoingMail.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
    ask_as_guest(event=event, applicant=applicant(), now=timezone.now() + timedelta(seconds=1))
    assert len(letters()) == number


def test_guest_comes_from_a_city_where_cities_have_quotas(client):
    city = CityFactory()
    event = event_from_now(places_per_city=1)
    refused = client.post(f"/en/meetings/{event.pk}/register/", TYPED)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["city"])
    client.post(f"/en/meetings/{event.pk}/register/", {**TYPED, "city": city.pk})
    assert Registration.objects.get().city == city


@pytest.mark.parametrize(
    ("facts", "reason"),
    [({"guests_allowed": False}, Closed.GUESTS), ({"visibility": Visibility.NETWORK}, Closed.HIDDEN)],
)
def test_guests_are_refused_where_they_are_not_meant(facts, reason):
    event = event_from_now(**facts)
    with pytest.raises(RegistrationClosed) as refused:
        ask_as_guest(event=event, applicant=applicant())
    assert (refused.value.reason, OutgoingMail.objects.count()) == (reason, 0)


def test_guest_who_cancelled_may_ask_again_and_goes_to_the_end():
    event = event_from_now(capacity=0)
    registrations = []
    for email in ("a@example.org", "b@example.org"):
        ask_as_guest(event=event, applicant=applicant(email=email))
        registrations.append(confirm_guest(event=event, token=token_of(Registration.objects.get(email=email))))
    first, second = registrations
    cancel(registration=first)
    OutgoingMail.objects.update(created_at=NOW - timedelta(days=365))
    ask_as_guest(event=event, applicant=applicant(email="A@example.org"))
    again = confirm_guest(event=event, token=token_of(Registration.objects.get(pk=first.pk)))
    assert (again.pk, list(event.registrations.in_queue())) == (first.pk, [second, again])


def test_guest_added_by_hand_finds_the_own_page_of_an_event_for_members(client):
    event = event_from_now(visibility=Visibility.NETWORK)
    registration = add_by_hand(event=event, applicant=applicant())
    assert client.get(f"/en/meetings/{event.pk}/mine/{registration.secret}/").status_code == 200
