"""A month of events."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from common.dates import weekdays_in_words
from events.months import Month, read_month
from groups.enums import Visibility
from tests.factories import CityFactory, EventPageFactory


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2027-05", Month(2027, 5)),
        ("1900-01", Month(1900, 1)),
        ("2199-12", Month(2199, 12)),
        ("1899-12", None),
        ("2200-01", None),
        ("2027-13", None),
        ("2027-00", None),
        ("2027-5", None),
        ("2027-05-01", None),
        ("٢٠٢٧-٠٥", None),
        ("", None),
        ("May", None),
        ("2027-05\n", None),
    ],
)
def test_month_of_an_address(text, expected):
    assert Month.from_text(text) == expected


def test_month_knows_its_neighbours():
    december = Month(2027, 12)
    assert (str(december.previous), str(december.next)) == ("2027-11", "2028-01")
    assert (Month(1900, 1).previous, Month(2199, 12).next) == (None, None)
    assert (december.first_day, Month(2028, 2).last_day) == (date(2027, 12, 1), date(2028, 2, 29))


@pytest.mark.parametrize(
    ("language", "first", "last", "month"),
    [
        ("en", ("Mon", "Monday"), ("Sun", "Sunday"), "May 2027"),
        ("fr", ("lun.", "lundi"), ("dim.", "dimanche"), "mai 2027"),
        ("it", ("lun", "lunedì"), ("dom", "domenica"), "maggio 2027"),
        ("de", ("Mo", "Montag"), ("So", "Sonntag"), "Mai 2027"),
    ],
)
def test_weeks_begin_on_monday_in_the_readers_words(language, first, last, month):
    with translation.override(language):
        days = weekdays_in_words()
        assert (days[0], days[-1], len(days), Month(2027, 5).words) == (first, last, 7, month)


@pytest.mark.parametrize("month", [Month(2027, 2), Month(2027, 5), Month(2026, 2), Month(2024, 2), Month(1900, 1)])
def test_grid_has_whole_weeks_with_each_day_of_the_month_once(month):
    view = read_month(month, [], today=date(2027, 5, 3))
    days = [one for week in view.weeks for one in week]
    assert all(len(week) == 7 and week[0].day.isoweekday() == 1 for week in view.weeks)
    assert [one.day for one in days if one.is_of_month] == [
        month.first_day + timedelta(days=number) for number in range(month.last_day.day)
    ]
    assert [one.day for one in days if one.is_today] == ([date(2027, 5, 3)] if month == Month(2027, 5) else [])


def on(*days, hour=10):
    first, last = (datetime(2027, 5, day, hour, tzinfo=UTC) for day in (days[0], days[-1]))
    return {"starts_at": first, "ends_at": last + timedelta(hours=1), "time_zone": "Europe/Berlin"}


def grid(client, query="month=2027-05"):
    view = client.get(f"/en/events/?{query}").context["month"]
    found = {one.day.isoformat(): [page.title for page in one.events] for week in view.weeks for one in week}
    return {day: titles for day, titles in found.items() if titles}, [page.title for page in view.events]


@pytest.mark.django_db
def test_event_stands_on_each_of_its_days(client):
    EventPageFactory(title="Assembly", **on(3, 5))
    days = ["2027-05-03", "2027-05-04", "2027-05-05"]
    assert grid(client) == ({day: ["Assembly"] for day in days}, ["Assembly"])


@pytest.mark.django_db
def test_days_are_those_of_the_place(client):
    """At 23:30 in universal time, Berlin has the next day."""
    late = datetime(2027, 5, 3, 23, 30, tzinfo=UTC)
    EventPageFactory(title="Night", starts_at=late, ends_at=late + timedelta(hours=1), time_zone="Europe/Berlin")
    assert grid(client)[0] == {"2027-05-04": ["Night"]}


@pytest.mark.django_db
def test_event_over_the_end_of_a_month_is_in_both(client):
    start = datetime(2027, 5, 31, 9, tzinfo=UTC)
    EventPageFactory(title="Long", starts_at=start, ends_at=start + timedelta(days=1))
    assert [grid(client, f"month={month}")[1] for month in ("2027-04", "2027-05", "2027-06", "2027-07")] == [
        [], ["Long"], ["Long"], [],
    ]  # fmt: skip


@pytest.mark.django_db
def test_event_of_which_only_the_month_is_known_is_named_above_the_grid(client):
    EventPageFactory(title="Some time", precision="month", **on(3))
    response = client.get("/en/events/?month=2027-05")
    view = response.context["month"]
    assert ([page.title for page in view.without_day], [page.title for page in view.events]) == (
        ["Some time"], ["Some time"],
    )  # fmt: skip
    assert grid(client)[0] == {}
    page = response.content.decode()
    assert page.index("the exact days are not known") < page.index(">Some time</a>") < page.index("<table")


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "word"), [("cancelled", "cancelled:"), ("postponed", "postponed:")])
def test_grid_says_what_does_not_take_place(client, status, word):
    EventPageFactory(title="Assembly", status=status, **on(3))
    page = client.get("/en/events/?month=2027-05").content.decode()
    assert word in page[page.index("<table") : page.index("</table>")]


@pytest.mark.django_db
def test_grid_is_a_table_with_headers_and_names_its_days(client):
    page = client.get("/fr/evenements/?month=2027-05").content.decode()
    table = page[page.index("<table") : page.index("</table>")]
    assert re.findall(r'<th scope="col"><abbr title="(\w+)">', table)[:2] == ["lundi", "mardi"]
    assert '<time datetime="2027-05-03"><span class="visually-hidden">3 mai 2027</span>' in table


@pytest.mark.django_db
def test_other_months_keep_the_filters(client):
    EventPageFactory(spoken=["it"], **on(3))
    page = client.get("/en/events/?month=2027-05&language=it").content.decode()
    assert 'rel="prev" href="?language=it&amp;month=2027-04"' in page
    assert 'rel="next" href="?language=it&amp;month=2027-06"' in page
    assert 'href="?language=it"' in page


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["month=soon", "month=0000-00", "month=9999-99", "month="])
def test_what_is_no_month_shows_the_list(client, query):
    response = client.get(f"/en/events/?{query}")
    assert (response.status_code, "month" in response.context, "upcoming" in response.context) == (200, False, True)


@pytest.mark.django_db
def test_month_hides_what_the_reader_may_not_see(client, client_as):
    EventPageFactory(title="For members", visibility=Visibility.NETWORK, **on(3))
    EventPageFactory(title="Draft", status="draft", **on(3))
    assert [grid(reader)[1] for reader in (client, client_as("stranger"))] == [[], ["For members"]]


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_month_query_count_is_constant(client, rows, django_assert_num_queries):
    for number in range(rows):
        EventPageFactory(city=CityFactory(), **on(3 + number, 5 + number))
    client.get("/en/events/?month=2027-05")
    with django_assert_num_queries(14):
        response = client.get("/en/events/?month=2027-05")
    assert len(response.context["month"].events) == rows
