from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from events.actions.places import lapse_offers
from events.actions.registering import cancel
from events.models import Answer, Question, Registration
from groups.enums import Visibility
from notifications.models import OutgoingMail
from search.sources import all_documents
from tests.events.places import enrol_now, event_from_now, person, statuses
from tests.factories import CityFactory, RegistrationFactory, SessionFactory

pytestmark = pytest.mark.django_db

JOIN = "https://meet.example.org/secret-room"
HOUR = timedelta(hours=1)


def question(event, **fields):
    defaults = {"kind": "text", "label": {"en": "What do you expect?"}, "erase_on": event.last_day}
    return Question.objects.create(event=event, **{**defaults, **fields})


def log_in(client, user):
    client.force_login(user)
    return client


def page_of(event):
    return event.pages.get().url


def text_of(response):
    return " ".join(response.content.decode().split())


# ------------------------------------------------------------ the event's page


@pytest.mark.parametrize(
    ("facts", "enrolled", "words"),
    [
        ({}, 0, "Everybody who wants to come finds a place."),
        ({"capacity": 40}, 28, "12 of 40 places left"),
        ({"capacity": 1}, 1, "The only place is taken."),
        ({"places_per_city": 2}, 0, "Each city has 2 places, if nothing else is agreed."),
        ({"needs_approval": True}, 0, "A coordinator admits each person; you get a letter."),
        ({"guests_allowed": False}, 0, "Only members of the network can register. Please log in."),
        ({"registration_opens_at": timezone.now() + HOUR}, 0, "Registration opens on:"),
        ({"registration_closes_at": timezone.now() - HOUR}, 0, "Registration is closed. It was open until:"),
        ({"status": "postponed"}, 0, "This event is postponed. You can register once it has a new date."),
        ({"capacity": 1, "has_waiting_list": False}, 1, "All places are taken."),
        (
            {"registration_mode": "elsewhere", "registration_url": "https://example.org/form"},
            0,
            "Register on the organiser’s site",
        ),
    ],
)
def test_page_says_in_words_whether_one_can_register(client, facts, enrolled, words):
    event = event_from_now(**facts)
    for _number in range(enrolled):
        RegistrationFactory(event=event)
    assert words in text_of(client.get(page_of(event)))


def test_member_of_a_full_city_is_told_before_registering(client):
    city = CityFactory()
    event = event_from_now(capacity=5, places_per_city=1)
    enrol_now(event, person(city))
    assert "4 of 5 places left Those of your city are taken." in text_of(
        log_in(client, person(city)).get(page_of(event))
    )
    form = client.get(f"/en/meetings/{event.pk}/register/")
    assert "All places of your city are taken. If you register, you are put on the waiting list" in text_of(form)
    other = text_of(log_in(client, person(CityFactory())).get(page_of(event)))
    assert "Those of your city are taken." not in other


def test_page_without_registration_says_nothing_of_it(client):
    assert 'id="registration"' not in text_of(client.get(page_of(event_from_now(registration_mode="none"))))


def test_page_tells_each_person_where_he_or_she_stands(client):
    city = CityFactory()
    event = event_from_now(capacity=2, places_per_city=1)
    enrolled, waits_for_city = (enrol_now(event, person(city)) for _number in range(2))
    enrol_now(event, person(CityFactory()))
    waits = enrol_now(event, person(CityFactory()))
    told = {
        enrolled: "You are enrolled.",
        waits_for_city: "You are number 1 on the waiting list.</strong> The places of your city are taken",
        waits: "You are number 2 on the waiting list.</strong> When a place becomes free and it is your turn",
    }
    for registration, words in told.items():
        assert words in text_of(log_in(client, registration.user).get(page_of(event)))


def test_offer_is_accepted_on_the_page(client):
    event = event_from_now(capacity=1)
    leaves, waits = enrol_now(event, person()), enrol_now(event, person())
    cancel(registration=leaves)
    page = log_in(client, waits.user).get(page_of(event))
    assert "A place is free for you." in text_of(page)
    answered = client.post(f"/en/meetings/{event.pk}/mine/{waits.secret}/offer/", {"answer": "yes"}, follow=True)
    assert "The place is yours." in text_of(answered)
    assert (answered.redirect_chain[-1][0], statuses(waits)) == (page_of(event), ["enrolled"])


def test_offer_whose_time_is_over_is_said_to_be_over_before_anybody_took_it_back(client):
    event = event_from_now(capacity=1)
    leaves, waits = enrol_now(event, person()), enrol_now(event, person())
    cancel(registration=leaves)
    Registration.objects.filter(pk=waits.pk).update(offer_until=timezone.now() - HOUR)
    log_in(client, waits.user)
    assert "the time to answer is over" in text_of(client.get(page_of(event)))
    answered = client.post(f"/en/meetings/{event.pk}/mine/{waits.secret}/offer/", {"answer": "yes"}, follow=True)
    assert "The time to answer is over" in text_of(answered)
    assert (statuses(waits), lapse_offers()) == (["lapsed"], 0)


@pytest.mark.parametrize("answer", ["", "maybe"])
def test_offer_is_answered_by_yes_or_no(client, answer):
    event = event_from_now(capacity=1)
    leaves, waits = enrol_now(event, person()), enrol_now(event, person())
    cancel(registration=leaves)
    client.post(f"/en/meetings/{event.pk}/mine/{waits.secret}/offer/", {"answer": answer})
    assert statuses(waits) == ["offered"]


# ------------------------------------------------------------ the form


def test_member_registers_with_what_the_account_says(client):
    city = CityFactory(names={"en": "Augsburg"})
    event, user = event_from_now(), person(city, first_name="Rosa", last_name="Vogel", languages=["de", "en"])
    log_in(client, user)
    form = client.get(f"/en/meetings/{event.pk}/register/")
    assert (form.context["form"]["name"].value(), form.context["form"].language) == ("Rosa Vogel", "de")
    assert "Augsburg" in text_of(form)
    answered = client.post(f"/en/meetings/{event.pk}/register/", {"name": "Rosa Vogel", "organisation": "City"})
    assert answered.status_code == 302
    registration = Registration.objects.get()
    assert (registration.user, registration.city, registration.language, registration.organisation) == (
        user,
        city,
        "de",
        "City",
    )


def test_questions_are_asked_in_the_readers_language_with_the_day_of_erasing(client):
    event = event_from_now(spoken=["fr"], interpreted=["de"])
    question(event, label={"fr": "Votre fonction", "en": "Your role"}, kind="role", erase_on="2099-06-03")
    question(event, label={"de": "Worauf hoffen Sie?"}, erase_on="2099-06-04")
    question(event, label={"en": "Gone"}, erase_on=timezone.localdate())
    question(event, label={"en": "Which language?"}, kind="interpretation", erase_on="2099-06-05")
    question(
        event, label={"en": "Lunch"}, kind="choice", choices=[{"en": "Soup"}, {"en": "Salad"}], erase_on="2099-06-05"
    )
    form = log_in(client, person()).get(f"/fr/meetings/{event.pk}/register/").context["form"]
    fields = [field for field in form if field.name.startswith("question")]
    assert [str(field.label) for field in fields] == [
        "Votre fonction",
        '<span lang="de">Worauf hoffen Sie?</span>',
        '<span lang="en">Which language?</span>',
        '<span lang="en">Lunch</span>',
    ]
    assert "3 juin 2099" in str(fields[0].help_text)
    assert [code for code, _name in fields[2].field.choices][1:] == ["fr", "de"]
    assert [name for _place, name in fields[3].field.choices][1:] == ["Soup", "Salad"]


def test_nothing_that_was_typed_is_lost(client):
    event = event_from_now()
    needed = question(event, is_required=True)
    role = question(event, kind="role", label={"en": "Role"})
    session = SessionFactory(event=event, capacity=5)
    refused = log_in(client, person()).post(
        f"/en/meetings/{event.pk}/register/",
        {"name": "Ada L.", f"question_{role.pk}": "Mayor", "sessions": [session.pk]},
    )
    page = text_of(refused)
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, [f"question_{needed.pk}"])
    assert 'value="Ada L."' in page
    assert 'value="Mayor"' in page
    assert f'value="{session.pk}" id="id_sessions_0" checked' in page


@pytest.mark.parametrize(
    ("kind", "fields", "value", "is_taken"),
    [
        ("yes-no", {}, "yes", True),
        ("yes-no", {}, "perhaps", False),
        ("choice", {"choices": [{"en": "A"}, {"en": "B"}]}, "1", True),
        ("choice", {"choices": [{"en": "A"}, {"en": "B"}]}, "2", False),
        ("interpretation", {"languages": ["fr", "de"]}, "de", True),
        ("interpretation", {"languages": ["fr", "de"]}, "en", False),
        ("text", {}, "x" * 1000, True),
        ("text", {}, "x" * 1001, False),
        ("diet", {}, "x" * 161, False),
    ],
)
def test_answers_are_taken_as_the_question_asks(client, kind, fields, value, is_taken):
    event = event_from_now()
    asked = question(event, kind=kind, **fields)
    answered = log_in(client, person()).post(
        f"/en/meetings/{event.pk}/register/", {"name": "Ada", f"question_{asked.pk}": value}
    )
    assert answered.status_code == (302 if is_taken else 422)
    assert list(Answer.objects.values_list("value", flat=True)) == ([value] if is_taken else [])


def test_whoever_registers_gives_a_name_that_can_be_seen(client):
    event = event_from_now()
    answered = log_in(client, person()).post(f"/en/meetings/{event.pk}/register/", {"name": "\u200b"})
    assert (answered.status_code, list(answered.context["form"].errors)) == (422, ["name"])


def test_form_that_was_open_when_registration_closed_says_so(client):
    event = event_from_now(registration_closes_at=timezone.now() - HOUR)
    refused = log_in(client, person()).post(f"/en/meetings/{event.pk}/register/", {"name": "Ada"})
    assert refused.status_code == 422
    assert "Registration is closed." in text_of(refused)
    assert "Registration is closed." in text_of(client.get(f"/en/meetings/{event.pk}/register/"))


def test_whoever_is_registered_is_led_to_where_he_or_she_stands(client):
    event, user = event_from_now(), person()
    enrol_now(event, user)
    answered = log_in(client, user).get(f"/en/meetings/{event.pk}/register/", follow=True)
    assert "You have registered already: here is where you stand." in text_of(answered)


def test_member_without_a_city_is_told_what_to_do_where_cities_have_quotas(client):
    event = event_from_now(places_per_city=2)
    page = text_of(log_in(client, person()).get(f"/en/meetings/{event.pk}/register/"))
    assert "say which city you come from. An administrator of the network can note your city in your profile." in page


# ------------------------------------------------------------ cancelling, changing


def test_link_to_cancel_asks_first_and_then_acts(client):
    event = event_from_now()
    registration = enrol_now(event, person())
    address = f"/en/meetings/{event.pk}/mine/{registration.secret}/cancel/"
    asked = client.get(address)
    assert (asked.status_code, statuses(registration)) == (200, ["enrolled"])
    assert asked.headers["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    answered = client.post(address, follow=True)
    assert "Your registration is cancelled." in text_of(answered)
    assert statuses(registration) == ["cancelled"]


def test_mail_programs_cancel_by_one_click_without_cookie_or_token():
    event = event_from_now()
    registration = enrol_now(event, person())
    answered = Client(enforce_csrf_checks=True).post(
        f"/en/meetings/{event.pk}/mine/{registration.secret}/cancel/", {"List-Unsubscribe": "One-Click"}
    )
    assert (answered.status_code, statuses(registration)) == (200, ["cancelled"])


def test_answers_and_sessions_are_changed_by_the_link(client):
    event = event_from_now()
    asked, session = question(event), SessionFactory(event=event, capacity=3)
    registration = enrol_now(event, person(), answers={asked.pk: "Soup"})
    address = f"/en/meetings/{event.pk}/mine/{registration.secret}/change/"
    assert client.get(address).context["form"][f"question_{asked.pk}"].value() == "Soup"
    client.post(address, {f"question_{asked.pk}": "Salad", "sessions": [session.pk]})
    assert list(registration.answers.values_list("value", flat=True)) == ["Salad"]
    assert list(registration.bookings.values_list("session", "status")) == [(session.pk, "booked")]


def test_session_of_another_event_cannot_be_booked(client):
    event = event_from_now()
    SessionFactory(event=event, capacity=3)
    other = SessionFactory(capacity=3)
    refused = log_in(client, person()).post(
        f"/en/meetings/{event.pk}/register/", {"name": "Ada", "sessions": [other.pk]}
    )
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["sessions"])


@pytest.mark.parametrize("what", ["", "change/", "cancel/", "offer/"])
def test_wrong_secret_leads_nowhere(client, what):
    event, other = event_from_now(), event_from_now()
    registration = enrol_now(event, person())
    method = client.post if what == "offer/" else client.get
    for number, secret in ((event.pk, "nonsense"), (other.pk, registration.secret)):
        assert method(f"/en/meetings/{number}/mine/{secret}/{what}").status_code == 404


# ------------------------------------------------------------ who may open what


@pytest.mark.parametrize(
    ("visibility", "statuses_of"),
    [
        (Visibility.PUBLIC, {"visitor": 200, "stranger": 200, "member": 200, "coordinator": 200, "administrator": 200}),
        (
            Visibility.NETWORK,
            {"visitor": 404, "stranger": 200, "member": 200, "coordinator": 200, "administrator": 200},
        ),
        # Administrators look after every event, and so find the form; it tells them that it is not for them.
        (Visibility.GROUP, {"visitor": 404, "stranger": 404, "member": 200, "coordinator": 200, "administrator": 200}),
    ],
)
def test_form_is_found_by_whoever_may_see_the_event(client_as, group, visibility, statuses_of):
    event = event_from_now(visibility=visibility, group=group)
    found = {who: client_as(who).get(f"/en/meetings/{event.pk}/register/").status_code for who in statuses_of}
    assert found == statuses_of


def test_list_of_ones_own_is_for_those_who_are_logged_in(client):
    assert client.get("/en/meetings/mine/").headers["Location"] == "/en/login/?next=/en/meetings/mine/"


@pytest.mark.parametrize("rows", [1, 3])
def test_list_of_ones_own_counts_few_queries(client, rows, django_assert_num_queries):
    user = person()
    for _row in range(rows):
        enrol_now(event_from_now(city=CityFactory()), user)
    log_in(client, user).get("/en/meetings/mine/")
    with django_assert_num_queries(11):
        page = client.get("/en/meetings/mine/")
    assert (len(page.context["coming"]), len(page.context["past"])) == (rows, 0)


def test_list_of_ones_own_shows_nobody_elses(client):
    enrol_now(event_from_now(), person())
    own = enrol_now(event_from_now(), person())
    page = log_in(client, own.user).get("/en/meetings/mine/")
    assert [registration for registration, _page in page.context["coming"]] == [own]


# ------------------------------------------------------------ the address to join


@pytest.mark.parametrize(
    ("status", "is_shown"),
    [("enrolled", True), ("offered", False), ("waiting", False), ("requested", False), ("cancelled", False)],
)
def test_address_to_join_is_shown_to_those_enrolled_alone(client, status, is_shown):
    event = event_from_now(attendance="online", join_url=JOIN)
    user = person()
    now = timezone.now()
    registration = RegistrationFactory(
        event=event,
        user=user,
        email=user.email,
        status=status,
        queued_at=now if status in ("waiting", "offered") else None,
        offer_until=now + HOUR if status == "offered" else None,
    )
    assert (JOIN in text_of(client.get(f"/en/meetings/{event.pk}/mine/{registration.secret}/"))) is is_shown
    assert (JOIN in text_of(log_in(client, user).get(page_of(event)))) is is_shown


def test_search_never_reads_an_address_to_join():
    event = event_from_now(attendance="online", join_url=JOIN)
    SessionFactory(event=event, capacity=1, join_url=JOIN)
    documents = [document for document in all_documents() if document.type == "event"]
    assert [(document.title, JOIN in repr(document)) for document in documents] == [(event.pages.get().title, False)]


def test_address_to_join_stands_nowhere_a_visitor_looks(client):
    event = event_from_now(attendance="online", join_url=JOIN, capacity=1)
    SessionFactory(event=event, capacity=1, join_url=JOIN)
    registration = enrol_now(event, person())
    secret = f"/en/meetings/{event.pk}/mine/{registration.secret}/"
    doors = [
        page_of(event),
        "/en/events/",
        f"/en/meetings/{event.pk}/register/",
        f"/en/meetings/{event.pk}/register/sent/",
        f"{secret}change/",
        f"{secret}cancel/",
        f"/en/meetings/{event.pk}/programme/",
    ]
    found = {door: client.get(door) for door in doors}
    assert {door: (page.status_code, JOIN in text_of(page)) for door, page in found.items()} == dict.fromkeys(
        doors, (200, False)
    )
    assert [JOIN in letter.text for letter in OutgoingMail.objects.exclude(recipient=registration.email)] == []
