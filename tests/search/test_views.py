import re

import pytest

from groups.enums import Visibility
from practices.models import EvidenceClaim
from search.actions import rebuild_index, update_index
from search.engine import Ranking
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    PracticeSheetFactory,
    ThreadFactory,
    translate,
)
from tests.search.prepared_engine import hit_for

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_folder")]


def titles(response, part="own"):
    return [result.hit.title for result in response.context[part]]


def words_of(response):
    """What can be read on a page, in one line."""
    text = re.sub(r"</(li|p)>", " ", response.content.decode())
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def facet(response, name):
    (found,) = [each for each in response.context["facets"] if each.name == name]
    return found.values


def counts(response, name):
    return [(value.label, value.count) for value in facet(response, name)]


@pytest.fixture
def lamps(search_folder):
    for number in range(12):
        PracticeSheetFactory(title=f"Lamp {number:02}", summary=f"A <b>lamp</b> & more, number {number}.")
    rebuild_index()


@pytest.mark.parametrize("rows", [1, 3])
def test_search_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(title="Lamp", themes=[ConceptFactory()], city=CityFactory())
    rebuild_index()
    client.get("/en/search/?q=lamp")
    with django_assert_num_queries(9):
        response = client.get("/en/search/?q=lamp")
    assert len(response.context["own"]) == rows


@pytest.mark.usefixtures("lamps")
def test_results_come_in_pages_of_ten(client):
    assert len(titles(client.get("/en/search/?q=lamp"))) == 10
    second = client.get("/en/search/?q=lamp&page=2")
    assert len(titles(second)) == 2
    assert "Page 2 of 2" in second.content.decode()
    assert 'href="?q=lamp&amp;page=1"' in second.content.decode()


@pytest.mark.usefixtures("lamps")
def test_passage_is_escaped_and_shows_what_was_found(client):
    page = client.get("/en/search/?q=lamps").content.decode()
    assert "A &lt;b&gt;<mark>lamp</mark>&lt;/b&gt; &amp; more, number" in page


@pytest.mark.parametrize(
    "query",
    [
        "q=",
        "",
        "q=%20%20",
        "q=lamp&page=99999",
        "q=lamp&page=-3",
        "q=lamp&page=x",
        "q=" + "lamp%20" * 2000,
        "q=" + "x" * 10_000,
        "q=%00%01%1b%7f",
        "q=lamp%00%0a",
        "q=%22unbalanced",
        "q=%27%22%28%5B%7B",
        "q=AND+OR+NOT+*:*",
        "q=%F0%9F%92%A1",
        "q=%ff%fe",
        "q=lamp&type=nonsense",
        "q=lamp&country=&theme=&language=",
        "q=lamp&colour=blue",
        "q=lamp&type=" + "x" * 9000,
        "q=lamp" + "&theme=a" * 500,
        "q=the+of+and",
    ],
)
@pytest.mark.usefixtures("lamps")
def test_whatever_is_asked_gets_a_sensible_page(client, query):
    response = client.get(f"/en/search/?{query}")
    assert response.status_code == 200
    assert 'id="search"' in response.content.decode()


@pytest.mark.usefixtures("lamps")
def test_last_page_answers_for_pages_beyond_it(client):
    assert client.get("/en/search/?q=lamp&page=99999").context["page_of_hits"].number == 2


@pytest.mark.usefixtures("lamps")
def test_control_characters_and_quotes_are_not_in_the_way(client):
    assert client.get('/en/search/?q="lamp%00+11').context["own"][0].hit.title == "Lamp 11"


@pytest.mark.usefixtures("lamps")
def test_empty_query_explains_instead_of_searching(client):
    page = client.get("/en/search/?q=").content.decode()
    assert "Type what you are looking for in your own words" in page
    assert 'class="result"' not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_empty_query_offers_the_subjects_that_there_are(client, rows, django_assert_num_queries):
    for number in range(rows):
        PracticeSheetFactory(themes=[ConceptFactory(names={"en": f"light & shade {number}"})])
    ConceptFactory(names={"en": "not used"})
    client.get("/en/search/")
    with django_assert_num_queries(4):
        page = client.get("/en/search/").content.decode()
    assert re.findall(r'href="\?q=(light[^"]*)"', page) == [f"light%20%26%20shade%20{number}" for number in range(rows)]
    assert "not used" not in page


# ---------------------------------------------------------------- nothing found


@pytest.mark.usefixtures("lamps")
def test_nothing_found_offers_to_search_without_filters(client):
    page = client.get("/en/search/?q=zeppelin&type=event").content.decode()
    assert "Nothing was found." in page
    assert '<a href="?q=zeppelin">Search without filters</a>' in page


def test_nothing_found_says_which_filter_to_drop_and_what_that_brings(client):
    for country in ("IT", "NL", "NL"):
        PracticeSheetFactory(title="Lamp", city=CityFactory(country=country), started=2019)
    PracticeSheetFactory(title="Lamp", city=CityFactory(country="DE"), started=2020)
    rebuild_index()
    response = client.get("/en/search/?q=lamp&country=NL&country=IT&year=2020&sort=title")
    assert [(way.count, way.address) for way in response.context["without_facets"]] == [
        (3, "?q=lamp&country=IT&country=NL&sort=title"),
        (1, "?q=lamp&year=2020&sort=title"),
    ]
    text = words_of(response)
    assert "Without “Year: 2020”: 3 results Without “Country: Italy, Netherlands”: 1 result" in text


def test_nothing_found_leads_to_broader_subjects_that_find_something(client):
    crime = ConceptFactory(names={"en": "crime", "nl": "misdaad"})
    theft = ConceptFactory(names={"en": "theft"}, broader=crime)
    ConceptFactory(names={"en": "bike theft", "nl": "fietsendiefstal"}, broader=theft)
    PracticeSheetFactory(title="Against burglars", themes=[crime])
    rebuild_index()
    response = client.get("/nl/search/?q=fietsendiefstal")
    assert [(each.label, each.count, each.address) for each in response.context["broader"]] == [
        ("misdaad", 1, "?q=misdaad")
    ]


def test_nothing_on_the_subject_itself_has_nothing_broader(client):
    ConceptFactory(names={"en": "crime"})
    rebuild_index()
    assert client.get("/en/search/?q=crime").context["broader"] == []


ASK = "/en/discussions/new/{}/?title=Who%20has%20%26%20knows%3F"


@pytest.mark.parametrize(
    ("who", "asks", "told"),
    [
        ("visitor", False, "Log in to ask"),
        ("stranger", False, "Ask all cities at once"),
        ("member", True, "Your words become the title of a discussion"),
    ],
)
def test_whoever_finds_nothing_can_ask_the_network(client_as, group, who, asks, told):
    rebuild_index()
    page = client_as(who).get("/en/search/", {"q": "Who has & knows?", "country": "NL"}).content.decode()
    assert (f'href="{ASK.format(group.pk)}"' in page) is asks
    assert told in page
    assert ("/en/calls/new/?title=Who%20has%20%26%20knows%3F" in page) is (who != "visitor")
    back = "/en/login/?next=%2Fen%2Fsearch%2F%3Fq%3DWho%2Bhas%2B%2526%2Bknows%253F%26country%3DNL"
    assert (f'href="{back}"' in page) is (who == "visitor")


@pytest.mark.usefixtures("lamps")
@pytest.mark.parametrize(("query", "offered"), [("lamp", False), ("zeppelin", True), ("torch", True)])
def test_asking_is_offered_where_there_is_little(client, query, offered):
    PracticeSheetFactory(title="Torch")
    rebuild_index()
    page = client.get("/en/search/", {"q": query}).content.decode()
    assert ("Ask the network" in page) is offered


# ---------------------------------------------------------------- what was typed


def test_what_was_typed_is_kept_and_escaped(client):
    rebuild_index()
    page = client.get('/en/search/?q="><script>').content.decode()
    assert 'value="&quot;&gt;&lt;script&gt;"' in page


def test_facets_count_and_narrow(client):
    theme = ConceptFactory(key="light", names={"en": "light"})
    PracticeSheetFactory(title="Lamp one", themes=[theme], city=CityFactory(country="IT"))
    PracticeSheetFactory(title="Lamp two", city=CityFactory(country="NL"))
    EventPageFactory(title="Lamp fair")
    rebuild_index()
    response = client.get("/en/search/?q=lamp")
    assert counts(response, "type") == [("Practices", 2), ("Events", 1)]
    assert counts(response, "country") == [("Italy", 1), ("Netherlands", 1)]
    assert counts(response, "theme") == [("Light", 1)]
    assert counts(response, "language") == [("English", 3)]
    narrowed = client.get(f"/en/search/{facet(response, 'country')[0].address}")
    assert titles(narrowed) == ["Lamp one"]
    italy, *_others = facet(narrowed, "country")
    assert (italy.selected, italy.address) == (True, "?q=lamp")


def test_other_languages_come_second_with_their_label(client):
    dutch = PracticeSheetFactory(language="nl", title="Lamp in het Nederlands", slug="lamp-nl")
    PracticeSheetFactory(title="Lamp in English")
    translate(dutch, "it", title="Lampada", slug="lampada")
    rebuild_index()
    response = client.get("/en/search/?q=lamp", headers={"Accept-Language": "nl"})
    assert (titles(response), titles(response, "other")) == (["Lamp in English"], ["Lamp in het Nederlands"])
    other = response.content.decode().partition('id="other-results"')[2]
    assert '<li class="result" lang="nl">' in other
    assert '<a href="/en/praktijken/lamp-nl/">' in other


def test_result_says_what_it_is_where_and_how_far(client):
    city = CityFactory(country="IT", names={"en": "Turin"})
    sheet = PracticeSheetFactory(title="Lamp", stage="running", city=city)
    EvidenceClaim.objects.create(sheet=sheet, dimension="effect", level=1)
    EventPageFactory(title="Lamp fair", city=city)
    rebuild_index()
    page = words_of(client.get("/en/search/?q=lamp"))
    assert "Practice · Turin, Italy · running" in page
    assert "Evidence claimed: 1 of 5 · confirmed: 0" in page
    assert "Event · Turin, Italy · 1 April 2019" in page


def test_each_list_counts_its_results_and_comes_in_its_order(client, prepared_engine):
    own = [PracticeSheetFactory(title=f"Lamp {number:02}") for number in range(12)]
    other = [PracticeSheetFactory(title=f"Lampe {number}", language="fr") for number in range(3)]
    prepared_engine.ranking = Ranking(own=[*map(hit_for, own)], other=[*map(hit_for, other)])
    first = client.get("/en/search/?q=lamp")
    assert (titles(first), titles(first, "other")) == ([sheet.title for sheet in own[:10]], [])
    assert 'In your language <span class="results__count">12</span>' in first.content.decode()
    second = client.get("/en/search/?q=lamp&page=2")
    assert titles(second) == ["Lamp 10", "Lamp 11"]
    assert titles(second, "other") == ["Lampe 0", "Lampe 1", "Lampe 2"]
    assert 'In other languages <span class="results__count">3</span>' in second.content.decode()


@pytest.mark.parametrize(
    ("matched", "reason"),
    [
        ("title", None),
        ("text", None),
        ("name", "found by a name or a theme"),
        ("attachment", "found in an attached file"),
        ("vocabulary", "found by another word for it"),
        ("meaning", "close in meaning"),
    ],
)
def test_result_says_why_it_was_found(client, prepared_engine, matched, reason):
    hit = hit_for(PracticeSheetFactory(title="Lamp"), matched=matched)
    prepared_engine.ranking = Ranking(own=[hit])
    page = client.get("/en/search/?q=lamp").content.decode()
    assert re.findall(r'<li class="result__reason">(.*?)</li>', page) == ([reason] if reason else [])
    assert f'<p class="result__passage">A <mark>passage</mark> of {hit.id}</p>' in page


def test_passage_is_taken_from_the_version_that_matched(client):
    sheet = PracticeSheetFactory(title="Bikes", language="nl", problem="Elke fietsendiefstal telt.")
    translate(sheet, "en", title="Bikes", problem="Each of them counts.")
    rebuild_index()
    page = client.get("/fr/search/?q=fietsendiefstal", headers={"Accept-Language": "fr,en"}).content.decode()
    assert '<p class="result__passage" lang="nl">Elke <mark>fietsendiefstal</mark> telt.</p>' in page


@pytest.mark.parametrize(("matched", "said"), [("text", True), ("meaning", True), ("name", False)])
def test_passage_from_another_version_is_in_its_language(client, prepared_engine, matched, said):
    hit = hit_for(PracticeSheetFactory(title="Lamp"), matched=matched, matched_language="fr")
    prepared_engine.ranking = Ranking(own=[hit])
    page = client.get("/en/search/?q=lamp").content.decode()
    assert '<p class="result__passage" lang="fr">' in page
    assert ("found through its version in: français" in page) is said


@pytest.mark.parametrize(
    ("query", "sort", "current"),
    [
        ("", "relevance", "Best match"),
        ("&sort=newest", "newest", "The newest first"),
        ("&sort=x", "relevance", "Best match"),
    ],
)
def test_order_is_asked_of_the_engine_and_marked(client, prepared_engine, query, sort, current):
    prepared_engine.ranking = Ranking(own=[hit_for(PracticeSheetFactory(title=name)) for name in "ab"])
    page = client.get(f"/en/search/?q=lamp&country=NL{query}").content.decode()
    assert prepared_engine.requests[-1].sort == sort
    assert re.findall(r'rel="nofollow" aria-current="true">([^<]*)</a>', page) == [current]
    assert 'href="?q=lamp&amp;country=NL&amp;sort=title"' in page


def test_what_may_be_meant_is_offered_with_the_same_filters_and_nothing_is_changed(client, prepared_engine):
    prepared_engine.ranking = Ranking(suggestion="lamp")
    page = client.get("/en/search/?q=lapm&country=NL&sort=title").content.decode()
    assert 'Did you mean: <a href="?q=lamp&amp;country=NL&amp;sort=title"><strong>lamp</strong></a>' in page
    assert [request.text for request in prepared_engine.requests if request.text != "lapm"] == []
    assert 'value="lapm"' in page


def test_other_words_are_named_and_can_be_left_out(client, prepared_engine):
    ConceptFactory(names={"en": "bike theft", "fr": "vol de vélo", "nl": "fietsendiefstal"})
    page = client.get(
        "/en/search/?q=Bike+theft+at+night&country=NL", headers={"Accept-Language": "nl"}
    ).content.decode()
    line = re.search(r'<p class="also-searched">(.*?)</p>', page)[1]
    assert line == (
        'Also searched for: <span lang="nl">fietsendiefstal</span>, <span lang="fr">vol de vélo</span> · '
        '<a href="?q=%22Bike+theft%22+at+night&amp;country=NL" rel="nofollow">Only the exact words</a>'
    )
    exact = client.get("/en/search/?q=%22Bike+theft%22+at+night").content.decode()
    assert "also-searched" not in exact


def test_filters_in_use_are_kept_by_the_form_and_removed_by_links(client, prepared_engine):
    page = client.get("/en/search/?q=lamp&country=NL&language=nl&sort=title").content.decode()
    assert re.findall(r'<input type="hidden" name="(\w+)" value="(\w+)">', page) == [
        ("country", "NL"),
        ("language", "nl"),
        ("sort", "title"),
    ]
    chips = re.search(r'<ul class="active-filters".*?</ul>', page, re.DOTALL)[0]
    assert re.findall(r'href="([^"]*)"', chips) == [
        "?q=lamp&amp;language=nl&amp;sort=title",
        "?q=lamp&amp;country=NL&amp;sort=title",
        "?q=lamp&amp;sort=title",
    ]
    assert (
        '<span class="visually-hidden">Remove the filter: </span>Country: <span lang="en">Netherlands</span>' in chips
    )
    assert '<span lang="nl">Nederlands</span>' in chips
    assert '<meta name="robots" content="noindex">' in page


# Whoosh leaves a file open in which it fails, to be closed by Python with a warning.
half_written = pytest.param("half written", marks=pytest.mark.filterwarnings("ignore::ResourceWarning"))


@pytest.mark.parametrize("spoil", ["no folder", "no pointer", half_written])
def test_unusable_index_is_a_message_and_is_built_anew(client, lamps, search_folder, spoil):
    if spoil == "no folder":
        search_folder.rename(search_folder.with_name("elsewhere"))
    elif spoil == "no pointer":
        (search_folder / "current").unlink()
    else:
        name = (search_folder / "current").read_text().strip()
        for path in (search_folder / name).glob("*.toc"):
            path.write_bytes(path.read_bytes()[:20])
    response = client.get("/en/search/?q=lamp")
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Search is being prepared" in response.content.decode()
    update_index.call()
    assert client.get("/en/search/?q=lamp").status_code == 200


def test_hit_that_was_withdrawn_after_indexing_is_not_shown(client):
    sheet = PracticeSheetFactory(title="Secret lamp")
    rebuild_index()
    type(sheet).objects.filter(pk=sheet.pk).update(visibility=Visibility.NETWORK)
    assert "Secret lamp" not in client.get("/en/search/?q=lamp").content.decode()


DOORS = ["/en/search/?q=lamp", "/fr/search/?q=lamp", "/en/search/?q=lampz", "/en/search/?q=lamp&type=discussion"]


@pytest.mark.parametrize("door", DOORS)
@pytest.mark.parametrize(
    ("who", "kinds"),
    [
        ("visitor", {"public"}),
        ("stranger", {"public", "network"}),
        ("administrator", {"public", "network"}),
        ("member", {"public", "network", "group", "thread"}),
    ],
)
def test_no_door_of_search_shows_or_counts_what_a_reader_may_not_see(client_as, group, people, door, who, kinds):
    for visibility in Visibility.values:
        PracticeSheetFactory(title=f"Lampz lamp kind-{visibility}", visibility=visibility, group=group)
    ThreadFactory(group=group, author=people["coordinator"], title="Lampz lamp kind-thread")
    rebuild_index()
    response = client_as(who).get(door)
    page = response.content.decode()
    shown = {kind for kind in ("public", "network", "group", "thread") if f"kind-{kind}" in page}
    assert shown == (kinds & {"thread"} if "type=discussion" in door else kinds)
    counted = sum(value.count for value in facet(response, "type"))
    assert counted == len(kinds)
    found = [value.label for value in facet(response, "type") if value.count]
    assert ("Discussions" in found) is ("thread" in kinds)
