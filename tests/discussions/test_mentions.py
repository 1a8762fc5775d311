"""A name after an @ leads to whom it names, if the readers of the thread may know of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from discussions.actions.posting import add_post
from discussions.mentions import complete_name, read_mentions
from discussions.models import Mention, Thread
from groups.actions import set_membership
from groups.enums import Openness, Role, Visibility
from members.models import PersonVisibility
from tests.factories import CityFactory, ThreadFactory, UserFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db


@pytest.fixture
def thread(group, people):
    return ThreadFactory(group=group, author=people["coordinator"])


@pytest.fixture
def anna(group):
    return join(group, first_name="Anna", last_name="Rossi")


def join(group, **fields):
    person = UserFactory(shown_to=PersonVisibility.MEMBERS, **fields)
    set_membership(group=group, user=person, role=Role.MEMBER)
    return person


def named(text, thread, writer):
    found = read_mentions(text, thread=thread, writer=writer)
    return {(kind, pk) for kind, pk in found.found}


def test_person_city_and_group_are_named_and_kept_as_mentions(thread, people, anna, group):
    city = CityFactory(key="the-hague", names={"en": "The Hague", "nl": "Den Haag"})
    text = "@Anna Rossi, does @Den Haag do this? It is for @Innovation & Security."
    post = add_post(thread=thread, author=people["member"], text=text, language="en")
    rows = Mention.objects.filter(post=post).values_list("user", "city", "group")
    assert sorted(rows, key=str) == sorted(
        [(anna.pk, None, None), (None, city.pk, None), (None, None, group.pk)], key=str
    )
    assert f'<a class="mention" href="/people/{anna.pk}/" rel="nofollow ugc noopener">@Anna Rossi</a>' in post.html
    assert '<a class="mention" href="/cities/the-hague/" rel="nofollow ugc noopener">@Den Haag</a>' in post.html
    assert 'href="/groups/innovation/"' in post.html


@pytest.mark.parametrize(
    "text",
    [
        "@Anna Rossi",
        "@anna rossi",
        "Ask @Anna Rossi.",
        "(@Anna Rossi)",
        "**@Anna Rossi**",
        "@Anna\nRossi",
        "- @Anna Rossi",
        "@Anna Rossi's",
    ],
)
def test_name_is_found_wherever_it_stands_in_a_text(thread, people, anna, text):
    assert named(text, thread, people["member"]) == {("user", anna.pk)}


def test_name_in_a_quotation_leads_to_its_person_who_is_not_named_anew(thread, people, anna):
    found = read_mentions("> @Anna Rossi knows\n\nSo do I.", thread=thread, writer=people["member"])
    assert (list(found.links), list(found.found)) == (["@anna rossi"], [])


@pytest.mark.parametrize(
    "text",
    [
        "Anna Rossi",
        "@Anna",
        "@Anna Rossini",
        "mail@Anna Rossi",
        "`@Anna Rossi`",
        "    @Anna Rossi",
        "[@Anna Rossi](https://example.org)",
        "https://example.org/@Anna Rossi",
        "\\`@",
    ],
)
def test_what_is_no_name_names_nobody(thread, people, anna, text):
    assert named(text, thread, people["member"]) == set()


@pytest.mark.parametrize(
    "name", ["*Star*", "O_Brien_", "[B]racket", "<Tag>", "D'Arc", "Müller-Lüdenscheidt", "Ångström"]
)
def test_names_with_signs_of_markdown_are_found(thread, people, group, name):
    person = join(group, first_name="Zora", last_name=name)
    words, found = complete_name("zora", thread=thread, writer=people["member"])[0]
    escaped = "".join(f"\\{sign}" if sign in "*_[]<" else sign for sign in words)
    assert (found.pk, named(f"@{escaped}", thread, people["member"])) == (person.pk, {("user", person.pk)})


def test_longest_name_is_meant(thread, people):
    CityFactory(key="york", names={"en": "New"})
    longer = CityFactory(key="new-york", names={"en": "New York"})
    assert named("@New York", thread, people["member"]) == {("city", longer.pk)}


def test_name_of_two_people_needs_what_tells_them_apart(thread, people, group, anna):
    other = join(group, first_name="Anna", last_name="Rossi")
    assert named("@Anna Rossi", thread, people["member"]) == set()
    assert named(f"@Anna Rossi#{other.pk}", thread, people["member"]) == {("user", other.pk)}
    offered = [words for words, _named in complete_name("Anna", thread=thread, writer=people["member"])]
    assert offered == [f"Anna Rossi#{anna.pk}", f"Anna Rossi#{other.pk}"]


def test_what_tells_people_apart_is_not_shown(thread, people, group, anna):
    join(group, first_name="Anna", last_name="Rossi")
    post = add_post(thread=thread, author=people["member"], text=f"@Anna Rossi#{anna.pk}!", language="en")
    assert post.html == (
        f'<p><a class="mention" href="/people/{anna.pk}/" rel="nofollow ugc noopener">@Anna Rossi</a>!</p>\n'
    )


# ---------------------------------------------------------------- who can be named


def test_whoever_may_not_read_the_thread_cannot_be_named(thread, people):
    stranger = UserFactory(first_name="Stran", last_name="Ger", shown_to=PersonVisibility.MEMBERS)
    assert named("@Stran Ger", thread, people["member"]) == set()
    network = Thread(visibility=Visibility.NETWORK)
    assert named("@Stran Ger", network, people["member"]) == {("user", stranger.pk)}


def test_whoever_shows_the_name_to_nobody_is_named_only_where_he_or_she_wrote(group, thread, people):
    silent = UserFactory(first_name="Si", last_name="Lent", shown_to=PersonVisibility.NOBODY)
    set_membership(group=group, user=silent, role=Role.MEMBER)
    assert named("@Si Lent", thread, people["member"]) == set()
    assert complete_name("Si", thread=thread, writer=people["member"]) == []
    add_post(thread=thread, author=silent, text="Here I am.", language="en")
    assert named("@Si Lent", thread, people["member"]) == {("user", silent.pk)}


def test_shut_account_cannot_be_named(thread, people, anna):
    anna.is_active = False
    anna.save()
    assert named("@Anna Rossi", thread, people["member"]) == set()


def test_hidden_group_is_named_only_within_itself(thread, people):
    hidden = WorkingGroupFactory(title="Quiet matters", openness=Openness.HIDDEN)
    set_membership(group=hidden, user=people["member"], role=Role.MEMBER)
    within = ThreadFactory(group=hidden, author=people["member"])
    assert named("@Quiet matters", thread, people["member"]) == set()
    assert named("@Quiet matters", within, people["member"]) == {("group", hidden.pk)}


def test_group_named_in_another_language_is_the_same_group(thread, people, group):
    translate(group, "fr", title="Innovation et sécurité", slug="innovation-fr")
    assert named("@Innovation et sécurité", thread, people["member"]) == {("group", group.pk)}


# ---------------------------------------------------------------- completion


def test_completion_offers_people_cities_and_groups_with_what_tells_them_apart(client_as, thread, group):
    city = CityFactory(key="inn", country="AT", names={"de": "Innsbruck"})
    person = join(group, first_name="Inna", last_name="Berg", city=city)
    answer = client_as("member").get(f"/en/discussions/names/?thread={thread.pk}&q=inn").json()
    assert answer == {
        "names": [
            {"words": person.get_full_name(), "name": "Inna Berg", "note": "Innsbruck"},
            {"words": "Innsbruck", "name": "Innsbruck", "note": "Austria"},
            {"words": "Innovation & Security", "name": "Innovation & Security", "note": ""},
        ]
    }


@pytest.mark.parametrize("typed", ["zoe", "zoë d", "zoe damico", "ZOE D'Am"])
def test_completion_needs_no_accents(thread, people, group, typed):
    join(group, first_name="Zoë", last_name="D’Amico")
    offered = [words for words, _named in complete_name(typed, thread=thread, writer=people["member"])]
    assert offered == ["Zoë D’Amico"]


@pytest.mark.parametrize(
    ("who", "status"), [("visitor", 302), ("stranger", 404), ("administrator", 404), ("member", 200)]
)
def test_completion_in_a_thread_is_for_its_readers(client_as, thread, group, who, status):
    for scope in (f"thread={thread.pk}", f"group={group.pk}"):
        assert client_as(who).get(f"/en/discussions/names/?{scope}&q=a").status_code == status


@pytest.mark.parametrize("q", ["", " ", "%00", "@", "x" * 500])
def test_completion_of_nothing_is_nothing(client_as, thread, q):
    assert client_as("member").get("/en/discussions/names/", {"thread": thread.pk, "q": q}).json() == {"names": []}


@pytest.mark.parametrize("count", [1, 3])
def test_names_take_the_same_queries_however_many_there_are(thread, people, group, count):
    names = [join(group, first_name=f"Name{number}", last_name="Same").get_full_name() for number in range(count)]
    with CaptureQueriesContext(connection) as queries:
        found = named(" ".join(f"@{name}," for name in names), thread, people["member"])
    assert (len(found), len(queries)) == (count, 3)
