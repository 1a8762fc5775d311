"""The page of a group and the list of groups, for each reader."""

import pytest
from bs4 import BeautifulSoup

from groups.actions import set_membership
from groups.enums import Openness, Role
from groups.models import Membership, WorkingGroup, WorkingGroupIndexPage
from tests.factories import (
    CityFactory,
    ConceptFactory,
    InvitationFactory,
    JoinRequestFactory,
    MembershipFactory,
    WorkingGroupFactory,
    translate,
)

pytestmark = pytest.mark.django_db


def age(row, **fields):
    type(row).objects.filter(pk=row.pk).update(**fields)
    row.refresh_from_db()


def index_address():
    return WorkingGroupIndexPage.objects.get(locale__language_code="en").url


@pytest.mark.parametrize(
    ("openness", "who", "way"),
    [
        (Openness.OPEN, "visitor", "Ask to join"),
        (Openness.OPEN, "stranger", "Join the group"),
        (Openness.OPEN, "member", "You belong to this group."),
        (Openness.LISTED, "visitor", "Ask to join"),
        (Openness.LISTED, "stranger", "Ask to join"),
        (Openness.LISTED, "administrator", "Ask to join"),
        (Openness.LISTED, "coordinator", "You coordinate this group."),
        (Openness.HIDDEN, "member", "You belong to this group."),
    ],
)
def test_page_offers_each_reader_the_own_way(client_as, group, openness, who, way):
    age(group, openness=openness)
    page = client_as(who).get(group.url).content.decode()
    ways = ("Ask to join", "Join the group", "You belong to this group.", "You coordinate this group.")
    assert [each for each in ways if each in page] == [way]


@pytest.mark.parametrize("who", ["visitor", "stranger", "administrator"])
def test_hidden_group_is_not_there_for_others(client_as, group, who):
    age(group, openness=Openness.HIDDEN)
    client = client_as(who)
    assert client.get(group.url).status_code == 404
    assert group.title not in client.get(index_address()).content.decode().replace("&amp;", "&")


def test_page_tells_whoever_asked_when_the_answer_is_due(client_as, group, people):
    JoinRequestFactory(group=group, email=people["stranger"].email)
    page = client_as("stranger").get(group.url).content.decode()
    assert "An answer is due by" in page
    assert "Ask to join" not in page


def test_page_shows_coordinators_how_many_wait(client_as, group):
    JoinRequestFactory.create_batch(2, group=group)
    assert "2 requests to join wait" in client_as("coordinator").get(group.url).content.decode()
    assert "requests to join wait" not in client_as("member").get(group.url).content.decode()


def test_page_names_the_leading_cities(client, group):
    group.leading_cities = [CityFactory(names={"en": "Turin"}), CityFactory(names={"en": "Augsburg"})]
    group.save()
    page = client.get(group.url)
    assert [city.label() for city in page.context["leading_cities"]] == ["Turin", "Augsburg"]


@pytest.mark.parametrize(
    ("who", "names"),
    [
        ("visitor", {"everybody"}),
        ("stranger", {"everybody", "network"}),
        ("member", {"everybody", "network", "nobody", "coordinator", "member"}),
    ],
)
def test_page_names_the_members_who_let_themselves_be_seen(client_as, group, people, who, names):
    for name, shown_to in (("everybody", "public"), ("network", "members"), ("nobody", "nobody")):
        MembershipFactory(group=group, user__first_name=name, user__last_name="", user__shown_to=shown_to)
    for name in ("coordinator", "member"):
        age(people[name], first_name=name, last_name="")
    page = client_as(who).get(group.url)
    assert {each.user.first_name for each in page.context["people"]} == names
    assert page.context["member_count"] == 5


def test_facts_of_a_group_are_the_same_in_every_language():
    group = WorkingGroupFactory()
    french = translate(group, "fr")
    city, theme = CityFactory(), ConceptFactory(scheme="theme")
    group.openness, group.answer_within_days = Openness.OPEN, 3
    group.leading_cities, group.themes = [city], [theme]
    group.save()
    french = WorkingGroup.objects.get(pk=french.pk)
    assert (french.openness, french.answer_within_days) == (Openness.OPEN, 3)
    assert (list(french.leading_cities.all()), list(french.themes.all())) == ([city], [theme])
    french.openness, french.leading_cities = Openness.HIDDEN, []
    french.save()
    french = WorkingGroup.objects.get(pk=french.pk)
    assert (french.openness, list(french.leading_cities.all())) == (Openness.OPEN, [city])


def test_list_says_who_leads_how_many_belong_and_what_one_is(client_as, group, people):
    other = WorkingGroupFactory(title="A first group", openness=Openness.OPEN)
    MembershipFactory(group=other, user__is_active=False)
    rows = client_as("member").get(index_address()).context["rows"]
    assert [(row["group"].title, row["count"], row["role"]) for row in rows] == [
        (group.title, 2, Role.MEMBER),
        (other.title, 0, None),
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count_is_constant(client_as, people, rows, django_assert_num_queries):
    for _row in range(rows):
        group = WorkingGroupFactory(themes=[ConceptFactory(scheme="theme")])
        group.leading_cities = [CityFactory()]
        group.save()
        MembershipFactory(group=group)
    client = client_as("member")
    client.get(index_address())
    with django_assert_num_queries(23):
        response = client.get(index_address())
    assert len(response.context["groups"]) == rows + 1


@pytest.mark.parametrize("who", ["visitor", "stranger", "coordinator"])
def test_page_query_count_is_constant(client_as, group, who, django_assert_max_num_queries, people):
    InvitationFactory(group=group, email=people["stranger"].email)
    counts = []
    client = client_as(who)
    for _time in range(2):
        for _row in range(2):
            MembershipFactory(group=group, user__city=CityFactory(), user__shown_to="public")
            JoinRequestFactory(group=group)
        client.get(group.url)
        with django_assert_max_num_queries(40) as captured:
            client.get(group.url)
        counts.append(len(captured))
    assert counts[0] == counts[1]


# ---------------------------------------------------------------- the screens of a group


def tabs_of(response):
    row = BeautifulSoup(response.content, "html.parser").select(".group-tabs a")
    return {" ".join(tab.find(string=True).split()): tab["href"] for tab in row}


def current_tabs_of(response):
    return [
        " ".join(tab.find(string=True).split())
        for tab in BeautifulSoup(response.content, "html.parser").select(".group-tabs [aria-current]")
    ]


def test_every_screen_of_those_who_look_after_the_group_stands_under_a_tab(client_as, group, people):
    membership = Membership.objects.get(user=people["member"])
    waiting = JoinRequestFactory(group=group)
    begin = f"/en/working-groups/{group.pk}"
    client = client_as("coordinator")
    current = {
        address: current_tabs_of(client.get(address))
        for address in (
            group.url,
            f"{begin}/members/",
            f"{begin}/members/{membership.pk}/remove/",
            f"{begin}/requests/",
            f"/en/working-groups/requests/{waiting.pk}/",
            f"{begin}/invite/",
            f"{begin}/audit/",
        )
    }
    assert list(current.values()) == [
        ["Page of the group"],
        ["Members"],
        ["Members"],
        ["Requests"],
        ["Requests"],
        ["Invite"],
        ["What was decided"],
    ]


@pytest.mark.parametrize(
    ("who", "edits"),
    [("coordinator", True), ("administrator", True), ("member", False), ("elsewhere", False), ("visitor", False)],
)
def test_way_to_edit_the_page_is_for_those_who_may(client_as, group, people, who, edits):
    if who == "elsewhere":
        # Uses the editor, and belongs to this group as a member.
        set_membership(group=WorkingGroupFactory(), user=people["member"], role=Role.COORDINATOR)
        who = "member"
    client = client_as(who)
    assert tabs_of(client.get(group.url)).get("Edit the page") == (f"/cms/pages/{group.pk}/edit/" if edits else None)
    assert client.get(f"/cms/pages/{group.pk}/edit/").status_code == (200 if edits else 302)


def test_reader_edits_the_version_that_is_shown(client_as, group):
    french = translate(group, "fr")
    tabs = tabs_of(client_as("coordinator").get(f"/fr/working-groups/{group.pk}/members/"))
    assert f"/cms/pages/{french.pk}/edit/" in tabs.values()


@pytest.mark.parametrize(("who", "is_shown"), [("coordinator", True), ("member", False), ("visitor", False)])
def test_bar_of_the_editor_lies_only_over_pages_that_can_be_edited(client_as, group, who, is_shown):
    other = WorkingGroupFactory()
    client = client_as(who)
    shown = [
        "wagtail-userbar" in client.get(address).content.decode()
        for address in (group.url, other.url, f"/en/working-groups/{group.pk}/members/", "/en/search/")
    ]
    assert shown == [is_shown, False, False, False]
