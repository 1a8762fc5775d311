"""Checking in: codes, the list at the door, what devices kept without a network."""

import json
import re
import uuid
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
import zxingcpp
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from PIL import Image

from events.actions.attendance import Entry, check_in, take_entries, undo_check_in
from events.codes import ALPHABET, entry_code, registration_of_code, tidy_code
from events.enums import CheckInSource, Movement
from events.models import Attendance, AttendanceEntry
from events.papers import check_in_address
from tests.factories import CityFactory, EventFactory, EventPageFactory, RegistrationFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(group):
    """Of ``group``, so that its coordinator looks after it and that of others does not."""
    return EventPageFactory(title="Assembly", group=group).event


def present(event):
    return sorted(Attendance.objects.filter(registration__event=event).values_list("registration__name", flat=True))


# ---------------------------------------------------------------- codes


def test_codes_have_letters_that_nobody_confuses():
    codes = [entry_code(pk) for pk in range(2000)]
    assert len(set(codes)) == 2000
    assert {len(code) for code in codes} == {6}
    assert set("".join(codes)) <= set(ALPHABET)
    assert not set(ALPHABET) & set("01IO")


class CodeTest(TestCase):
    @given(st.integers(0, (1 << 30) - 1))
    def test_code_leads_back_to_its_registration(self, pk):
        assert registration_of_code(entry_code(pk).lower()) == pk

    @given(st.text(max_size=12))
    def test_any_text_is_a_code_or_none(self, text):
        number = registration_of_code(text)
        assert number is None or entry_code(number) == tidy_code(text)


def test_code_of_another_portal_is_another(settings):
    mine = entry_code(7)
    settings.SECRET_KEY = "another"
    assert entry_code(7) != mine


def test_numbers_beyond_the_codes_are_refused():
    with pytest.raises(ValueError, match="No code"):
        entry_code(1 << 30)


# ---------------------------------------------------------------- actions


def test_checking_in_twice_is_once(people, event):
    ada = RegistrationFactory(event=event, name="Ada")
    check_in(registration=ada, by=people["coordinator"])
    first = Attendance.objects.get().checked_in_at
    check_in(registration=ada, by=people["administrator"])
    attendance = Attendance.objects.get()
    assert (attendance.checked_in_at, attendance.checked_in_by, attendance.source) == (
        first,
        people["coordinator"],
        "list",
    )


def test_undoing_takes_the_check_in_back_and_can_be_followed_by_another(people, event):
    ada = RegistrationFactory(event=event, name="Ada")
    undo_check_in(registration=ada, by=people["coordinator"])
    assert AttendanceEntry.objects.count() == 0
    check_in(registration=ada, by=people["coordinator"])
    undo_check_in(registration=ada, by=people["coordinator"])
    assert present(event) == []
    check_in(registration=ada, by=people["coordinator"])
    assert present(event) == ["Ada"]


@pytest.mark.parametrize("status", ["waiting", "cancelled", "requested", "declined"])
def test_only_those_enrolled_can_be_checked_in(people, event, status):
    queued_at = timezone.now() if status == "waiting" else None
    ada = RegistrationFactory(event=event, name="Ada", status=status, queued_at=queued_at)
    with pytest.raises(ValidationError, match="Ada is not enrolled"):
        check_in(registration=ada, by=people["coordinator"])
    assert present(event) == []


def entry(person, movement="in", minutes=10, key=None):
    return Entry(person.pk, Movement(movement), timedelta(minutes=minutes), key or uuid.uuid4(), CheckInSource.OFFLINE)


def test_entries_sent_twice_are_taken_once(people, event):
    ada = RegistrationFactory(event=event, name="Ada")
    sent = [entry(ada), entry(ada)]
    for _turn in range(2):
        assert take_entries(event=event, entries=[*sent, sent[0]], by=people["coordinator"]) == {}
    assert AttendanceEntry.objects.count() == 2


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_order_in_which_devices_report_makes_no_difference(people, event, order):
    """Two phones check in, a third undoes both, and one checks in again; the first after the undoing counts."""
    ada = RegistrationFactory(event=event, name="Ada")
    done = [entry(ada, minutes=40), entry(ada, minutes=30), entry(ada, "out", 20), entry(ada, minutes=10)]
    now = timezone.now()
    for place in order:
        take_entries(event=event, entries=[done[place]], by=people["coordinator"])
    (attendance,) = Attendance.objects.all()
    assert round((now - attendance.checked_in_at).total_seconds() / 60) == 10


def test_earliest_of_two_check_ins_counts(people, event):
    ada = RegistrationFactory(event=event)
    take_entries(event=event, entries=[entry(ada, minutes=5)], by=people["coordinator"])
    take_entries(event=event, entries=[entry(ada, minutes=50)], by=people["administrator"])
    attendance = Attendance.objects.get()
    assert attendance.checked_in_by == people["administrator"]
    assert attendance.source == "offline"


def test_check_in_from_before_an_undoing_stays_undone(people, event):
    ada = RegistrationFactory(event=event)
    take_entries(event=event, entries=[entry(ada, "out", 5)], by=people["coordinator"])
    take_entries(event=event, entries=[entry(ada, minutes=50)], by=people["coordinator"])
    assert present(event) == []


def test_clock_that_is_ahead_checks_nobody_in_tomorrow(people, event):
    ada = RegistrationFactory(event=event)
    take_entries(event=event, entries=[entry(ada, minutes=-600)], by=people["coordinator"])
    assert Attendance.objects.get().checked_in_at <= timezone.now()


def test_entries_of_strangers_and_of_those_not_enrolled_are_refused(people, event):
    gone, elsewhere = RegistrationFactory(event=event, name="Ada", status="cancelled"), RegistrationFactory()
    sent = [entry(gone), entry(elsewhere)]
    refused = take_entries(event=event, entries=sent, by=people["coordinator"])
    assert refused == {
        sent[0].key: "Ada is not enrolled.",
        sent[1].key: "Somebody is not registered for this event any more.",
    }
    assert AttendanceEntry.objects.count() == 0


# ---------------------------------------------------------------- who may

ADDRESSES = ["manage/day/", "manage/day/check-in/", "manage/day/badges.pdf", "manage/day/attendance.pdf"]


@pytest.mark.parametrize(
    ("who", "status"), [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403)]
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_screens_of_the_day_are_for_those_who_look_after_the_event(client_as, event, address, who, status):
    RegistrationFactory(event=event)
    assert client_as(who).get(f"/en/meetings/{event.pk}/{address}").status_code == status


@pytest.mark.parametrize("address", ADDRESSES)
def test_screens_of_the_day_lead_visitors_to_the_login(client, event, address):
    path = f"/en/meetings/{event.pk}/{address}"
    assert client.get(path).url == f"/en/login/?next={path}"


@pytest.mark.parametrize("address", ADDRESSES)
def test_screens_of_an_event_that_one_may_not_see_are_not_there(client_as, event, address):
    event.status = "draft"
    event.save()
    assert client_as("member").get(f"/en/meetings/{event.pk}/{address}").status_code == 404


@pytest.mark.parametrize(
    ("who", "status", "names"),
    [
        ("coordinator", 302, ["Ada"]),
        ("administrator", 302, ["Ada"]),
        ("member", 403, []),
        ("stranger", 403, []),
        ("visitor", 302, []),
    ],
)
def test_checking_in_is_for_those_who_look_after_the_event(client_as, event, who, status, names):
    ada = RegistrationFactory(event=event, name="Ada")
    response = client_as(who).post(f"/en/meetings/{event.pk}/manage/day/check-in/{ada.pk}/", {"movement": "in"})
    assert (response.status_code, present(event)) == (status, names)


@pytest.mark.parametrize(
    ("who", "status", "names"),
    [("coordinator", 200, ["Ada"]), ("member", 403, []), ("stranger", 403, []), ("visitor", 401, [])],
)
def test_entries_of_devices_are_taken_from_those_who_look_after_the_event(client_as, event, who, status, names):
    ada = RegistrationFactory(event=event, name="Ada")
    response = send(client_as(who), event, ada)
    assert (response.status_code, present(event)) == (status, names)


def send(client, event, who, **changes):
    row = {"key": uuid.uuid4().hex, "person": who.pk, "movement": "in", "ago": 60_000, "source": "offline"}
    return client.post(
        f"/en/meetings/{event.pk}/manage/day/check-in/entries/",
        json.dumps({"entries": [row | changes]}),
        content_type="application/json",
    )


# ---------------------------------------------------------------- the list at the door


@pytest.mark.parametrize("rows", [1, 3])
def test_door_query_count_is_constant(client_as, event, rows, django_assert_num_queries):
    for _row in range(rows):
        RegistrationFactory(event=event, city=CityFactory(), user=UserFactory())
    client = client_as("coordinator")
    path = f"/en/meetings/{event.pk}/manage/day/check-in/"
    client.get(path)
    with django_assert_num_queries(DOOR_QUERIES):
        response = client.get(path)
    assert len(response.context["lines"]) == rows


DOOR_QUERIES = 13


def test_door_finds_people_by_name_city_and_code_without_accents(client_as, event):
    zoe = RegistrationFactory(event=event, name="Zoë Müller", city=CityFactory(names={"en": "Exampleton"}))
    RegistrationFactory(event=event, name="Bob")
    RegistrationFactory(event=event, name="Zoë Waiting", status="cancelled")
    client = client_as("coordinator")
    for asked in ("zoe", "MULLER zoe", "exampleton", entry_code(zoe.pk).lower()):
        lines = client.get(f"/en/meetings/{event.pk}/manage/day/check-in/", {"q": asked}).context["lines"]
        assert [line.registration for line in lines] == [zoe], asked


def test_door_says_when_nobody_is_found_or_enrolled(client_as, event):
    client, path = client_as("coordinator"), f"/en/meetings/{event.pk}/manage/day/check-in/"
    assert "Nobody is enrolled yet." in client.get(path).content.decode()
    assert "is found by “&lt;b&gt;”" in client.get(path, {"q": "<b>"}).content.decode()


def test_check_in_and_undo_work_without_scripts_and_keep_the_search(client_as, event):
    ada = RegistrationFactory(event=event, name="Ada")
    client, door = client_as("coordinator"), f"/en/meetings/{event.pk}/manage/day/check-in/"
    response = client.post(f"{door}{ada.pk}/", {"movement": "in", "q": "ad a&b"}, follow=True)
    assert response.redirect_chain == [(f"{door}?q=ad+a%26b", 302)]
    assert "Ada is checked in." in response.content.decode()
    assert "1 of 1 are here." in response.content.decode()
    response = client.post(f"{door}{ada.pk}/", {"movement": "out"}, follow=True)
    assert "0 of 1 are here." in response.content.decode()


def test_checking_in_by_an_address_alone_is_impossible(client_as, event):
    ada = RegistrationFactory(event=event)
    client = client_as("coordinator")
    assert client.get(f"/en/meetings/{event.pk}/manage/day/check-in/{ada.pk}/").status_code == 405
    assert client.post(f"/en/meetings/{event.pk}/manage/day/check-in/{ada.pk}/", {}).status_code == 403
    assert present(event) == []


def test_person_of_another_event_is_not_checked_in_here(client_as, event):
    other = RegistrationFactory()
    response = client_as("coordinator").post(
        f"/en/meetings/{event.pk}/manage/day/check-in/{other.pk}/", {"movement": "in"}
    )
    assert response.status_code == 404
    assert Attendance.objects.count() == 0


def test_who_is_not_enrolled_any_more_is_named(client_as, event):
    ada = RegistrationFactory(event=event, name="Ada", status="cancelled")
    response = client_as("coordinator").post(
        f"/en/meetings/{event.pk}/manage/day/check-in/{ada.pk}/", {"movement": "in"}, follow=True
    )
    assert "Ada is not enrolled." in response.content.decode()


# ---------------------------------------------------------------- a code read by a camera


def test_code_opens_the_person_and_checks_nobody_in(client_as, event):
    ada = RegistrationFactory(event=event, name="Ada")
    path = f"/en/meetings/{event.pk}/check-in/{entry_code(ada.pk)}/"
    client = client_as("coordinator")
    page = client.get(path).content.decode()
    assert "<h1>Ada</h1>" in page
    assert present(event) == []
    page = client.post(path, {"movement": "in"}, follow=True).content.decode()
    assert present(event) == ["Ada"]
    assert Attendance.objects.get().source == "code"
    assert re.search(r"Checked in at \d\d:\d\d\.", page)


@pytest.mark.parametrize("who", ["member", "stranger"])
def test_code_leads_others_to_the_event_right_or_wrong(client_as, event, who):
    ada = RegistrationFactory(event=event)
    for code in (entry_code(ada.pk), "WRONGX"):
        for method in ("get", "post"):
            response = getattr(client_as(who), method)(f"/en/meetings/{event.pk}/check-in/{code}/", {"movement": "in"})
            assert (response.status_code, response.url) == (302, f"/en/meetings/{event.pk}/")
    assert present(event) == []


def test_code_leads_visitors_to_the_login(client, event):
    ada = RegistrationFactory(event=event)
    path = f"/en/meetings/{event.pk}/check-in/{entry_code(ada.pk)}/"
    assert client.get(path).url == f"/en/login/?next={path}"


@pytest.mark.parametrize("code", ["WRONGX", "short", "ÄÖÜßЖ你", "222222"])
def test_wrong_code_is_not_there(client_as, event, code):
    assert client_as("coordinator").get(f"/en/meetings/{event.pk}/check-in/{code}/").status_code == 404


def test_code_of_another_event_is_not_there(client_as, event):
    other = RegistrationFactory()
    path = f"/en/meetings/{event.pk}/check-in/{entry_code(other.pk)}/"
    assert client_as("coordinator").get(path).status_code == 404


def test_code_of_somebody_not_enrolled_offers_no_button(client_as, event):
    ada = RegistrationFactory(event=event, status="cancelled")
    page = client_as("coordinator").get(f"/en/meetings/{event.pk}/check-in/{entry_code(ada.pk)}/").content.decode()
    assert "Not enrolled, but: cancelled." in page
    assert 'name="movement"' not in page


# ---------------------------------------------------------------- what devices send


def test_device_is_told_who_is_there(client_as, event):
    ada, bob = RegistrationFactory(event=event), RegistrationFactory(event=event)
    client = client_as("coordinator")
    send(client, event, ada)
    answer = send(client, event, bob).json()
    assert sorted(answer["present"]) == sorted([str(ada.pk), str(bob.pk)])
    assert datetime.fromisoformat(answer["present"][str(ada.pk)]) < datetime.now(UTC)
    assert answer["refused"] == []
    assert len(answer["taken"]) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"person": "1"},
        {"person": -1},
        {"person": 1 << 70},
        {"person": True},
        {"movement": "sideways"},
        {"ago": "1"},
        {"ago": 1e300},
        {"key": "x"},
        {"key": 5},
        {"source": "fax"},
    ],
)
def test_what_no_device_sends_is_refused(client_as, event, changes):
    ada = RegistrationFactory(event=event)
    assert send(client_as("coordinator"), event, ada, **changes).status_code == 400
    assert present(event) == []


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "{}", '{"entries": 5}', '{"entries": [5]}', '{"entries": [{}]}', "\xff"]
)
def test_what_is_no_list_of_entries_is_refused(client_as, event, body):
    path = f"/en/meetings/{event.pk}/manage/day/check-in/entries/"
    response = client_as("coordinator").post(path, body.encode("latin-1"), content_type="application/json")
    assert response.status_code == 400


def test_worker_acts_for_the_list_at_the_door_and_for_nothing_else(client, event):
    path = f"/en/meetings/{event.pk}/manage/day/check-in/worker.js"
    response = client.get(path)
    assert response["Content-Type"].startswith("text/javascript")
    assert "Service-Worker-Allowed" not in response
    assert f"^check-in:{event.pk}:" in response.content.decode()


# ---------------------------------------------------------------- one's own code


def own_page(registration):
    from django.template.loader import render_to_string

    return render_to_string("events/own_registration_extra.html", {"registration": registration})


def coming_event(**facts):
    return EventFactory(starts_at="2099-05-03T12:00Z", ends_at="2099-05-03T14:00Z", **facts)


def test_own_page_shows_the_code_until_the_event_is_over():
    coming = RegistrationFactory(event=coming_event())
    page = own_page(coming)
    assert entry_code(coming.pk) in page
    assert "<svg" in page
    assert own_page(RegistrationFactory()).strip() == ""
    assert entry_code(coming.pk) not in own_page(RegistrationFactory(event=coming_event(), status="cancelled"))


def test_online_events_have_no_door():
    online = RegistrationFactory(event=coming_event(attendance="online"))
    assert entry_code(online.pk) not in own_page(online)


def test_qr_code_says_the_address_that_opens_the_person(client_as, event, settings):
    ada = RegistrationFactory(event=event, name="Ada")
    address = check_in_address(ada, "en")
    assert read_svg(address) == address
    path = address.removeprefix(settings.BASE_URL)
    assert "<h1>Ada</h1>" in client_as("coordinator").get(path).content.decode()


def read_svg(text):
    """What a reader finds in the drawing that pages show: its squares, put on a grid of pixels."""
    from common.typesetting import qr_svg

    drawing = qr_svg(text)
    size = int(re.search(r'viewBox="0 0 (\d+)', drawing)[1])
    picture = Image.new("L", (size, size), 255)
    x = y = 0
    for command, numbers in re.findall(
        r"([Mmhv])([^A-Za-z]*)", re.search(r'stroke[^>]*d="([^"]+)"|d="([^"]+)"[^>]*stroke', drawing)[0].split('d="')[1]
    ):
        values = [float(number) for number in re.findall(r"-?[\d.]+", numbers)]
        if command == "M":
            x, y = values
        elif command == "m":
            x, y = x + values[0], y + values[1]
        elif command == "h":
            for column in range(int(values[0])):
                picture.putpixel((int(x) + column, int(y)), 0)
            x += values[0]
    found = zxingcpp.read_barcodes(picture.resize((size * 4, size * 4), Image.Resampling.NEAREST))
    return found[0].text
