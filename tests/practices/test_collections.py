from urllib.parse import urlencode

import pytest

from groups.enums import Visibility
from practices.actions import collections as actions
from practices.actions.collections import add_to_collection, move_item
from practices.models import Collection, CollectionItem, PracticeSheet
from tests.factories import CityFactory, CollectionFactory, ConceptFactory, PracticeSheetFactory, UserFactory, translate

pytestmark = pytest.mark.django_db

LIST = "/en/sheets/collections/"
MINE = "/en/sheets/collections/mine/"
NEW = "/en/sheets/collections/new/"


def about(**changed):
    return {"title": "For June", "description": "", "language": "en", "is_public": "no", **changed}


def titles(collection):
    return [item.practice.sheets.get().title for item in collection.items.all()]


@pytest.fixture
def sheets():
    return [PracticeSheetFactory(title=title) for title in ("A", "B", "C")]


@pytest.fixture
def own(people, sheets):
    return CollectionFactory(owner=people["member"], title="For June", sheets=sheets)


# ---------------------------------------------------------------- who sees and changes what


@pytest.mark.parametrize(
    ("who", "private", "public"),
    [("member", 200, 200), ("stranger", 404, 200), ("administrator", 404, 200), ("visitor", 404, 200)],
)
def test_private_collection_is_there_for_its_owner_only(own, client_as, who, private, public):
    client = client_as(who)
    assert client.get(own.get_absolute_url()).status_code == private
    Collection.objects.update(is_public=True)
    assert client.get(own.get_absolute_url()).status_code == public


CHANGES = ("edit/", "delete/", "{item}/move/", "{item}/note/", "{item}/remove/")


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    ("who", "is_public", "status"),
    [
        ("visitor", True, 302),
        ("stranger", False, 404),
        ("stranger", True, 403),
        ("administrator", True, 403),
        ("member", False, 302),
    ],
)
def test_only_the_owner_changes_a_collection(own, client_as, path, who, is_public, status):
    Collection.objects.update(is_public=is_public)
    address = f"{own.get_absolute_url()}{path.format(item=own.items.first().pk)}"
    response = client_as(who).post(address, about(title="Mine now", to="down", note="Mine"))
    assert response.status_code == status
    own.refresh_from_db() if Collection.objects.exists() else None
    changed = not Collection.objects.exists() or own.title != "For June" or titles(own) != ["A", "B", "C"]
    changed = changed or own.items.filter(note="Mine").exists()
    assert changed is (who == "member")


@pytest.mark.parametrize("path", CHANGES[2:])
def test_sheets_of_a_collection_are_changed_by_posting_only(own, client_as, path):
    address = f"{own.get_absolute_url()}{path.format(item=own.items.first().pk)}"
    assert client_as("member").get(address).status_code == 405


def test_items_of_another_collection_are_not_reached_through_ones_own(own, people, client_as):
    other = CollectionFactory(sheets=[PracticeSheetFactory()])
    address = f"{own.get_absolute_url()}{other.items.get().pk}/remove/"
    assert client_as("member").post(address).status_code == 404
    assert other.items.exists()


def test_hidden_sheets_are_left_out_and_not_counted(own, sheets, client_as):
    Collection.objects.update(is_public=True)
    PracticeSheet.objects.filter(pk=sheets[1].pk).update(visibility=Visibility.NETWORK)
    for who, shown in (("visitor", ["A", "C"]), ("stranger", ["A", "B", "C"])):
        client = client_as(who)
        response = client.get(own.get_absolute_url())
        assert [each.sheet.title for each in response.context["gathered"]] == shown
        ((listed, _owner),) = client.get(LIST).context["collections"]
        assert listed.sheet_count == len(shown)


def test_collection_of_hidden_sheets_alone_is_not_listed(own, client):
    Collection.objects.update(is_public=True)
    PracticeSheet.objects.update(visibility=Visibility.NETWORK)
    assert client.get(LIST).context["collections"] == []


def test_private_collections_are_not_listed(own, client_as):
    assert client_as("member").get(LIST).context["collections"] == []
    assert [collection.pk for collection in client_as("member").get(MINE).context["collections"]] == [own.pk]
    assert list(client_as("stranger").get(MINE).context["collections"]) == []
    assert client_as("visitor").get(MINE).status_code == 302


@pytest.mark.parametrize(
    ("who", "shown_to", "owner"),
    [
        ("visitor", "nobody", "a member of the network (Lumen)"),
        ("visitor", "members", "a member of the network (Lumen)"),
        ("visitor", "public", "Grace Light"),
        ("stranger", "nobody", "Grace Light"),
    ],
)
def test_owner_is_named_to_members_and_to_everybody_who_may_know(client_as, sheets, who, shown_to, owner):
    person = UserFactory(
        first_name="Grace", last_name="Light", shown_to=shown_to, city=CityFactory(names={"en": "Lumen"})
    )
    collection = CollectionFactory(owner=person, is_public=True, sheets=sheets)
    assert client_as(who).get(collection.get_absolute_url()).context["owner"] == owner
    ((_collection, listed),) = client_as(who).get(LIST).context["collections"]
    assert listed == owner


@pytest.mark.parametrize("who", ["visitor", "stranger"])
def test_owner_without_a_name_is_not_told_by_the_address(client_as, sheets, who):
    person = UserFactory(first_name="", last_name="", email="nameless@example.com", shown_to="public")
    collection = CollectionFactory(owner=person, is_public=True, sheets=sheets)
    assert client_as(who).get(collection.get_absolute_url()).context["owner"] == "a member of the network"
    assert b"nameless@example.com" not in client_as(who).get(LIST).content


def test_sheets_are_shown_in_the_readers_best_language(client):
    sheet = PracticeSheetFactory(language="nl", title="Lantaarns")
    translate(sheet, "fr", title="Des lampes")
    collection = CollectionFactory(is_public=True, language="it", title="Luci", sheets=[sheet])
    page = client.get(collection.get_absolute_url()).content.decode()
    assert "Des lampes" in page
    assert '<h1 lang="it">Luci</h1>' in page


# ---------------------------------------------------------------- making, changing, deleting


def test_member_makes_a_collection(people, client_as):
    response = client_as("member").post(NEW, about(is_public="yes", description="Three\nexamples."))
    collection = Collection.objects.get()
    assert (response.status_code, response["Location"]) == (302, collection.get_absolute_url())
    assert (collection.owner, collection.title, collection.is_public) == (people["member"], "For June", True)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "x" * 121}, {"language": "xx"}, {"is_public": "perhaps"}, {"description": "x" * 1001}],
)
def test_collection_with_errors_comes_back_with_what_was_typed(own, client_as, wrong):
    for address in (NEW, f"{own.get_absolute_url()}edit/"):
        response = client_as("member").post(address, about(**{"description": "Three examples.", **wrong}))
        assert (response.status_code, list(response.context["form"].errors)) == (422, list(wrong))
        assert next(iter(wrong.values())) in response.content.decode() or "Three examples." in response.content.decode()
    assert Collection.objects.get().title == "For June"


def test_first_sheet_and_its_note_come_along(sheets, client_as):
    query = urlencode({"practice": sheets[0].practice_id, "note": "Ask Ada."})
    page = client_as("member").get(f"{NEW}?{query}").content.decode()
    assert "Its first sheet:" in page
    client_as("member").post(f"{NEW}?{query}", about())
    item = CollectionItem.objects.get()
    assert (item.practice, item.note) == (sheets[0].practice, "Ask Ada.")


@pytest.mark.parametrize(("number", "status"), [("99999", 404), ("soon", 200), ("9" * 30, 200), ("", 200)])
def test_first_sheet_is_one_that_the_reader_may_see(client_as, number, status):
    assert client_as("member").get(f"{NEW}?practice={number}").status_code == status


def test_deletion_is_asked_before(own, client_as, sheets):
    client, address = client_as("member"), f"{own.get_absolute_url()}delete/"
    assert "Delete the collection?" in client.get(address).content.decode()
    assert Collection.objects.exists()
    assert client.post(address)["Location"] == MINE
    assert (Collection.objects.count(), PracticeSheet.objects.count()) == (0, len(sheets))


# ---------------------------------------------------------------- sheets


def test_sheet_is_put_into_a_collection_from_its_page(own, client_as):
    sheet = PracticeSheetFactory(title="D")
    client = client_as("member")
    page = client.get(sheet.url).content.decode()
    assert f'action="/en/sheets/{sheet.practice_id}/collect/"' in page
    answers = {"collect-collection": own.pk, "collect-note": "Last one."}
    response = client.post(f"/en/sheets/{sheet.practice_id}/collect/", answers)
    assert response["Location"] == f"/en/sheets/{sheet.practice_id}/"
    assert titles(own) == ["A", "B", "C", "D"]
    assert own.items.last().note == "Last one."


def test_visitors_are_not_offered_collections(client, sheets):
    assert "Put it into a collection" not in client.get(sheets[0].url).content.decode()


def test_choice_of_a_new_collection_leads_to_its_form(sheets, client_as):
    number = sheets[0].practice_id
    response = client_as("member").post(f"/en/sheets/{number}/collect/", {"collect-note": "Ask Ada."})
    assert response["Location"] == f"{NEW}?practice={number}&note=Ask+Ada."


@pytest.mark.parametrize(
    ("who", "number", "collection", "status"),
    [
        ("visitor", None, "own", 302),
        ("member", 99999, "own", 404),
        ("member", None, "other", 422),
        ("member", None, "x", 422),
        ("member", None, "own", 302),
    ],
)
def test_sheet_goes_only_into_ones_own_collection(own, client_as, who, number, collection, status):
    sheet = PracticeSheetFactory()
    other = CollectionFactory(is_public=True)
    chosen = {"own": own.pk, "other": other.pk}.get(collection, collection)
    address = f"/en/sheets/{number or sheet.practice_id}/collect/"
    assert client_as(who).post(address, {"collect-collection": chosen}).status_code == status
    assert not other.items.exists()


def test_sheet_is_in_a_collection_once(own, sheets):
    add_to_collection(collection=own, practice=sheets[0].practice, note="Again.")
    add_to_collection(collection=own, practice=sheets[0].practice)
    assert titles(own) == ["A", "B", "C"]
    assert own.items.first().note == "Again."


@pytest.mark.parametrize(
    ("title", "to", "order"),
    [
        ("B", "up", ["B", "A", "C"]),
        ("B", "down", ["A", "C", "B"]),
        ("A", "up", ["A", "B", "C"]),
        ("C", "down", ["A", "B", "C"]),
    ],
)
def test_sheets_are_moved_one_place(own, client_as, title, to, order):
    item = next(item for item in own.items.all() if item.practice.sheets.get().title == title)
    response = client_as("member").post(f"{own.get_absolute_url()}{item.pk}/move/", {"to": to})
    assert response["Location"] == f"{own.get_absolute_url()}edit/#sheet-{item.pk}"
    assert titles(own) == order


def test_sheets_of_the_same_place_can_be_moved(own):
    own.items.update(place=0)
    move_item(item=own.items.last(), up=True)
    assert titles(own) == ["A", "C", "B"]


def test_hidden_sheet_is_passed_over_when_moving(own, sheets, client_as):
    PracticeSheet.objects.filter(pk=sheets[1].pk).update(live=False)
    client_as("member").post(f"{own.get_absolute_url()}{own.items.last().pk}/move/", {"to": "up"})
    assert titles(own) == ["C", "B", "A"]


def test_note_is_changed_and_a_sheet_is_taken_out(own, client_as):
    first, second, _third = own.items.all()
    client = client_as("member")
    client.post(f"{own.get_absolute_url()}{first.pk}/note/", {"note": "Read this first."})
    client.post(f"{own.get_absolute_url()}{second.pk}/remove/")
    assert [item.note for item in own.items.all()] == ["Read this first.", ""]
    assert titles(own) == ["A", "C"]


def test_note_that_is_too_long_comes_back(own, client_as):
    note = "x" * 501
    response = client_as("member").post(f"{own.get_absolute_url()}{own.items.first().pk}/note/", {"note": note})
    assert response.status_code == 422
    assert note in response.content.decode()
    assert own.items.first().note == ""


def test_full_collection_says_so(own, client_as, monkeypatch):
    monkeypatch.setattr(actions, "MOST_SHEETS", 3)
    sheet = PracticeSheetFactory()
    response = client_as("member").post(
        f"/en/sheets/{sheet.practice_id}/collect/", {"collect-collection": own.pk, "collect-note": "Room?"}
    )
    page = response.content.decode()
    assert response.status_code == 422
    assert "This collection has 3 sheets, and cannot have more. Begin another one." in page
    assert "Room?" in page


def test_person_with_too_many_collections_is_told(own, client_as, monkeypatch):
    monkeypatch.setattr(actions, "MOST_COLLECTIONS", 1)
    response = client_as("member").post(NEW, about())
    assert response.status_code == 422
    assert "You have 1 collections, and cannot have more." in response.content.decode()


@pytest.mark.parametrize(("number", "offered"), [(1, False), (2, True), (4, True), (5, False)])
def test_two_to_four_sheets_can_be_compared(client, number, offered):
    sheets = [PracticeSheetFactory() for _row in range(number)]
    collection = CollectionFactory(is_public=True, sheets=sheets)
    page = client.get(collection.get_absolute_url()).content.decode()
    query = "&amp;".join(f"sheet={sheet.practice_id}" for sheet in sheets)
    assert (f'href="/en/sheets/compare/?{query}"' in page) is offered


# ---------------------------------------------------------------- the price of a page


def fill(rows, owner=None):
    sheets = [PracticeSheetFactory(themes=[ConceptFactory()]) for _row in range(rows)]
    for _row in range(rows):
        person = owner or UserFactory(city=CityFactory())
        CollectionFactory(owner=person, is_public=True, sheets=sheets)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "who", "queries"), [(LIST, "visitor", 5), (MINE, "member", 8)])
def test_list_query_count_is_constant(client_as, people, rows, path, who, queries, django_assert_num_queries):
    fill(rows, owner=people[who])
    client = client_as(who)
    client.get(path)
    with django_assert_num_queries(queries):
        response = client.get(path)
    assert len(response.context["collections"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("path", "queries"), [("", 12), ("edit/", 12)])
def test_collection_query_count_is_constant(client_as, people, rows, path, queries, django_assert_num_queries):
    fill(rows, owner=people["member"])
    address = f"{Collection.objects.first().get_absolute_url()}{path}"
    client = client_as("member")
    client.get(address)
    with django_assert_num_queries(queries):
        response = client.get(address)
    assert len(response.context["gathered"]) == rows


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99999", 2), ("0", 2), ("two", 1)])
def test_list_answers_any_page_number(client, monkeypatch, page, number):
    monkeypatch.setattr("practices.views.collections.COLLECTIONS_A_PAGE", 2)
    fill(3)
    response = client.get(f"{LIST}?page={page}")
    assert (response.status_code, response.context["paged"].number) == (200, number)


def test_empty_lists_say_what_belongs_there(client_as):
    client = client_as("member")
    assert "that members make for everybody" in client.get(LIST).content.decode()
    assert "A collection keeps sheets together" in client.get(MINE).content.decode()
