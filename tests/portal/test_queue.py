"""The one queue: what waits for whom, in which order, and where each is settled."""

from datetime import UTC, datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discussions.actions.posting import add_post
from discussions.models import Poll, Post, Thread
from groups.actions import set_membership
from groups.enums import Openness, Role
from notifications.models import MailTrouble
from practices.actions.reviewing import submit_sheet
from practices.models import CoAuthor, Practice, PracticeSheet
from tests.factories import (
    AdoptionFactory,
    CityFactory,
    EventPageFactory,
    JoinRequestFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    ReportFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.practices.complete import complete_sheet

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate()


def shown(client, query=""):
    """Kind and title of each task, in the order of the page."""
    response = client.get(f"/en/queue/{query}")
    assert response.status_code == 200
    return [(task.kind.value, task.title) for task, _group in response.context["rows"]]


def elsewhere():
    """A coordinator of another group."""
    person = UserFactory(email="elsewhere@example.com")
    set_membership(group=WorkingGroupFactory(title="Elsewhere"), user=person, role=Role.COORDINATOR)
    return person


@pytest.fixture
def readers(people, client_as, client):
    """What each reader's queue shows; None for whoever has none."""
    people["elsewhere"] = elsewhere()

    def look():
        found = {}
        for who in ("visitor", "stranger", "member", "elsewhere", "coordinator", "administrator"):
            response = client_as(who).get("/en/queue/")
            rows = response.context["rows"] if response.status_code == 200 else None
            found[who] = None if rows is None else [(task.kind.value, task.title) for task, _group in rows]
        return found

    return look


def for_coordinator_and_administrator(task):
    nobody = {"visitor": None, "stranger": None, "member": None, "elsewhere": []}
    return {**nobody, "coordinator": [task], "administrator": [task]}


def for_coordinator(task):
    """Of what only members of the group may see: administrators are none."""
    return for_coordinator_and_administrator(task) | {"administrator": []}


# ---------------------------------------------------------------- what waits for whom


def test_request_to_join_waits_for_the_group_s_coordinators(group, readers):
    JoinRequestFactory(group=group, first_name="Grace", last_name="Hopper")
    JoinRequestFactory(group=group, status="unconfirmed")
    JoinRequestFactory(group=group, status="accepted")
    assert readers() == for_coordinator_and_administrator(("request", "Grace Hopper"))


def test_submitted_sheet_waits_for_the_group_s_coordinators(group, people, readers):
    sheet = complete_sheet(author=people["member"], group=group, title="Mended lights")
    submit_sheet(sheet=sheet, user=people["member"])
    assert readers() == for_coordinator_and_administrator(("sheet", "Mended lights"))


def test_sheet_waits_for_another_coordinator_than_the_one_who_wrote_it(group, people, client_as):
    second = UserFactory()
    set_membership(group=group, user=second, role=Role.COORDINATOR)
    people["second"] = second
    sheet = complete_sheet(author=people["member"], group=group, title="Mended lights")
    CoAuthor.objects.create(practice=sheet.practice, user=people["coordinator"])
    submit_sheet(sheet=sheet, user=people["member"])
    found = {who: shown(client_as(who)) for who in ("coordinator", "second")}
    assert found == {"coordinator": [], "second": [("sheet", "Mended lights")]}


def test_only_coordinator_decides_on_an_own_sheet(group, people, client_as):
    sheet = complete_sheet(author=people["coordinator"], group=group, title="Mended lights")
    submit_sheet(sheet=sheet, user=people["coordinator"])
    assert shown(client_as("coordinator")) == [("sheet", "Mended lights")]


def test_declared_adoption_waits_for_the_reviewers_of_the_sheet(group, readers):
    sheet = PracticeSheetFactory(title="Mended lights", group=group)
    AdoptionFactory(practice=sheet.practice)
    AdoptionFactory(practice=sheet.practice, status="confirmed")
    assert readers() == for_coordinator_and_administrator(("adoption", "Mended lights"))


def test_report_waits_for_those_who_look_after_the_thread(group, readers):
    ReportFactory(post=ThreadFactory(group=group, title="Cameras").posts.get())
    decided = ReportFactory(post=ThreadFactory(group=group).posts.get())
    type(decided).objects.filter(pk=decided.pk).update(decided_at=NOW, decision="kept")
    assert readers() == for_coordinator(("report", "Cameras"))


def test_appeal_waits_for_another_than_who_decided(group, people, client_as):
    people["second"] = UserFactory()
    set_membership(group=group, user=people["second"], role=Role.COORDINATOR)
    ReportFactory(
        post=ThreadFactory(group=group, title="Cameras").posts.get(),
        decision="hidden",
        decided_at=NOW,
        decided_by=people["coordinator"],
        appealed_at=NOW,
    )
    found = {who: shown(client_as(who)) for who in ("coordinator", "second")}
    assert found == {"coordinator": [], "second": [("appeal", "Cameras")]}


def test_event_whose_registrations_wait_is_one_task(group, people, client_as, readers):
    page = EventPageFactory(
        title="Assembly",
        group=group,
        needs_approval=True,
        starts_at=NOW + timedelta(days=9),
        ends_at=NOW + timedelta(days=10),
    )
    for status in ("requested", "requested", "enrolled"):
        RegistrationFactory(event=page.event, status=status)
    assert readers() == for_coordinator_and_administrator(("registration", "Assembly"))
    ((task, _group),) = client_as("coordinator").get("/en/queue/").context["rows"]
    assert task.facts == ("2 people ask to take part",)
    assert task.address == f"/en/meetings/{page.event.pk}/manage/people/?status=requested"


def test_registrations_for_an_event_that_is_over_wait_no_longer(group, client_as):
    page = EventPageFactory(group=group, starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
    RegistrationFactory(event=page.event, status="requested")
    assert shown(client_as("coordinator")) == []


def asked(group, days=10, **fields):
    thread = ThreadFactory(**{"group": group, "title": "Who knows?", **fields})
    Thread.objects.filter(pk=thread.pk).update(created_at=NOW - timedelta(days=days))
    return thread


def test_question_without_an_answer_waits_for_those_who_look_after_it(group, readers):
    asked(group)
    assert readers() == for_coordinator(("unanswered", "Who knows?"))


def test_question_to_the_whole_network_waits_for_all_coordinators(readers):
    asked(None)
    question = [("unanswered", "Who knows?")]
    nobody = {"visitor": None, "stranger": None, "member": None}
    assert readers() == {**nobody, "elsewhere": question, "coordinator": question, "administrator": question}


def _answer(thread, people):
    add_post(thread=thread, author=people["member"], text="I do.", language="en")


def _answer_and_hide(thread, people):
    _answer(thread, people)
    Post.objects.filter(author=people["member"]).update(hidden_at=NOW)


SETTLED = [
    ("answered", _answer, False),
    ("answered by what was hidden", _answer_and_hide, True),
    ("answered by its author alone", lambda thread, people: add_post(thread=thread, author=thread.author, text="Hello?", language="en"), True),
    ("closed", lambda thread, people: Thread.objects.filter(pk=thread.pk).update(is_closed=True), False),
    ("solved", lambda thread, people: Thread.objects.filter(pk=thread.pk).update(answer=thread.posts.get()), False),
    ("merged", lambda thread, people: Thread.objects.filter(pk=thread.pk).update(merged_into=ThreadFactory(group=thread.group)), False),
    ("a poll", lambda thread, people: Poll.objects.create(thread=thread, question={"en": "Which?"}), False),
    ("by a coordinator", lambda thread, people: Thread.objects.filter(pk=thread.pk).update(author=people["coordinator"]), False),
    ("asked yesterday", lambda thread, people: Thread.objects.filter(pk=thread.pk).update(created_at=NOW - timedelta(days=1)), False),
    ("asked two years ago", lambda thread, people: Thread.objects.filter(pk=thread.pk).update(created_at=NOW - timedelta(days=730)), False),
]  # fmt: skip


@pytest.mark.parametrize(("change", "waits"), [case[1:] for case in SETTLED], ids=[case[0] for case in SETTLED])
def test_question_waits_until_it_is_settled(group, people, client_as, change, waits):
    change(asked(group), people)
    expected = [("unanswered", "Who knows?")] if waits else []
    assert [task for task in shown(client_as("coordinator")) if task[1] == "Who knows?"] == expected


def stale(group, **practice):
    sheet = PracticeSheetFactory(title="Mended lights", group=group)
    PracticeSheet.objects.filter(pk=sheet.pk).update(first_published_at=NOW - timedelta(days=500))
    fields = {"verification_asked_on": TODAY - timedelta(days=40), **practice}
    Practice.objects.filter(pk=sheet.practice_id).update(**fields)
    return sheet


def test_sheet_that_its_authors_did_not_confirm_waits_once_whatever_its_languages(group, readers):
    translate(stale(group), "fr", first_published_at=NOW - timedelta(days=500))
    assert readers() == for_coordinator_and_administrator(("stale", "Mended lights"))


@pytest.mark.parametrize(
    "practice",
    [
        {"verified_on": TODAY},
        {"verification_asked_on": None},
        {"verification_asked_on": TODAY - timedelta(days=20)},
        {"verification_reminder_due_on": TODAY},
    ],
    ids=["confirmed", "not asked", "asked lately", "not reminded"],
)
def test_sheet_whose_authors_may_still_answer_does_not_wait(group, client_as, practice):
    stale(group, **practice)
    assert shown(client_as("coordinator")) == []


def test_address_that_takes_no_mail_waits_for_administrators(people, readers):
    for email, stopped_at in (("MEMBER@example.com", NOW), ("stranger@example.com", None), ("gone@example.com", NOW)):
        MailTrouble.objects.create(email=email, last_at=NOW, stopped_at=stopped_at, last_reason="550 No such user")
    waiting = [("address", str(people["member"]))]
    empty = {"visitor": None, "stranger": None, "member": None, "elsewhere": [], "coordinator": []}
    assert readers() == {**empty, "administrator": waiting}


def test_suspended_coordinator_has_no_queue(group, people, client_as):
    client = client_as("coordinator")
    people["coordinator"].is_active = False
    people["coordinator"].save()
    assert client.get("/en/queue/").status_code == 302


def test_queue_tells_a_member_whose_it_is(client_as):
    response = client_as("member").get("/en/queue/")
    assert response.status_code == 403
    assert "The queue is for the coordinators of the working groups." in response.content.decode()


# ---------------------------------------------------------------- order, narrowing, words


@pytest.fixture
def three(group):
    """A late request, a question and another request, the oldest last."""
    late = JoinRequestFactory(group=group, first_name="Late", last_name="One")
    type(late).objects.filter(pk=late.pk).update(created_at=NOW - timedelta(days=5), due_at=NOW - timedelta(days=2))
    new = JoinRequestFactory(group=group, first_name="New", last_name="One")
    type(new).objects.filter(pk=new.pk).update(due_at=NOW + timedelta(days=7))
    asked(group, days=20)


@pytest.mark.usefixtures("three")
def test_oldest_comes_first(client_as):
    assert [title for _kind, title in shown(client_as("coordinator"))] == ["Who knows?", "Late One", "New One"]


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("?kind=request", ["Late One", "New One"]),
        ("?late=1", ["Late One"]),
        ("?kind=stale", []),
        ("?kind=nonsense", ["Who knows?", "Late One", "New One"]),
        ("?group=nonsense", ["Who knows?", "Late One", "New One"]),
        ("?page=nonsense", ["Who knows?", "Late One", "New One"]),
    ],
)
def test_queue_is_narrowed_as_the_address_asks(client_as, query, titles):
    assert [title for _kind, title in shown(client_as("coordinator"), query)] == titles


@pytest.mark.usefixtures("three")
def test_tabs_count_what_they_lead_to(client_as):
    client = client_as("coordinator")
    page = BeautifulSoup(client.get("/en/queue/").content, "html.parser")
    tabs = {link.get_text(" ", strip=True): link["href"] for link in page.select(".drawer-tabs a")}
    assert list(tabs) == ["Everything 3", "Late 1", "Requests to join 2", "Questions without an answer 1"]
    for label, address in tabs.items():
        assert len(shown(client, address.removeprefix("/en/queue/"))) == int(label.rsplit(" ", 1)[1])


def test_queue_of_several_groups_is_narrowed_to_one(group, people, client_as):
    other = WorkingGroupFactory(title="Night life")
    set_membership(group=other, user=people["coordinator"], role=Role.COORDINATOR)
    JoinRequestFactory(group=group, first_name="Ours", last_name="")
    JoinRequestFactory(group=translate(other, "fr", title="Vie nocturne"), first_name="Theirs", last_name="")
    client = client_as("coordinator")
    page = BeautifulSoup(client.get("/en/queue/").content, "html.parser")
    links = {link.get_text(strip=True): link["href"] for link in page.select(".queue-groups a")}
    assert list(links) == ["All", "Innovation & Security(1)", "Night life(1)"]
    assert shown(client, links["Night life(1)"].removeprefix("/en/queue/")) == [("request", "Theirs")]


def test_each_task_says_since_when_it_waits_and_what_was_promised(group, client_as):
    made = JoinRequestFactory(group=group, message="We have *mended* lights.\nMay we come?", language="it")
    type(made).objects.filter(pk=made.pk).update(
        created_at=datetime(2020, 3, 1, 12, tzinfo=UTC), due_at=datetime(2020, 3, 8, 12, tzinfo=UTC)
    )
    page = BeautifulSoup(client_as("coordinator").get("/en/queue/").content, "html.parser")
    task = page.select_one(".task")
    assert task.select_one(".task__kind").get_text(strip=True) == "Requests to join ·Innovation & Security"
    assert task.select_one(".task__quote").get_text() == "We have *mended* lights. May we come?"
    assert task.select_one(".task__quote")["lang"] == "it"
    assert (
        task.select(".task__facts")[1].get_text()
        == "Late: an answer was due by 8 March 2020 · waits since 1 March 2020"
    )


def test_hidden_group_is_not_named_to_an_administrator_who_is_no_member(client_as):
    hidden = WorkingGroupFactory(title="Quiet matters", openness=Openness.HIDDEN)
    JoinRequestFactory(group=hidden, first_name="Grace", last_name="")
    response = client_as("administrator").get("/en/queue/")
    assert "Quiet matters" not in response.content.decode()


def test_long_queue_comes_in_pages(group, client_as):
    JoinRequestFactory.create_batch(31, group=group)
    client = client_as("coordinator")
    assert (len(shown(client)), len(shown(client, "?page=2"))) == (30, 1)


def _one_of_each(group, people, number):
    city = CityFactory()
    JoinRequestFactory(group=group, city=city)
    submit_sheet(
        sheet=complete_sheet(author=people["member"], group=group, title=f"Sheet {number}"), user=people["member"]
    )
    AdoptionFactory(practice=PracticeSheetFactory(group=group).practice)
    ReportFactory(post=ThreadFactory(group=group).posts.get())
    asked(group)
    stale(group)
    page = EventPageFactory(group=group, starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=10))
    RegistrationFactory(event=page.event, status="requested")


def test_number_of_queries_does_not_grow_with_the_queue(group, people, client_as):
    client = client_as("coordinator")
    numbers = []
    for number, rows in ((1, 7), (2, 14), (3, 21)):
        _one_of_each(group, people, number)
        client.get("/en/queue/")
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(client.get("/en/queue/").context["rows"]) == rows
        numbers.append(len(queries))
    assert numbers == [numbers[0]] * 3
