"""What is searched in vain is counted, and nothing about who searched."""

import csv
import logging
from datetime import date, timedelta

import pytest
from django.db import DatabaseError, models
from django.utils import timezone

from search.actions import rebuild_index
from search.actions.misses import count_miss, prune_misses
from search.misses import folded
from search.models import MissedSearch, MissedSearchWeek
from tests.factories import PracticeSheetFactory
from tests.search.engines import hit

pytestmark = pytest.mark.django_db

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
LIST = "/cms/missed-searches/"


@pytest.fixture
def index(search_folder):
    PracticeSheetFactory(title="Lamp")
    rebuild_index()


def search(client, query, language="en", **headers):
    response = client.get(f"/{language}/search/?{query}", headers={"User-Agent": BROWSER, **headers})
    assert response.status_code == 200
    return response


def counted():
    rows = MissedSearchWeek.objects.select_related("search").order_by("pk")
    return [(row.search.query, row.search.language, row.nothing, row.weak) for row in rows]


# ---------------------------------------------------------------- what is counted


def test_search_without_result_is_counted_by_language_and_folded(client, index):
    for query in ("q=Zeppelin", "q=+zeppelin%00", "q=ZEPPELIN&page=1"):
        search(client, query)
    search(client, "q=zeppelin", "nl")
    assert counted() == [("zeppelin", "en", 3, 0), ("zeppelin", "nl", 1, 0)]


@pytest.mark.parametrize(
    ("query", "headers"),
    [
        ("q=lamp", {}),
        ("q=", {}),
        ("q=zeppelin&country=NL", {}),
        ("q=zeppelin", {"User-Agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}),
        ("q=zeppelin", {"User-Agent": "curl/8.0"}),
        ("q=zeppelin", {"User-Agent": ""}),
        ("q=zeppelin", {"Sec-Purpose": "prefetch;prerender"}),
    ],
)
def test_nothing_else_is_counted(client, index, query, headers):
    search(client, query, **headers)
    assert counted() == []


def test_other_pages_than_the_first_are_not_counted(client, fake_engine):
    fake_engine.own = [hit(PracticeSheetFactory(title=f"Weak {number}"), is_strong=False) for number in range(12)]
    search(client, "q=weak&page=2")
    assert counted() == []
    search(client, "q=weak")
    assert counted() == [("weak", "en", 0, 1)]


def test_one_strong_hit_among_weak_ones_is_no_miss(client, fake_engine):
    fake_engine.own = [hit(PracticeSheetFactory(title="Weak"), is_strong=False)]
    fake_engine.other = [hit(PracticeSheetFactory(title="Strong"))]
    search(client, "q=weak")
    assert counted() == []


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Straße BELEUCHTUNG", "strasse beleuchtung"),
        ("events 2019", "events 2019"),
        ("anna@example.com", ""),
        ("write to anna @example", ""),
        ("+33 6 12 34 56 78", ""),
        ("0612345678", ""),
        ("file 1234567", ""),
        ("https://example.com/x", ""),
        ("www.example.com", ""),
        ("one two three four five six seven eight", "one two three four five six seven eight"),
        ("one two three four five six seven eight nine", ""),
        ("x" * 150, "x" * 100),
        ("", ""),
    ],
)
def test_what_could_be_about_a_person_is_not_kept(typed, kept):
    assert folded(typed) == kept


def test_counts_hold_nothing_about_who_searched(client_as, index):
    client = client_as("member")
    search(client, "q=zeppelin")
    fields = {field.name: type(field) for model in (MissedSearch, MissedSearchWeek) for field in model._meta.fields}
    assert fields == {
        "id": models.BigAutoField,
        "query": models.CharField,
        "language": models.CharField,
        "state": models.CharField,
        "note": models.CharField,
        "search": models.ForeignKey,
        "week": models.DateField,
        "nothing": models.PositiveIntegerField,
        "weak": models.PositiveIntegerField,
    }
    assert MissedSearchWeek.objects.get().week.weekday() == 0


def test_second_time_in_a_week_is_one_update(django_assert_num_queries):
    count_miss(query="x", language="en", is_weak=False)
    with django_assert_num_queries(1):
        count_miss(query="x", language="en", is_weak=True)
    assert counted() == [("x", "en", 1, 1)]


def test_each_week_is_counted_by_itself(monkeypatch):
    for day in (date(2026, 12, 31), date(2027, 1, 3), date(2027, 1, 4)):
        monkeypatch.setattr(timezone, "localdate", lambda day=day: day)
        count_miss(query="x", language="en", is_weak=False)
    weeks = MissedSearchWeek.objects.values_list("week", "nothing")
    assert list(weeks) == [(date(2026, 12, 28), 2), (date(2027, 1, 4), 1)]


def test_failure_to_count_is_logged_and_the_search_answers(client, index, monkeypatch, caplog):
    def fail(**kwargs):
        raise DatabaseError("locked")

    monkeypatch.setattr("search.actions.misses.count_miss", fail)
    with caplog.at_level(logging.WARNING):
        assert "Nothing was found." in search(client, "q=zeppelin").content.decode()
    assert "A search without result could not be counted." in caplog.text


def test_what_is_a_year_old_is_forgotten():
    old, kept = (
        MissedSearch.objects.create(query="old", language="en"),
        MissedSearch.objects.create(query="kept", language="en"),
    )
    today = timezone.localdate()
    for found, days in ((old, 366), (kept, 366), (kept, 364)):
        MissedSearchWeek.objects.create(search=found, week=today - timedelta(days=days), nothing=1)
    assert prune_misses() == 3
    assert list(MissedSearch.objects.all()) == [kept]
    assert kept.weeks.count() == 1
    assert prune_misses() == 0


def test_search_page_says_what_is_counted(client, index):
    assert "the words alone, never who typed them" in search(client, "q=zeppelin").content.decode()


# ---------------------------------------------------------------- the to-do list of the coordinators


@pytest.fixture
def misses(editor):
    for query, times, language in (("zeppelin", 3, "en"), ("=cmd()", 2, "en"), ("ballon", 2, "nl"), ("once", 1, "en")):
        for _time in range(times):
            count_miss(query=query, language=language, is_weak=query == "ballon")
    return {found.query: found for found in MissedSearch.objects.all()}


def pages(misses):
    pk = misses["zeppelin"].pk
    return [LIST, f"{LIST}edit/{pk}/", f"{LIST}delete/{pk}/", f"{LIST}?export=csv"]


@pytest.mark.parametrize(
    ("who", "status"),
    [("administrator", 200), ("coordinator", 200), ("member", 302), ("stranger", 302), ("visitor", 302)],
)
def test_list_is_for_coordinators(client_as, misses, who, status):
    client = client_as(who)
    assert [client.get(address).status_code for address in pages(misses)] == [status] * 4


@pytest.mark.parametrize(("who", "shown"), [("coordinator", True), ("administrator", True)])
def test_menu_of_the_editor_leads_to_it(client_as, editor, who, shown):
    page = client_as(who).get("/cms/").content.decode()
    assert ("/cms/missed-searches/" in page, "/cms/judgedquery/" in page, "/cms/relevance/" in page) == (shown,) * 3


def test_editor_who_coordinates_no_group_is_refused(client_as, people, misses):
    from django.contrib.auth.models import Permission

    people["stranger"].user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = client_as("stranger")
    assert [client.get(address).status_code for address in pages(misses)] == [302] * 4
    page = client.get("/cms/").content.decode()
    assert "/cms/missed-searches/" not in page
    assert "/cms/relevance/" not in page


def test_query_is_shown_once_it_was_asked_twice_most_asked_first(client_as, misses):
    response = client_as("coordinator").get(LIST)
    assert [(found.query, found.times) for found in response.context["object_list"]] == [
        ("zeppelin", 3),
        ("=cmd()", 2),
        ("ballon", 2),
    ]
    assert "once it was asked twice" in response.content.decode()


@pytest.mark.parametrize("what", ["edit", "delete", "history", "usage"])
def test_query_that_was_asked_once_is_shown_nowhere(client_as, misses, what):
    client = client_as("administrator")
    addresses = [f"{LIST}{what}/{misses[name].pk}/" for name in ("zeppelin", "once")]
    answers = [client.get(address, follow=True).status_code for address in addresses]
    assert answers == [200, 404]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("language=nl", ["ballon"]),
        ("state=done", ["=cmd()"]),
        ("q=zepp", ["zeppelin"]),
        ("ordering=query", ["=cmd()", "ballon", "zeppelin"]),
    ],
)
def test_list_is_narrowed_searched_and_ordered(client_as, misses, query, found):
    MissedSearch.objects.filter(query="=cmd()").update(state="done")
    response = client_as("coordinator").get(f"{LIST}?{query}")
    assert [row.query for row in response.context["object_list"]] == found


def test_table_to_take_away_holds_no_formula(client_as, misses):
    response = client_as("coordinator").get(f"{LIST}?export=csv")
    rows = list(csv.reader(b"".join(response.streaming_content).decode().splitlines()))
    monday = MissedSearchWeek.objects.first().week.isoformat()
    assert rows[1:] == [
        ["zeppelin", "en", "3", "3", "0", monday, "open", ""],
        ["'=cmd()", "en", "2", "2", "0", monday, "open", ""],
        ["ballon", "nl", "2", "0", "2", monday, "open", ""],
    ]


def test_coordinator_says_what_became_of_it(client_as, misses):
    address = f"{LIST}edit/{misses['ballon'].pk}/"
    client = client_as("coordinator")
    page = client.get(address).content.decode()
    assert 'href="/nl/search/?q=ballon"' in page
    assert "Only weak results were found 2 times." in page
    assert 'href="/cms/snippets/taxonomy/concept/"' in page
    assert client.post(address, {"state": "done", "note": "A synonym of zeppelin."}).status_code == 302
    found = MissedSearch.objects.get(query="ballon")
    assert (found.state, found.note) == ("done", "A synonym of zeppelin.")
    assert client.post(address, {"state": "nonsense", "note": ""}).status_code == 200
    assert MissedSearch.objects.get(query="ballon").state == "done"


def test_administrator_is_led_to_the_vocabulary(client_as, misses):
    page = client_as("administrator").get(f"{LIST}edit/{misses['ballon'].pk}/").content.decode()
    assert 'href="/cms/snippets/taxonomy/concept/"' in page


def test_nobody_adds_a_miss_by_hand(client_as):
    for who in ("coordinator", "administrator"):
        assert client_as(who).get(f"{LIST}new/").status_code == 302


def test_coordinator_deletes_what_should_not_be_kept(client_as, misses):
    client_as("coordinator").post(f"{LIST}delete/{misses['zeppelin'].pk}/")
    assert not MissedSearch.objects.filter(query="zeppelin").exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_the_same_queries_for_one_as_for_three(client_as, editor, rows, django_assert_num_queries):
    for number in range(rows):
        for _time in range(2):
            count_miss(query=f"x{number}", language="en", is_weak=False)
    client = client_as("coordinator")
    client.get(LIST)
    with django_assert_num_queries(14):
        assert len(client.get(LIST).context["object_list"]) == rows
