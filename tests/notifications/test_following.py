"""Following and muting things: the buttons on their pages, and the list of what one follows."""

import pytest

from groups.models import Membership, WorkingGroup
from notifications.models import Subscription
from notifications.topics import follow, followers_of, mute
from search.models import SavedSearch
from tests.factories import (
    CityFactory,
    ConceptFactory,
    PracticeSheetFactory,
    ProjectFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
)

pytestmark = pytest.mark.django_db


def said(user):
    return dict(Subscription.objects.filter(user=user).values_list("topic", "is_muted"))


def act(client, topic, act, **fields):
    return client.post("/en/mail/following/change/", {"topic": topic, "act": act, **fields})


@pytest.fixture
def city():
    return CityFactory(key="turin", names={"en": "Turin", "it": "Torino"})


@pytest.mark.parametrize("make", [CityFactory, ConceptFactory, PracticeSheetFactory, ProjectFactory])
def test_thing_is_followed_on_its_page_and_no_longer(client_as, people, make):
    thing, client = make(), client_as("stranger")
    address = thing.get_absolute_url() if hasattr(thing, "key") else thing.get_url()
    page = client.get(address).content.decode()
    assert f'name="topic" value="{thing.topic}"' in page
    assert (">Follow</button>" in page, ">Stop following</button>" in page) == (True, False)
    response = act(client, thing.topic, "follow", next=address)
    assert response["Location"] == address
    page = client.get(address).content.decode()
    assert ("You follow this." in page, ">Stop following</button>" in page) == (True, True)
    act(client, thing.topic, "unfollow", next=address)
    assert said(people["stranger"]) == {}


@pytest.mark.parametrize("make", [CityFactory, ConceptFactory, PracticeSheetFactory, ProjectFactory])
def test_visitors_are_shown_no_button(client, make):
    thing = make()
    page = client.get(thing.get_absolute_url() if hasattr(thing, "key") else thing.get_url()).content.decode()
    assert 'name="topic"' not in page


def test_member_mutes_a_thread_of_the_group_and_hears_of_it_again(client_as, people, group):
    thread, client = ThreadFactory(group=group), client_as("member")
    follow(user_pk=people["member"].pk, topic=group.topic)
    page = client.get(thread.get_absolute_url()).content.decode()
    assert "because you follow its working group" in page
    act(client, thread.topic, "mute")
    assert said(people["member"])[thread.topic] is True
    assert "You have muted this." in client.get(thread.get_absolute_url()).content.decode()
    act(client, thread.topic, "unfollow")
    assert said(people["member"]) == {group.topic: False}


def test_members_follow_their_group_and_can_stop(client_as, people, group):
    client = client_as("member")
    assert "You follow this." in client.get(group.get_url()).content.decode()
    act(client, group.topic, "unfollow")
    assert ">Follow</button>" in client.get(group.get_url()).content.decode()
    assert said(people["member"]) == {}


def test_following_is_a_post_of_somebody_who_is_logged_in(client, client_as, people, city):
    assert act(client, city.topic, "follow")["Location"].startswith("/en/login/")
    assert client_as("member").get(f"/en/mail/following/change/?topic={city.topic}&act=follow").status_code == 405
    assert city.topic not in said(people["member"])


@pytest.mark.parametrize(
    "topic",
    ["", "city", "city:nowhere", "thread:0", "thread:x", "group:x", "practice:99999999999999999999", "nothing:1"],
)
def test_what_is_not_there_cannot_be_followed(client_as, people, topic):
    assert act(client_as("stranger"), topic, "follow").status_code == 404
    assert said(people["stranger"]) == {}


def test_what_one_may_not_see_cannot_be_followed(client_as, people, group):
    thread = ThreadFactory(group=group)
    sheet = PracticeSheetFactory(visibility="group", group=group)
    hidden = WorkingGroupFactory(openness="hidden")
    for topic in (thread.topic, sheet.topic, hidden.topic):
        assert act(client_as("stranger"), topic, "follow").status_code == 404
    assert said(people["stranger"]) == {}
    for topic in (thread.topic, sheet.topic):
        assert act(client_as("member"), topic, "follow").status_code == 302


@pytest.mark.parametrize("unknown", ["", "hate"])
def test_unknown_act_is_refused(client_as, people, city, unknown):
    assert act(client_as("stranger"), city.topic, unknown).status_code == 404


@pytest.mark.parametrize(
    ("way", "leads_to"),
    [
        ("/en/cities/turin/", "/en/cities/turin/"),
        ("https://evil.example/", "/en/mail/following/"),
        ("//evil.example/", "/en/mail/following/"),
        ("", "/en/mail/following/"),
    ],
)
def test_way_back_stays_on_the_portal(client_as, city, way, leads_to):
    assert act(client_as("member"), city.topic, "follow", next=way)["Location"] == leads_to


# ---------------------------------------------------------------- the list


def test_list_shows_what_one_follows_by_kind_in_the_readers_language(client_as, people, city, group):
    person = people["member"]
    muted = ThreadFactory(group=group, title="Benches")
    follow(user_pk=person.pk, topic=city.topic)
    mute(user_pk=person.pk, topic=muted.topic)
    SavedSearch.objects.create(user=person, name="Lamps", language="en", query="q=lamps")
    SavedSearch.objects.create(user=people["stranger"], name="Secret", language="en", query="q=lamps")
    page = client_as("member").get("/it/mail/following/").content.decode()
    assert ("Torino" in page, "Innovation &amp; Security" in page) == (True, True)
    assert ("Lamps" in page, "Secret" in page) == (True, False)
    assert page.index("Benches") > page.index("Torino")


def test_list_leaves_out_what_one_may_no_longer_see(client_as, people, group):
    thread = ThreadFactory(group=group, title="Benches")
    follow(user_pk=people["member"].pk, topic=thread.topic)
    assert "Benches" in client_as("member").get("/en/mail/following/").content.decode()
    Membership.objects.filter(user=people["member"]).delete()
    assert "Benches" not in client_as("member").get("/en/mail/following/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_list_takes_as_many_queries_for_one_as_for_three(client_as, people, rows, django_assert_num_queries):
    person = people["stranger"]
    for _row in range(rows):
        for thing in (CityFactory(), ConceptFactory(), PracticeSheetFactory(), ProjectFactory()):
            follow(user_pk=person.pk, topic=thing.topic)
        follow(user_pk=person.pk, topic=WorkingGroupFactory(openness="open").topic)
        follow(user_pk=person.pk, topic=ThreadFactory(group=None, author=person).topic)
        SavedSearch.objects.create(user=person, name="S", language="en", query=f"q={CityFactory().key}")
    client = client_as("stranger")
    client.get("/en/mail/following/")
    with django_assert_num_queries(17):
        client.get("/en/mail/following/")


# ---------------------------------------------------------------- the narrowest word counts


@pytest.mark.parametrize(
    ("stances", "hears"),
    [
        ({}, False),
        ({"group:a": False}, True),
        ({"group:a": True}, False),
        ({"thread:1": True, "group:a": False}, False),
        ({"thread:1": False, "group:a": True}, True),
        ({"city:x": False, "group:a": True}, True),
        ({"group:a": True, "theme:t": False}, False),
    ],
)
def test_what_was_said_of_the_narrowest_topic_counts(stances, hears):
    person = UserFactory()
    for topic, is_muted in stances.items():
        Subscription.objects.create(user=person, topic=topic, is_muted=is_muted)
    assert (person.pk in followers_of(["thread:1", "city:x", "group:a", "theme:t"])) is hears


def test_group_is_followed_whichever_of_its_versions_one_joined(client_as, people, group):
    assert WorkingGroup.objects.get(pk=group.pk).topic in said(people["member"])
