"""The sheets like one whose title somebody types, and those like one that is read."""

import pytest

from groups.enums import Visibility
from search.actions import rebuild_index
from search.engine import SimilarHit
from tests.factories import CityFactory, ConceptFactory, EventPageFactory, PracticeSheetFactory, translate
from tests.search.prepared_engine import hit_for

pytestmark = pytest.mark.django_db


def similar(client, title, language="en"):
    response = client.get(f"/{language}/search/similar/", {"title": title})
    assert response.status_code == 200
    return [result.hit.title for result in response.context["similar"]]


@pytest.mark.parametrize(
    ("who", "found"),
    [
        ("stranger", {"Street lights by day", "Street lights for members", "Réverbères street"}),
        (
            "member",
            {"Street lights by day", "Street lights for members", "Street lights of the group", "Réverbères street"},
        ),
    ],
)
def test_similar_sheets_are_those_that_the_writer_may_see_in_any_language(client_as, group, search_folder, who, found):
    city = CityFactory()
    PracticeSheetFactory(title="Street lights by day", city=city)
    PracticeSheetFactory(title="Réverbères street", language="fr", city=city)
    PracticeSheetFactory(title="Street lights for members", visibility=Visibility.NETWORK, city=city)
    PracticeSheetFactory(title="Street lights of the group", visibility=Visibility.GROUP, group=group, city=city)
    PracticeSheetFactory(title="Street lights unfinished", live=False, city=city)
    EventPageFactory(title="Street lights festival")
    rebuild_index()
    assert set(similar(client_as(who), "street lights")) == found


def test_similar_sheets_are_five_at_most(client_as, search_folder):
    for _sheet in range(7):
        PracticeSheetFactory(title="Street lights")
    rebuild_index()
    assert len(similar(client_as("member"), "Street lights")) == 5


@pytest.mark.parametrize("title", ["", "  ", "str", "x" * 20_000, "\x00\ud7ff(:*"])
def test_nothing_is_similar_to_nothing(client_as, search_folder, title):
    PracticeSheetFactory(title="Street lights")
    rebuild_index()
    assert similar(client_as("member"), title) == []


def test_similar_sheets_wait_for_the_index(client_as, search_folder):
    assert similar(client_as("member"), "street lights") == []


def test_similar_sheets_are_for_members(client):
    assert client.get("/en/search/similar/", {"title": "street"}).status_code == 302


@pytest.mark.parametrize("rows", [1, 3])
def test_similar_query_count_is_constant(client_as, search_folder, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(title="Street lights")
    rebuild_index()
    client = client_as("member")
    similar(client, "street lights")
    with django_assert_num_queries(7):
        assert len(similar(client, "street lights")) == rows


# ---------------------------------------------------------------- practices like one that is read


def related(client, sheet):
    response = client.get(sheet.url)
    assert response.status_code == 200
    return [(each.sheet.title, each.reasons, each.words) for each in response.context["related"]]


def alike(*hits):
    return [SimilarHit(hit, words) for hit, words in hits]


@pytest.fixture
def lights(db):
    return ConceptFactory(names={"en": "lights"})


def new_sheet(title, country, **fields):
    return PracticeSheetFactory(title=title, city=CityFactory(country=country), **fields)


def test_what_is_in_common_and_what_is_alike_make_one_list(client, prepared_engine, lights):
    sheet = new_sheet("Lamps", "NL", themes=[lights])
    both = new_sheet("Lampen", "IT", themes=[lights], language="nl")
    theme = new_sheet("Lights of trams", "FR", themes=[lights])
    meaning = new_sheet("Réverbères", "NL", language="fr")
    words = new_sheet("Squares", "DE")
    prepared_engine.similar_hits = alike(
        (hit_for(both, matched="meaning"), ()),
        (hit_for(meaning, matched="meaning"), ()),
        (hit_for(words, matched="text"), ("lamp", "square")),
    )
    assert related(client, sheet) == [
        (both.title, ["same theme: lights", "close in meaning"], ()),
        (theme.title, ["same theme: lights"], ()),
        (meaning.title, ["close in meaning", "same country"], ()),
        (words.title, [], ("lamp", "square")),
    ]
    assert prepared_engine.document_id == f"practices.practicesheet:{sheet.pk}"
    assert prepared_engine.requests[-1].filters == {"type": {"practice"}}


def test_similar_practice_is_shown_once_in_the_readers_best_language(client, prepared_engine, lights):
    sheet = new_sheet("Lamps", "NL", themes=[lights])
    french = new_sheet("Lampes", "IT", themes=[lights], language="fr")
    translate(french, "en", title="Lights")
    prepared_engine.similar_hits = alike((hit_for(french, matched="meaning"), ()))
    assert related(client, sheet) == [("Lights", ["same theme: lights", "close in meaning"], ())]


def test_words_in_common_are_in_the_language_of_the_other_sheet(client, prepared_engine):
    sheet = new_sheet("Lampes", "NL", language="fr")
    other = new_sheet("Lampes et places", "IT", language="fr")
    prepared_engine.similar_hits = alike((hit_for(other, matched="text"), ("lampe", "place")))
    page = client.get(sheet.url.replace("/fr/", "/en/")).content.decode()
    assert 'also about: <span lang="fr">lampe, place</span>' in page


def test_sheet_is_not_like_itself_and_no_more_than_six_are(client, prepared_engine):
    sheet = new_sheet("Lamps", "NL")
    others = [new_sheet(f"Lamp {number}", "IT") for number in range(8)]
    prepared_engine.similar_hits = alike(*((hit_for(other), ("lamp",)) for other in (sheet, *others)))
    assert [title for title, _reasons, _words in related(client, sheet)] == [f"Lamp {number}" for number in range(6)]


@pytest.mark.parametrize(
    ("who", "kinds"), [("visitor", set()), ("stranger", {"network"}), ("member", {"network", "group"})]
)
def test_similar_practices_are_those_that_the_reader_may_see(client_as, prepared_engine, group, lights, who, kinds):
    """Whatever the index says, and whichever of the two lists they come from."""
    sheet = PracticeSheetFactory(title="Lamps", themes=[lights])
    hidden = [
        PracticeSheetFactory(title=f"{way} {kind}", visibility=kind, group=group, themes=themes)
        for kind in (Visibility.NETWORK, Visibility.GROUP)
        for way, themes in (("theme", [lights]), ("meaning", []))
    ]
    withdrawn = PracticeSheetFactory(title="Withdrawn", live=False)
    prepared_engine.similar_hits = alike(*((hit_for(other), ()) for other in (*hidden, withdrawn)))
    found = {title for title, _reasons, _words in related(client_as(who), sheet)}
    assert found == {f"{way} {kind}" for way in ("theme", "meaning") for kind in kinds}


def test_without_an_index_what_is_in_common_is_shown(client, prepared_engine, lights):
    sheet = new_sheet("Lamps", "NL", themes=[lights])
    new_sheet("Lights", "IT", themes=[lights])
    prepared_engine.is_available = False
    assert related(client, sheet) == [("Lights", ["same theme: lights"], ())]


@pytest.mark.parametrize("rows", [1, 3])
def test_similar_practices_cost_the_same_number_of_queries(
    client, prepared_engine, lights, rows, django_assert_num_queries
):
    sheet = new_sheet("Lamps", "NL", themes=[lights])
    others = [new_sheet("Lights", "IT", themes=[lights]) for _row in range(rows)]
    others += [new_sheet("Squares", "IT") for _row in range(rows)]
    prepared_engine.similar_hits = alike(*((hit_for(other), ()) for other in others))
    client.get(sheet.url)
    with django_assert_num_queries(48):
        assert len(related(client, sheet)) == 2 * rows
