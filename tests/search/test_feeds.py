"""The Atom feed of a search: what a feed reader, which is nobody, may know."""

from datetime import timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.utils import timezone
from django.utils.translation import gettext, override
from lxml import etree

from search.actions import rebuild_index, take_in_pending
from search.engines import get_engine
from search.feeds import MOST_ENTRIES
from tests.factories import CityFactory, EventPageFactory, PracticeSheetFactory, ThreadFactory, translate
from tests.search.engines import hit

pytestmark = pytest.mark.django_db

ATOM = {"a": "http://www.w3.org/2005/Atom"}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


@pytest.fixture
def index(search_folder):
    rebuild_index()


def published(title, days_ago=0, **fields):
    sheet = PracticeSheetFactory(title=title, **fields)
    sheet.save_revision().publish()
    moment = timezone.now() - timedelta(days=days_ago)
    type(sheet).objects.filter(pk=sheet.pk).update(first_published_at=moment, last_published_at=moment)
    sheet.refresh_from_db()
    return sheet


def parsed(response):
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return etree.fromstring(response.content)


def texts(feed, path):
    return [str(found) for found in feed.xpath(path, namespaces=ATOM)]


def test_feed_says_what_the_search_is_and_what_is_new(client, index):
    city = CityFactory(names={"nl": "Den Haag"})
    old, new = (
        published("Old lamp", 3, city=city),
        published("New & <lamp>", 1, slug="new-lamp", city=city, summary="A lamp."),
    )
    take_in_pending()
    feed = parsed(client.get("/en/search/feed.atom?country=NL&q=lamp&page=2&x=y"))
    assert feed.get(LANGUAGE) == "en"
    (title,) = texts(feed, "a:title/text()")
    assert title.startswith("Search: lamp – ")
    assert texts(feed, "a:link[@rel='self']/@href") == ["http://localhost:8000/en/search/feed.atom?q=lamp&country=NL"]
    assert texts(feed, "a:link[@rel='alternate']/@href") == ["http://localhost:8000/en/search/?q=lamp&country=NL"]
    assert texts(feed, "a:entry/a:title/text()") == ["New & <lamp>", "Old lamp"]
    assert texts(feed, "a:entry/a:id/text()") == [
        f"http://localhost:8000/en/sheets/{sheet.practice_id}/" for sheet in (new, old)
    ]
    assert texts(feed, "a:entry/a:link/@href")[0] == "http://localhost:8000/en/practices/new-lamp/"
    assert texts(feed, "a:updated/text()") == texts(feed, "a:entry[1]/a:updated/text()")
    assert texts(feed, "a:author/a:name/text()")
    assert "<mark>lamp</mark>" in texts(feed, "a:entry/a:summary[@type='html']/text()")[0]
    assert texts(feed, "a:entry/a:category/@term") == ["Practice", "Practice"]


def test_entries_carry_their_language_and_the_title_is_in_that_of_the_interface(client, index):
    published("Lamp op zijn Nederlands", language="nl", slug="lamp-nl")
    take_in_pending()
    feed = parsed(client.get("/de/search/feed.atom?q=lamp"))
    assert feed.get(LANGUAGE) == "de"
    with override("de"):
        expected = gettext("Search: %(shown_query)s") % {"shown_query": "lamp"}
    assert texts(feed, "a:title/text()")[0].startswith(f"{expected} – ")
    assert [entry.get(LANGUAGE) for entry in feed.findall("a:entry", ATOM)] == ["nl"]


def test_identifier_stays_when_title_and_address_change(client, index):
    sheet, event = published("Lamp"), EventPageFactory(title="Lamp fair")
    take_in_pending()
    before = texts(parsed(client.get("/en/search/feed.atom?q=lamp")), "a:entry/a:id/text()")
    sheet.title, sheet.slug, event.slug = "Lamp, renamed", "renamed", "renamed-fair"
    sheet.save_revision().publish()
    event.save()
    take_in_pending()
    after = texts(parsed(client.get("/en/search/feed.atom?q=lamp")), "a:entry/a:id/text()")
    assert sorted(after) == sorted(before)
    assert f"urn:uuid:{event.translation_key}" in before


@pytest.mark.parametrize("who", ["visitor", "stranger", "member", "coordinator", "administrator"])
def test_feed_is_public_whoever_asks(client_as, group, people, index, who):
    for visibility in ("public", "network", "group"):
        published(f"Lamp kind-{visibility}", visibility=visibility, group=group)
    ThreadFactory(group=group, author=people["coordinator"], title="Lamp kind-thread")
    take_in_pending()
    response = client_as(who).get("/en/search/feed.atom?q=lamp")
    assert texts(parsed(response), "a:entry/a:title/text()") == ["Lamp kind-public"]
    assert "Cookie" not in response.get("Vary", "")
    assert response["Cache-Control"] == "public, max-age=300"


def test_what_was_withdrawn_after_indexing_is_not_told(client, index):
    sheet = published("Lamp")
    take_in_pending()
    type(sheet).objects.filter(pk=sheet.pk).update(visibility="network")
    assert texts(parsed(client.get("/en/search/feed.atom?q=lamp")), "a:entry/a:id/text()") == []


def test_only_strong_hits_are_told_newest_first_and_so_many(client, fake_engine):
    weak = published("Weak")
    sheets = [published(f"Lamp {number:02}", number) for number in range(MOST_ENTRIES + 2)]
    fake_engine.own = [hit(weak, is_strong=False), *(hit(sheet) for sheet in sheets[1::2])]
    fake_engine.other = [hit(sheet) for sheet in sheets[::2]]
    feed = parsed(client.get("/en/search/feed.atom?q=lamp&language=en&sort=title"))
    assert texts(feed, "a:entry/a:title/text()") == [f"Lamp {number:02}" for number in range(MOST_ENTRIES)]
    (asked,) = fake_engine.asked
    assert (asked.sort, asked.audiences, asked.filters) == ("newest", {"public"}, {"language": frozenset({"en"})})


@pytest.mark.parametrize("query", ["", "q=", "q=%20%00", "country=NL"])
def test_without_words_the_answer_says_what_is_missing(client, index, query):
    response = client.get(f"/fr/search/feed.atom?{query}")
    assert (response.status_code, response["Content-Type"]) == (400, "text/plain; charset=utf-8")
    assert "?q=" in response.content.decode()


def test_nothing_found_is_an_empty_feed_that_stays_the_same(client, index):
    first, second = (client.get("/en/search/feed.atom?q=zeppelin") for _time in range(2))
    assert texts(parsed(first), "a:entry") == []
    assert first.content == second.content


def test_without_an_index_it_asks_to_come_back(client, search_folder):
    response = client.get("/en/search/feed.atom?q=lamp")
    assert (response.status_code, response["Retry-After"]) == (503, "30")


def test_reader_that_has_it_already_gets_304(client, index):
    sheet = published("Lamp", 1)
    take_in_pending()
    first = client.get("/en/search/feed.atom?q=lamp")
    etag, modified = first["ETag"], first["Last-Modified"]
    assert parsedate_to_datetime(modified) == sheet.last_published_at.replace(microsecond=0)
    for header in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        response = client.get("/en/search/feed.atom?q=lamp", headers=header)
        assert (response.status_code, response.content, response["ETag"]) == (304, b"", etag)
    published("Lamp two")
    take_in_pending()
    for header in ({"If-None-Match": etag}, {"If-Modified-Since": modified}):
        assert client.get("/en/search/feed.atom?q=lamp", headers=header).status_code == 200


def test_characters_that_xml_does_not_take_are_left_out(client, fake_engine):
    sheet = published("Lamp")
    sheet.title = "La\x0bmp\x00"
    fake_engine.own = [hit(sheet)]
    assert texts(parsed(client.get("/en/search/feed.atom?q=%00la%0bmp")), "a:entry/a:title/text()") == ["La mp"]


@pytest.mark.parametrize("query", ["q=lamp&type=nonsense", "q=" + "x" * 9000, "q=lamp" + "&theme=a" * 500, "q=%ff%fe"])
def test_whatever_is_asked_gets_a_feed(client, index, query):
    assert parsed(client.get(f"/en/search/feed.atom?{query}")).tag == "{http://www.w3.org/2005/Atom}feed"


@pytest.mark.parametrize(("method", "status"), [("get", 200), ("head", 200), ("post", 405)])
def test_feed_is_only_read(client, index, method, status):
    assert getattr(client, method)("/en/search/feed.atom?q=lamp").status_code == status


@pytest.mark.parametrize("rows", [1, 3])
def test_feed_takes_the_same_queries_for_one_as_for_three(client, index, rows, django_assert_num_queries):
    for _row in range(rows):
        translate(published("Lamp"), "fr", title="Lamp fr")
        published("Lamp nl", language="nl")
    take_in_pending()
    client.get("/en/search/feed.atom?q=lamp")
    with django_assert_num_queries(4):
        feed = parsed(client.get("/en/search/feed.atom?q=lamp"))
    assert len(texts(feed, "a:entry/a:id/text()")) == 2 * rows


def test_result_page_names_the_feed_for_programs_and_people(client, index):
    page = client.get("/en/search/?q=lamp&country=NL&page=1").content.decode()
    address = "/en/search/feed.atom?q=lamp&amp;country=NL"
    assert f'<link rel="alternate" type="application/atom+xml" href="{address}" title="Search: lamp">' in page
    assert f'<a href="{address}" rel="nofollow">Feed (Atom)</a>' in page
    assert "application/atom+xml" not in client.get("/en/search/").content.decode()


def test_engine_of_the_tests_answers_as_the_interface_says(fake_engine):
    assert get_engine().health().version == "1"
