"""The list of all threads that one person may see, the unread ones first."""

import pytest

from discussions.actions.posting import add_post, open_thread
from discussions.actions.reading import read_all
from discussions.models import Thread
from groups.actions import set_membership
from groups.enums import Role
from tests.factories import CityFactory, ThreadFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def threads(group, people):
    """By name, opened by the coordinator in this order."""
    names = ("first", "second", "third")
    return {name: ThreadFactory(group=group, author=people["coordinator"], title=name) for name in names}


def listed(client, **query):
    return [thread.title for thread in client.get("/en/discussions/", query).context["threads"]]


def test_list_is_for_people_who_are_logged_in(client_as):
    assert [client_as(who).get("/en/discussions/").status_code for who in ("visitor", "stranger")] == [302, 200]


@pytest.mark.parametrize(
    ("who", "titles"),
    [
        ("stranger", ["for all"]),
        ("administrator", ["for all"]),
        ("member", ["for all", "in the group"]),
        ("coordinator", ["for all", "in the group"]),
    ],
)
def test_list_has_the_threads_that_the_reader_may_see(client_as, group, people, who, titles):
    ThreadFactory(group=group, author=people["member"], title="in the group")
    ThreadFactory(group=WorkingGroupFactory(), author=people["member"], title="elsewhere")
    open_thread(group=None, author=people["member"], title="for all", text="?", language="en")
    assert sorted(listed(client_as(who))) == titles


def test_unread_threads_come_first_and_then_the_latest(client_as, threads, people):
    read_all(user=people["member"])
    add_post(thread=threads["first"], author=people["coordinator"], text="New", language="en")
    client = client_as("member")
    assert listed(client) == ["first", "third", "second"]
    page = client.get("/en/discussions/").content.decode()
    assert page.count("1 new post") == 1
    assert listed(client, show="unread") == ["first"]


def test_unanswered_are_open_threads_in_which_only_their_author_wrote(client_as, threads, people):
    add_post(thread=threads["first"], author=people["coordinator"], text="I add", language="en")
    answer = add_post(thread=threads["second"], author=people["member"], text="I know", language="en")
    Thread.objects.filter(pk=threads["third"].pk).update(is_closed=True)
    client = client_as("member")
    assert listed(client, show="unanswered") == ["first"]
    answer.hidden_at = answer.created_at
    answer.save()
    assert listed(client, show="unanswered") == ["first", "second"]


def test_thread_of_a_former_member_is_answered_by_whoever_writes(client_as, threads, people):
    add_post(thread=threads["first"], author=people["member"], text="I know", language="en")
    Thread.objects.update(author=None)
    threads["second"].posts.update(author=None)
    assert listed(client_as("member"), show="unanswered") == ["second"]


def test_mine_are_those_in_which_i_wrote(client_as, threads, people):
    add_post(thread=threads["second"], author=people["member"], text="Well", language="en")
    assert listed(client_as("member"), show="mine") == ["second"]


def test_about_me_are_those_that_name_me_or_my_city_or_ask_it(client_as, group, threads, people):
    member = people["member"]
    member.city = CityFactory(key="turin", names={"en": "Turin"})
    member.save()
    add_post(thread=threads["first"], author=member, text="Me and @Turin", language="en")
    add_post(thread=threads["second"], author=people["coordinator"], text="How is it in @Turin?", language="en")
    Thread.objects.filter(pk=threads["third"].pk).update(addressed_to=member.city)
    assert listed(client_as("member"), show="about-me") == ["second", "third"]
    assert listed(client_as("coordinator"), show="about-me") == []


def test_list_of_one_group_names_it_in_the_readers_language(client_as, group, threads, people):
    other = WorkingGroupFactory(title="Others")
    set_membership(group=other, user=people["member"], role=Role.MEMBER)
    ThreadFactory(group=other, author=people["member"], title="elsewhere")
    translate(group, "fr", title="Le groupe", slug="groupe")
    page = client_as("member").get("/fr/discussions/")
    assert page.content.decode().count(">Le groupe<") == 4
    assert listed(client_as("member"), group=other.pk) == ["elsewhere"]


@pytest.mark.parametrize("query", [{"show": "nonsense"}, {"group": "0"}, {"group": "abc"}, {"page": "999"}])
def test_what_nobody_understands_is_not_asked(client_as, threads, query):
    assert len(listed(client_as("member"), **query)) == 3


def test_group_of_others_is_not_named(client_as, threads, people):
    hidden = WorkingGroupFactory(title="Quiet matters")
    response = client_as("member").get(f"/en/discussions/?group={hidden.pk}")
    assert (response.context["group"], "Quiet matters" in response.content.decode()) == (None, False)


def test_merged_thread_is_not_listed(client_as, threads):
    Thread.objects.filter(pk=threads["first"].pk).update(merged_into=threads["second"])
    assert listed(client_as("member")) == ["third", "second"]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("show", ["", "unread", "unanswered", "mine", "about-me"])
def test_list_takes_the_same_queries_however_long_it_is(
    client_as, group, people, rows, show, django_assert_num_queries
):
    for _row in range(rows):
        thread = ThreadFactory(group=group, author=people["coordinator"])
        add_post(thread=thread, author=people["coordinator"], text="More", language="en")
    client = client_as("member")
    client.get("/en/discussions/")
    expected = {"": 11, "unread": 11, "unanswered": 11, "mine": 9, "about-me": 9}
    with django_assert_num_queries(expected[show]):
        client.get("/en/discussions/", {"show": show})
