import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from common.tables import harmless
from events.models import Answer, CityPlaces, Event, Question, Registration
from events.people import PeopleFilters
from groups.enums import Role
from groups.models import Membership
from tests.events.places import enrol_now, event_from_now, person, statuses
from tests.factories import CityFactory, RegistrationFactory, WorkingGroupFactory

pytestmark = pytest.mark.django_db

TOMORROW = timedelta(days=1)
SOONER, SOON = (f"{timezone.localdate() + timedelta(days=days)}T10:00" for days in (4, 5))


def text_of(response):
    return " ".join(response.content.decode().split())


@pytest.fixture
def event(group):
    return event_from_now(group=group)


@pytest.fixture
def coordinator(client_as):
    return client_as("coordinator")


def settings_of(event, **changes):
    """What the form sends when nothing but ``changes`` is changed."""
    sent = {
        "registration_mode": event.registration_mode,
        "registration_url": event.registration_url,
        "capacity": event.capacity if event.capacity is not None else "",
        "places_per_city": event.places_per_city if event.places_per_city is not None else "",
        "has_waiting_list": "on",
        "offer_hours": event.offer_hours,
        "guests_allowed": "on",
        "cities-TOTAL_FORMS": 3,
        "cities-INITIAL_FORMS": 0,
    }
    return {**sent, **changes}


# ------------------------------------------------------------ who may


ADDRESSES = [
    ("get", "manage/registration/"),
    ("get", "manage/registration/questions/new/"),
    ("get", "manage/registration/questions/{question}/"),
    ("post", "manage/registration/questions/{question}/delete/"),
    ("get", "manage/people/"),
    ("get", "manage/people/add/"),
    ("get", "manage/people/export.csv"),
    ("get", "manage/people/export.xlsx"),
    ("post", "manage/people/{person}/admit/"),
    ("get", "manage/people/{person}/decline/"),
    ("get", "manage/people/{person}/cancel/"),
]


@pytest.mark.parametrize(("method", "address"), ADDRESSES)
def test_screens_are_for_those_who_look_after_the_event(client_as, people, event, method, address):
    other = WorkingGroupFactory()
    Membership.objects.create(user=people["stranger"], group=other, role=Role.COORDINATOR)
    question = Question.objects.create(event=event, kind="text", label={"en": "Q"}, erase_on=event.last_day)
    registration = enrol_now(event, person())
    path = f"/en/meetings/{event.pk}/" + address.format(question=question.pk, person=registration.pk)
    answer = 302 if method == "post" else 200
    expected = {"visitor": 302, "stranger": 403, "member": 403, "coordinator": answer}
    found = {who: getattr(client_as(who), method)(path) for who in expected}
    assert {who: response.status_code for who, response in found.items()} == expected
    assert found["visitor"].headers["Location"].startswith("/en/login/")


@pytest.mark.parametrize("address", ["manage/people/{person}/cancel/", "manage/registration/questions/{question}/"])
def test_people_and_questions_of_another_event_are_not_found(coordinator, group, event, address):
    other = event_from_now(group=group)
    question = Question.objects.create(event=other, kind="text", label={"en": "Q"}, erase_on=event.last_day)
    registration = enrol_now(other, person())
    path = address.format(question=question.pk, person=registration.pk)
    assert coordinator.get(f"/en/meetings/{event.pk}/{path}").status_code == 404


# ------------------------------------------------------------ the rules


def test_rules_are_saved_in_the_zone_of_the_event(coordinator, group):
    event = event_from_now(group=group, time_zone="Europe/Athens")
    day = (timezone.now() + timedelta(days=5)).date()
    coordinator.post(
        f"/en/meetings/{event.pk}/manage/registration/",
        settings_of(event, registration_closes_at=f"{day}T18:00", capacity=40, needs_approval="on"),
    )
    event.refresh_from_db()
    closes = event.registration_closes_at.astimezone(event.zone)
    assert (closes.date(), closes.hour, event.capacity, event.needs_approval) == (day, 18, 40, True)
    page = coordinator.get(f"/en/meetings/{event.pk}/manage/registration/")
    assert f'value="{day}T18:00"' in text_of(page)


def test_more_places_are_offered_at_once(coordinator, group):
    event = event_from_now(group=group, capacity=1)
    first, second = (enrol_now(event, person()) for _number in range(2))
    coordinator.post(f"/en/meetings/{event.pk}/manage/registration/", settings_of(event, capacity=2))
    assert statuses(first, second) == ["enrolled", "offered"]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"capacity": 1}, {"capacity": ["2 people hold a place already: at least as many places are needed."]}),
        (
            {"places_per_city": 1},
            {"places_per_city": ["2 people from Augsburg hold a place already: at least as many places are needed."]},
        ),
        ({"registration_mode": "elsewhere"}, {"registration_url": ["Give the address where people register."]}),
        ({"offer_hours": 0}, {"offer_hours": ["Ensure this value is greater than or equal to 1."]}),
        (
            {"registration_opens_at": SOON, "registration_closes_at": SOONER},
            {"registration_closes_at": ["Registration must close after it opens."]},
        ),
        ({"capacity": "many"}, {"capacity": ["Enter a whole number."]}),
    ],
)
def test_rules_are_refused_at_their_fields_and_nothing_is_lost(coordinator, group, changes, errors):
    city = CityFactory(names={"en": "Augsburg"})
    event = event_from_now(group=group, capacity=3)
    for _number in range(2):
        enrol_now(event, person(city))
    refused = coordinator.post(f"/en/meetings/{event.pk}/manage/registration/", settings_of(event, **changes))
    assert (refused.status_code, dict(refused.context["form"].errors)) == (422, errors)
    name, value = next(iter(changes.items()))
    assert str(refused.context["form"][name].value()) == str(value)
    event.refresh_from_db()
    assert event.capacity == 3


def test_cities_get_numbers_of_their_own_and_lose_them_again(coordinator, event):
    few, many = CityFactory(), CityFactory()
    address = f"/en/meetings/{event.pk}/manage/registration/"
    rows = {"cities-0-city": few.pk, "cities-0-places": 1, "cities-1-city": many.pk, "cities-1-places": ""}
    coordinator.post(address, settings_of(event, places_per_city=2, **rows))
    assert sorted(CityPlaces.objects.values_list("city", "places", "is_own")) == [
        (few.pk, 1, True),
        (many.pk, None, True),
    ]
    coordinator.post(address, settings_of(event, places_per_city=2))
    assert sorted(CityPlaces.objects.values_list("city", "places", "is_own")) == [
        (few.pk, 2, False),
        (many.pk, 2, False),
    ]


@pytest.mark.parametrize(
    ("rows", "error"),
    [
        ({"cities-0-places": 3}, "Say for which city."),
        ({"cities-0-city": "x", "cities-0-places": 3}, "Select a valid choice."),
        ({"cities-0-city": "city", "cities-1-city": "city"}, "Each city can be named once."),
        ({"cities-0-city": "full", "cities-0-places": 1}, "2 people from Augsburg hold a place already"),
    ],
)
def test_wrong_rows_of_cities_are_refused(coordinator, event, rows, error):
    full = CityFactory(names={"en": "Augsburg"})
    for _number in range(2):
        enrol_now(event, person(full))
    known = {"city": CityFactory().pk, "full": full.pk}
    sent = {name: known.get(value, value) for name, value in rows.items()}
    refused = coordinator.post(f"/en/meetings/{event.pk}/manage/registration/", settings_of(event, **sent))
    assert refused.status_code == 422
    assert error in text_of(refused)


# ------------------------------------------------------------ the questions


def question_sent(**changes):
    sent = {
        "kind": "choice",
        "label_fr": "Repas",
        "label_en": "Lunch",
        "choices_fr": "Soupe\nSalade",
        "choices_en": "Soup\nSalad",
    }
    day = timezone.localdate() + TOMORROW
    return {**sent, "erase_on": str(day), **changes}


def test_question_is_written_in_several_languages(coordinator, event):
    coordinator.post(f"/en/meetings/{event.pk}/manage/registration/questions/new/", question_sent())
    question = Question.objects.get()
    assert (question.event, question.label, question.choices) == (
        event,
        {"fr": "Repas", "en": "Lunch"},
        [{"fr": "Soupe", "en": "Soup"}, {"fr": "Salade", "en": "Salad"}],
    )
    form = coordinator.get(f"/en/meetings/{event.pk}/manage/registration/questions/{question.pk}/").context["form"]
    assert form["choices"].value() == {"fr": "Soupe\nSalade", "en": "Soup\nSalad"}


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"erase_on": ""}, {"erase_on": ["This field is required."]}),
        (
            {"erase_on": str(timezone.localdate())},
            {"erase_on": ["This day is over, or today: nothing could be answered."]},
        ),
        ({"label_fr": "", "label_en": ""}, {"label": ["This field is required."]}),
        ({"choices_en": "Soup"}, {"choices": ["Give the same choices in each language (français: 2, English: 1)."]}),
        ({"choices_fr": "", "choices_en": ""}, {"choices": ["Give at least two choices."]}),
    ],
)
def test_question_needs_its_words_and_the_day_of_erasing(coordinator, event, changes, errors):
    refused = coordinator.post(f"/en/meetings/{event.pk}/manage/registration/questions/new/", question_sent(**changes))
    assert (refused.status_code, dict(refused.context["form"].errors)) == (422, errors)
    assert Question.objects.count() == 0


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"label_en": "Food"}, 302),
        ({"kind": "text"}, 422),
        ({"choices_fr": "Soupe\nSalade\nPain", "choices_en": "A\nB\nC"}, 302),
    ],
)
def test_question_that_was_answered_keeps_its_sense(coordinator, event, changes, status):
    address = f"/en/meetings/{event.pk}/manage/registration/questions/"
    coordinator.post(f"{address}new/", question_sent())
    question = Question.objects.get()
    Answer.objects.create(question=question, registration=enrol_now(event, person()), value="1")
    assert coordinator.post(f"{address}{question.pk}/", question_sent(**changes)).status_code == status


def test_deleting_a_question_is_asked_back_with_the_number_of_its_answers(coordinator, event):
    question = Question.objects.create(event=event, kind="text", label={"en": "Lunch?"}, erase_on=event.last_day)
    address = f"/en/meetings/{event.pk}/manage/registration/questions/{question.pk}/delete/"
    Answer.objects.create(question=question, registration=enrol_now(event, person()), value="1")
    asked = coordinator.post(address)
    assert (asked.status_code, asked.context["answers"], Question.objects.count()) == (422, 1, 1)

    Answer.objects.create(question=question, registration=enrol_now(event, person()), value="2")
    assert coordinator.post(address, {"confirmed": "1"}).status_code == 422

    coordinator.post(address, {"confirmed": "2"})
    assert (Question.objects.count(), Answer.objects.count()) == (0, 0)


def test_question_that_nobody_answered_is_deleted_at_once(coordinator, event):
    question = Question.objects.create(event=event, kind="text", label={"en": "Lunch?"}, erase_on=event.last_day)
    coordinator.post(f"/en/meetings/{event.pk}/manage/registration/questions/{question.pk}/delete/")
    assert Question.objects.count() == 0


# ------------------------------------------------------------ the list


@pytest.mark.parametrize("rows", [1, 3])
def test_list_counts_few_queries(coordinator, event, rows, django_assert_num_queries):
    question = Question.objects.create(event=event, kind="text", label={"en": "Q"}, erase_on=event.last_day)
    for _row in range(rows):
        registration = enrol_now(event, person(CityFactory()))
        Answer.objects.create(question=question, registration=registration, value="An answer")
    coordinator.get(f"/en/meetings/{event.pk}/manage/people/")
    with django_assert_num_queries(21):
        page = coordinator.get(f"/en/meetings/{event.pk}/manage/people/")
    assert text_of(page).count("An answer") == rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Ada", "Grace", "Rosa"]),
        ("status=waiting", ["Rosa"]),
        ("status=nonsense", ["Ada", "Grace", "Rosa"]),
        ("city={city}", ["Grace"]),
        ("city=999", []),
        ("city=x", ["Ada", "Grace", "Rosa"]),
        ("q=ada", ["Ada"]),
        ("q=library+gr", ["Grace"]),
        ("q=%00", ["Ada", "Grace", "Rosa"]),
    ],
)
def test_list_is_narrowed_by_status_city_and_words(coordinator, event, query, names):
    city = CityFactory()
    RegistrationFactory(event=event, name="Ada")
    RegistrationFactory(event=event, name="Grace", organisation="City library", city=city)
    RegistrationFactory(event=event, name="Rosa", status="waiting", queued_at=timezone.now())
    RegistrationFactory(event=event, name="Nobody knows", status="unconfirmed")
    page = coordinator.get(f"/en/meetings/{event.pk}/manage/people/?{query.format(city=city.pk)}")
    assert [row["registration"].name for row in page.context["rows"]] == names


def test_people_are_admitted_and_declined_with_a_reason(coordinator, group):
    event = event_from_now(group=group, needs_approval=True)
    first, second = (enrol_now(event, person()) for _number in range(2))
    coordinator.post(f"/en/meetings/{event.pk}/manage/people/{first.pk}/admit/")
    refused = coordinator.post(f"/en/meetings/{event.pk}/manage/people/{second.pk}/decline/", {"reason": " "})
    assert (refused.status_code, statuses(first, second)) == (422, ["enrolled", "requested"])
    coordinator.post(f"/en/meetings/{event.pk}/manage/people/{second.pk}/decline/", {"reason": "Mayors only."})
    coordinator.post(f"/en/meetings/{event.pk}/manage/people/{first.pk}/cancel/", {"reason": "You asked for it."})
    assert list(Registration.objects.order_by("pk").values_list("status", "reason")) == [
        ("cancelled", "You asked for it."),
        ("declined", "Mayors only."),
    ]


def test_somebody_is_added_by_hand_once(coordinator, event):
    address = f"/en/meetings/{event.pk}/manage/people/add/"
    sent = {"name": "Ada", "email": "ada@example.org", "language": "de"}
    assert coordinator.post(address, sent).status_code == 302
    refused = coordinator.post(address, {**sent, "email": "Ada@example.org"})
    assert (refused.status_code, dict(refused.context["form"].errors)) == (
        422,
        {"email": ["This address is registered already: enrolled."]},
    )
    assert Event.objects.get(pk=event.pk).taken == 1


def test_member_added_by_hand_finds_it_among_the_own_events(coordinator, event):
    user = person(email="rosa@example.org")
    coordinator.post(
        f"/en/meetings/{event.pk}/manage/people/add/",
        {"name": "Rosa", "email": "Rosa@example.org", "language": "de"},
    )
    assert Registration.objects.get().user == user


# ------------------------------------------------------------ taken away as a table


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_table_has_only_answers_that_may_be_read_and_no_formula(coordinator, event, file_format):
    kept = Question.objects.create(event=event, kind="yes-no", label={"en": "Dinner"}, erase_on=event.last_day)
    gone = Question.objects.create(event=event, kind="diet", label={"en": "Food"}, erase_on=timezone.localdate())
    registration = RegistrationFactory(event=event, name="=SUM(1,2)", city=CityFactory(names={"en": "Augsburg"}))
    Answer.objects.create(registration=registration, question=kept, value="yes")
    # The schedule has not been there yet.
    Answer.objects.create(registration=registration, question=gone, value="Gluten")
    answer = coordinator.get(f"/en/meetings/{event.pk}/manage/people/export.{file_format}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="people-{event.pk}.{file_format}"'
    if file_format == "csv":
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    else:
        sheet = load_workbook(io.BytesIO(answer.content)).active
        assert "f" not in {cell.data_type for row in sheet.iter_rows() for cell in row}
        rows = [[value or "" for value in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == [
        [
            "Name",
            "Organisation",
            "City",
            "Country",
            "E-mail address",
            "Status",
            "Language",
            "Place in the queue",
            "Dinner",
        ],
        [
            "'=SUM(1,2)" if file_format == "csv" else "=SUM(1,2)",
            "",
            "Augsburg",
            "Netherlands",
            registration.email,
            "enrolled",
            "English",
            "",
            "yes",
        ],
    ]


def test_table_is_narrowed_as_the_list_is(coordinator, event):
    for name in ("Ada", "Rosa"):
        RegistrationFactory(event=event, name=name)
    table = coordinator.get(f"/en/meetings/{event.pk}/manage/people/export.csv?q=rosa").content.decode()
    assert ("Rosa" in table, "Ada" in table) == (True, False)


def test_table_of_another_kind_is_not_found(coordinator, event):
    assert coordinator.get(f"/en/meetings/{event.pk}/manage/people/export.pdf").status_code == 404


@pytest.mark.parametrize(
    ("text", "safe"),
    [("=1+1", "'=1+1"), ("-3", "-3"), ("@x", "'@x"), ("＝1", "'＝1"), ("Ada", "Ada"), ("+32 2 555", "'+32 2 555")],
)
def test_no_cell_is_a_formula(text, safe):
    assert harmless(text) == safe


def test_address_of_a_narrowed_list_keeps_what_was_asked():
    assert PeopleFilters(status="waiting", city=3, text="ada lovelace").query == "status=waiting&city=3&q=ada+lovelace"
