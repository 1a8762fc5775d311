"""The page on which each member begins: what waits, what is new, and what is one's own."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from discussions.actions.posting import add_post
from discussions.models import AnswerOffer, Call, CallAddressee, Mention, Post, Thread
from groups.actions import set_membership
from groups.enums import Role
from groups.models import Invitation
from members.accounts import confirm_address
from notifications.models import Notice
from notifications.notices import _KINDS, Item, NoticeKind
from notifications.topics import _READERS, Topic, topic_reader
from practices.actions.reviewing import send_back, submit_sheet
from practices.models import Practice
from tests.conftest import StrictClient
from tests.factories import (
    CityFactory,
    EventPageFactory,
    JoinRequestFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.practices.complete import complete_sheet

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TODAY = timezone.localdate()


@pytest.fixture
def city():
    return CityFactory(key="turin", names={"en": "Turin", "it": "Torino"}, country="IT", language="it")


@pytest.fixture
def member(people, city):
    people["member"].city = city
    people["member"].save()
    return people["member"]


def my(client):
    response = client.get("/en/my/")
    assert response.status_code == 200
    return response.context["my"]


def waiting(client):
    return [(task.kind.value, task.title) for task, _group in my(client).tasks]


def test_member_begins_on_the_own_page_after_the_login(client):
    user = UserFactory()
    user.set_password("a long enough one")
    user.save()
    confirm_address(user)
    response = client.post("/en/login/", {"login": user.email, "password": "a long enough one"})
    assert response["Location"] == "/en/my/"


def test_visitor_is_led_to_the_login(client):
    assert client.get("/en/my/")["Location"] == "/en/login/?next=/en/my/"


def test_page_of_somebody_new_says_what_belongs_there(client_as):
    page = BeautifulSoup(client_as("stranger").get("/en/my/").content, "html.parser")
    assert [text.get_text(" ", strip=True) for text in page.select(".empty")] == [
        "Nobody waits for you. Questions to you and to your city, and what your sheets and events need, will stand here.",
        "You have read everything.",
        "Here will be the practice sheets that you write. You have none yet.",
        "You are registered for no event that is to come. What is coming",
        "You belong to no working group yet. Working groups",
    ]


# ---------------------------------------------------------------- asked of the city


def test_question_to_the_city_waits_for_its_people_until_one_of_them_writes(group, city, member, client_as, people):
    thread = ThreadFactory(group=group, title="Which lamps?", addressed_to=city)
    ThreadFactory(group=group, title="Not for Turin", addressed_to=CityFactory())
    assert waiting(client_as("member")) == [("question", "Which lamps?")]
    assert waiting(client_as("coordinator")) == []
    add_post(thread=thread, author=people["coordinator"], text="I do not know.", language="en")
    assert waiting(client_as("member")) == [("question", "Which lamps?")]
    add_post(thread=thread, author=UserFactory(city=city), text="Warm ones.", language="en")
    assert waiting(client_as("member")) == []


def test_question_in_a_group_waits_for_nobody_who_may_not_see_it(group, city):
    outsider = UserFactory(city=city)
    ThreadFactory(group=group, addressed_to=city)
    ThreadFactory(group=None, addressed_to=city, title="For all")
    client = StrictClient()
    client.force_login(outsider)
    assert waiting(client) == [("question", "For all")]


def call_of(author, city, deadline, title="Night buses"):
    thread = ThreadFactory(group=None, author=author, title=title)
    call = Call.objects.create(thread=thread, deadline=deadline, languages=["en"])
    CallAddressee.objects.create(call=call, city=city)
    return call


def test_call_waits_for_the_cities_that_it_names_until_its_last_day(city, member, client_as):
    call = call_of(UserFactory(), city, TODAY)
    call_of(UserFactory(), city, TODAY - timedelta(days=1), "Over")
    call_of(UserFactory(), CityFactory(), TODAY, "Of others")
    assert waiting(client_as("member")) == [("call", "Night buses")]
    assert [task.due for task, _group in my(client_as("member")).tasks] == [TODAY]
    add_post(thread=call.thread, author=member, text="We have some.", language="en")
    assert waiting(client_as("member")) == []


def test_call_that_is_over_waits_for_the_words_of_whoever_made_it(city, member, client_as):
    call = call_of(member, CityFactory(), TODAY - timedelta(days=1))
    assert waiting(client_as("member")) == [("ended-call", "Night buses")]
    Call.objects.filter(pk=call.pk).update(ended_at=NOW)
    assert waiting(client_as("member")) == []


# ---------------------------------------------------------------- asked of the person


def named_in(thread, user, **post):
    post = add_post(thread=thread, author=thread.author, text="Ada may know.", language="en", **post)
    Mention.objects.create(post=post, user=user)
    return post


def test_post_that_names_somebody_waits_until_he_or_she_writes(group, member, client_as):
    thread = ThreadFactory(group=group, title="Lamps")
    named_in(thread, member)
    named_in(thread, member)
    assert waiting(client_as("member")) == [("mention", "Lamps")]
    add_post(thread=thread, author=member, text="Warm ones.", language="en")
    assert waiting(client_as("member")) == []


@pytest.mark.parametrize(
    "fields", [{"hidden_at": NOW}, {"withdrawn_at": NOW}, {"created_at": NOW - timedelta(days=91)}]
)
def test_post_that_does_not_stand_or_is_old_waits_for_nobody(group, member, client_as, fields):
    post = named_in(ThreadFactory(group=group), member)
    Post.objects.filter(pk=post.pk).update(**fields)
    assert waiting(client_as("member")) == []


def test_question_that_also_names_the_person_waits_once(group, city, member, client_as):
    named_in(ThreadFactory(group=group, title="Lamps", addressed_to=city), member)
    assert waiting(client_as("member")) == [("question", "Lamps")]


def test_answer_that_shall_stand_on_a_sheet_waits_for_its_author(group, member, people, client_as):
    post = add_post(thread=ThreadFactory(group=group), author=member, text="Warm ones.", language="en")
    AnswerOffer.objects.create(post=post, question="Which lamps?", answer="Warm ones.", asked_by=people["coordinator"])
    assert waiting(client_as("member")) == [("offer", "Which lamps?")]
    assert waiting(client_as("coordinator")) == []
    AnswerOffer.objects.update(status="given")
    assert waiting(client_as("member")) == []


def test_invitation_waits_for_whoever_has_its_address(member, people, client_as):
    group = WorkingGroupFactory(title="Quiet matters", openness="hidden")
    fields = {
        "group": group,
        "language": "en",
        "expires_at": NOW + timedelta(days=5),
        "invited_by": people["coordinator"],
    }
    Invitation.objects.create(email=member.email.upper(), **fields)
    Invitation.objects.create(email="somebody.else@example.com", **fields)
    assert waiting(client_as("member")) == [("invitation", "Quiet matters")]
    assert waiting(client_as("stranger")) == []
    Invitation.objects.update(expires_at=NOW)
    assert waiting(client_as("member")) == []


def test_place_that_is_kept_waits_until_its_moment(member, client_as):
    page = EventPageFactory(title="Assembly", starts_at=NOW + timedelta(days=9), ends_at=NOW + timedelta(days=10))
    registration = RegistrationFactory(
        event=page.event, user=member, status="offered", offer_until=NOW + timedelta(days=1)
    )
    assert waiting(client_as("member")) == [("place", "Assembly")]
    type(registration).objects.update(offer_until=NOW - timedelta(minutes=1))
    assert waiting(client_as("member")) == []


# ---------------------------------------------------------------- what is new


@pytest.fixture
def spoken(monkeypatch):
    """A kind of notices of this module's own, and the topics that it belongs to."""
    known = {
        "word:1": Item(title="Ada in Lamps", address="/en/1/", text="Warm ones."),
        "word:2": Item(title="Bea in Lamps", address="/en/2/"),
        "word:3": Item(title="Cem in Lamps", address="/en/3/", text=f"{'Long words. ' * 14}**What would help us**"),
    }

    class Spoken(NoticeKind):
        kind = "spoken"
        label = "Words"
        reason = "Because."

        @classmethod
        def read(cls, subjects, user):
            return {subject: known[subject] for subject in subjects if subject in known}

    @topic_reader("table")
    def tables(keys, request):
        return {key: Topic(f"table:{key}", f"Table {key}", f"/en/table/{key}/") for key in keys if key != "3"}

    yield
    del _KINDS["spoken"], _READERS["table"]


def notice(user, subject, topic, **fields):
    return Notice.objects.create(user=user, kind="spoken", subject=subject, topic=topic, **{"at": NOW, **fields})


@pytest.mark.usefixtures("spoken")
def test_unread_notices_are_shown_by_topic_and_only_one_s_own(member, people, client_as):
    notice(member, "word:1", "table:1", at=NOW - timedelta(hours=1))
    notice(member, "word:2", "table:1")
    notice(member, "word:9", "table:2")
    notice(people["coordinator"], "word:1", "table:1")
    found = my(client_as("member")).news
    assert [(news.topic.title, news.number, [item.title for item in news.items]) for news in found] == [
        ("Table 1", 2, ["Bea in Lamps", "Ada in Lamps"])
    ]


@pytest.mark.usefixtures("spoken")
def test_notice_that_was_read_is_not_new(member, client_as):
    notice(member, "word:1", "table:1", read_at=NOW)
    assert my(client_as("member")).news == []


@pytest.mark.usefixtures("spoken")
def test_item_of_a_topic_that_is_gone_stands_for_itself(member, client_as):
    notice(member, "word:1", "table:3")
    page = BeautifulSoup(client_as("member").get("/en/my/").content, "html.parser")
    assert [link.get_text() for link in page.select(".news a")] == ["Ada in Lamps"]


@pytest.mark.usefixtures("spoken")
def test_text_is_shown_without_the_marks_of_markdown(member, client_as):
    notice(member, "word:3", "table:1")
    page = BeautifulSoup(client_as("member").get("/en/my/").content, "html.parser")
    assert page.select_one(".news__text").get_text() == f"{'Long words. ' * 14}What would …"


# ---------------------------------------------------------------- sheets, events, groups


def test_sheet_sent_back_waits_for_its_author(group, member, people, client_as):
    sheet = complete_sheet(author=member, group=group, title="Mended lights")
    review = submit_sheet(sheet=sheet, user=member)
    assert waiting(client_as("member")) == []
    send_back(review=review, reviewer=people["coordinator"], remarks=[("", "Say more.")])
    assert waiting(client_as("member")) == [("remarks", "Mended lights")]


def test_yearly_question_waits_for_the_authors_while_it_can_be_answered(member, client_as):
    sheet = PracticeSheetFactory(title="Mended lights", owner=member)
    translate(sheet, "fr", owner=member)
    practice = Practice.objects.filter(pk=sheet.practice_id)
    assert waiting(client_as("member")) == []
    practice.update(verification_asked_on=TODAY - timedelta(days=90))
    ((task, _group),) = my(client_as("member")).tasks
    assert (task.kind.value, task.title) == ("true", "Mended lights")
    assert client_as("member").get(task.address).status_code == 200
    practice.update(verified_on=TODAY)
    assert waiting(client_as("member")) == []
    practice.update(verified_on=None, verification_asked_on=TODAY - timedelta(days=91))
    assert waiting(client_as("member")) == []


def test_own_sheets_events_and_groups_are_shown_and_nobody_else_s(group, member, people, client_as):
    PracticeSheetFactory(title="Mine", owner=member)
    PracticeSheetFactory(title="Not mine", owner=people["coordinator"])
    later = {"starts_at": NOW + timedelta(days=9), "ends_at": NOW + timedelta(days=10)}
    RegistrationFactory(event=EventPageFactory(title="To come", **later).event, user=member)
    RegistrationFactory(event=EventPageFactory(title="Cancelled", **later).event, user=member, status="cancelled")
    RegistrationFactory(event=EventPageFactory(title="Past").event, user=member)
    asked = JoinRequestFactory(user=member)
    JoinRequestFactory(user=people["coordinator"])
    found = my(client_as("member"))
    assert [own.sheet.title for own in found.sheets] == ["Mine"]
    assert [page.title for _registration, page in found.events] == ["To come"]
    assert [(shown.title, role) for shown, role in found.memberships] == [("Innovation & Security", "member")]
    assert [each for each, _group in found.requests] == [asked]


def test_coordinator_is_led_to_the_queue_and_a_member_is_not(group, client_as):
    late = JoinRequestFactory(group=group)
    type(late).objects.update(due_at=NOW - timedelta(days=2))
    texts = {}
    for who in ("coordinator", "member"):
        page = BeautifulSoup(client_as(who).get("/en/my/").content, "html.parser")
        texts[who] = [found.get_text(" ", strip=True) for found in page.select(".queue-call")]
    assert texts == {"coordinator": ["1 thing waits in your queue, 1 of them is late . Open the queue"], "member": []}


def test_menu_names_the_queue_to_coordinators_alone(client_as):
    menus = {}
    for who in ("member", "coordinator", "administrator"):
        page = BeautifulSoup(client_as(who).get("/en/my/").content, "html.parser")
        menus[who] = [link["href"] for link in page.select(".account-menu a")]
    assert menus == {
        "member": ["/en/my/", "/en/mail/inbox/", "/en/discussions/", "/en/profile/"],
        "coordinator": ["/en/my/", "/en/mail/inbox/", "/en/discussions/", "/en/queue/", "/en/profile/", "/cms/"],
        "administrator": ["/en/my/", "/en/mail/inbox/", "/en/discussions/", "/en/queue/", "/en/profile/", "/cms/"],
    }


def test_number_of_queries_does_not_grow_with_what_is_shown(group, city, member, client_as, people):
    client = client_as("member")
    numbers = []
    for _round in range(3):
        ThreadFactory(group=group, addressed_to=city)
        named_in(ThreadFactory(group=group), member)
        call_of(UserFactory(), city, TODAY)
        post = add_post(thread=ThreadFactory(group=group), author=member, text="Warm ones.", language="en")
        AnswerOffer.objects.create(post=post, question="Which?", answer="Warm.", asked_by=people["coordinator"])
        sheet = PracticeSheetFactory(owner=member)
        sheet.save_revision()
        Practice.objects.filter(pk=sheet.practice_id).update(verification_asked_on=TODAY)
        later = {"starts_at": NOW + timedelta(days=9), "ends_at": NOW + timedelta(days=10)}
        for fields in ({"status": "enrolled"}, {"status": "offered", "offer_until": NOW + timedelta(days=1)}):
            RegistrationFactory(event=EventPageFactory(**later).event, user=member, **fields)
        JoinRequestFactory(user=member, group=group)
        client.get("/en/my/")
        with CaptureQueriesContext(connection) as queries:
            tasks = my(client).tasks
        numbers.append((len(queries), len(tasks) // 6))
    assert numbers == [(numbers[0][0], rows) for rows in (1, 2, 3)]


def test_thread_of_a_hidden_post_is_not_forgotten(group, city, member, client_as):
    """What was hidden is no answer."""
    thread = ThreadFactory(group=group, title="Which lamps?", addressed_to=city)
    answer = add_post(thread=thread, author=UserFactory(city=city), text="Warm ones.", language="en")
    Post.objects.filter(pk=answer.pk).update(hidden_at=NOW)
    assert waiting(client_as("member")) == [("question", "Which lamps?")]
    Thread.objects.filter(pk=thread.pk).update(is_closed=True)
    assert waiting(client_as("member")) == []


def test_member_who_left_the_group_is_asked_nothing_there(group, city, member, client_as):
    ThreadFactory(group=group, addressed_to=city)
    named_in(ThreadFactory(group=group), member)
    set_membership(group=group, user=UserFactory(), role=Role.MEMBER)
    member.memberships.all().delete()
    assert waiting(client_as("member")) == []
