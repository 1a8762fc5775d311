"""A hidden group is named nowhere to those who do not belong to it, also where it does things in public."""

from urllib.parse import urlencode

import pytest

from events.models import EventIndexPage
from groups.enums import Openness, Role
from groups.models import WorkingGroupIndexPage
from groups.queries import title_shown_to
from practices.forms.choices import Choices
from practices.models import CoAuthor
from search.sources import BY_TYPE
from tests.factories import (
    EventPageFactory,
    JoinRequestFactory,
    MembershipFactory,
    PracticeSheetFactory,
    StandardPageFactory,
    ThreadFactory,
    UserFactory,
    translate,
)

pytestmark = pytest.mark.django_db

NAME = "Secret Sharing"


@pytest.fixture
def hidden(group, people):
    group.title, group.slug, group.openness = NAME, "secret-sharing", Openness.HIDDEN
    group.save()
    translate(group, "fr", title=NAME)
    return group


@pytest.fixture
def sheet(hidden):
    return PracticeSheetFactory(title="Public sheet", group=hidden)


@pytest.fixture
def event(hidden):
    return EventPageFactory(title="Public meeting", group=hidden)


def section(model):
    return model.objects.get(locale__language_code="en").url


def addresses(hidden, sheet, event):
    return [
        "/en/",
        section(WorkingGroupIndexPage),
        section(EventIndexPage),
        sheet.url,
        event.url,
        f"/en/sheets/{sheet.practice.pk}/",
        "/en/search/?q=secret",
        "/en/sheets/coverage/",
    ]


@pytest.mark.parametrize("who", ["visitor", "stranger"])
def test_no_page_names_it_to_others(client_as, hidden, sheet, event, who):
    client = client_as(who)
    for address in addresses(hidden, sheet, event):
        response = client.get(address, follow=True)
        assert response.status_code in (200, 404, 503), address
        assert NAME not in response.content.decode(), address


def test_pages_name_it_to_its_members(client_as, hidden, sheet, event):
    client = client_as("member")
    for address in (section(WorkingGroupIndexPage), section(EventIndexPage), sheet.url, event.url):
        assert NAME in client.get(address).content.decode(), address


@pytest.mark.parametrize(("who", "status"), [("visitor", 404), ("stranger", 404), ("administrator", 404)])
@pytest.mark.parametrize("language", ["en", "fr", "de"])
def test_its_own_page_is_not_there_for_others(client_as, hidden, who, status, language):
    path = hidden.url.split("/", 2)[2]
    assert client_as(who).get(f"/{language}/{path}").status_code == status


@pytest.mark.parametrize(
    "name", ["join/", "members/", "requests/", "invite/", "leave/", "hand-over/", "audit/", "audit.csv", "asked/"]
)
def test_its_screens_say_to_others_what_they_say_of_no_group(client_as, hidden, name):
    client = client_as("stranger")
    answers = {client.get(f"/en/working-groups/{pk}/{name}").status_code for pk in (hidden.pk, 999_999)}
    assert answers == {404}


@pytest.mark.parametrize(("who", "found"), [("visitor", 0), ("stranger", 0), ("member", 1)])
def test_events_are_not_narrowed_to_it_by_others(client_as, hidden, event, who, found):
    query = urlencode({"group": hidden.slug})
    response = client_as(who).get(f"{section(EventIndexPage)}?{query}")
    shown = response.context["upcoming"].paginator.count + response.context["past"].paginator.count
    assert shown == found
    assert str(hidden.translation_key) not in response.content.decode()


def test_it_has_no_public_calendar(client, hidden, event):
    for value in (hidden.slug, str(hidden.translation_key)):
        assert client.get("/en/meetings/calendar.ics", {"group": value}).status_code == 404


def test_shared_group_is_no_reason_for_others(client_as, hidden, sheet, event):
    for who, reasons in (("stranger", []), ("member", [["same working group"]])):
        related = client_as(who).get(sheet.url).context["related_events"]
        assert [each.reasons for each in related] == reasons


def test_co_author_who_does_not_belong_to_it_keeps_it_without_its_name(hidden, sheet, people):
    CoAuthor.objects.create(practice=sheet.practice, user=people["stranger"])
    assert Choices(people["stranger"], sheet).groups == [(hidden.pk, "a hidden working group")]
    assert Choices(people["member"], sheet).groups == [(hidden.pk, NAME)]


@pytest.mark.parametrize(("who", "shown"), [("stranger", "a hidden working group"), ("member", NAME)])
def test_title_is_shown_to_members(hidden, people, who, shown):
    assert title_shown_to(people[who], hidden) == shown
    assert title_shown_to(people[who], None) == ""


def test_index_keeps_it_to_its_members(hidden, sheet):
    document = next(found for found in BY_TYPE["group"].documents() if found.title == NAME)
    assert document.audiences == (f"group:{hidden.translation_key}",)
    (practice,) = [found for found in BY_TYPE["practice"].documents() if found.title == "Public sheet"]
    assert NAME not in repr(practice)


def test_request_that_waited_when_it_was_hidden_is_still_answered(client_as, hidden):
    request = JoinRequestFactory(group=hidden)
    assert client_as("coordinator").get(f"/en/working-groups/requests/{request.pk}/").status_code == 200


def test_thread_about_a_public_page_does_not_name_it(client_as, hidden, people):
    page = StandardPageFactory()
    ThreadFactory(group=hidden, author=people["member"], about=page, title="Hidden words")
    assert "Hidden words" not in client_as("stranger").get(page.url).content.decode()


def test_administrators_look_after_it_where_nobody_coordinates(client_as, hidden):
    assert client_as("administrator").get(f"/en/working-groups/{hidden.pk}/members/").status_code == 200
    other = MembershipFactory(role=Role.COORDINATOR, user=UserFactory())
    assert other.group != hidden
