"""Calls to the network: whom they reach, what is gathered, and what comes of it."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from discussions.actions.calls import MOST_OPEN, end_call
from discussions.actions.posting import add_post
from discussions.actions.translating import mend_translation
from discussions.calls import answers_of
from discussions.models import Call, Thread
from notifications.digests import send_waiting_at_once
from notifications.models import Notice, OutgoingMail
from portal.asking.call_sheets import draft_sheet_of_call
from portal.asking.calls import tell_of_ending_calls, text_of_call
from portal.asking.notices import CallNotice
from practices.actions.writing import delete_draft
from practices.models import PracticeSheet
from search.engine import Ranking
from tests.factories import (
    CallFactory,
    CityFactory,
    ContactFactory,
    PracticeSheetFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
)
from tests.search.prepared_engine import hit_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(key="the-hague", names={"en": "The Hague"})


@pytest.fixture
def asker(people):
    people["member"].city = CityFactory(key="turin", names={"en": "Turin"})
    people["member"].save()
    return people["member"]


def written(**fields):
    """What the browser sends of a call that is filled in."""
    deadline = timezone.localdate() + timedelta(days=20)
    return {
        "title": "Who reads messages?",
        "problem": "Nobody does.",
        "tried": "",
        "wanted": "",
        "deadline": deadline.isoformat(),
        "languages": ["it", "en"],
        "language": "en",
        **fields,
    }


def kinds():
    return {notice.user.email.partition("@")[0]: notice.kind for notice in Notice.objects.select_related("user")}


# ---------------------------------------------------------------- who sees it


def test_call_is_for_the_whole_network(people, asker):
    call = CallFactory(asker=asker)
    seen = {who: Call.objects.visible_to(person or AnonymousUser()).count() for who, person in people.items()}
    assert seen == {"coordinator": 1, "member": 1, "stranger": 1, "administrator": 1, "visitor": 0}
    assert (call.thread.group, call.thread.visibility) == (None, "network")


def test_call_is_not_for_accounts_that_are_shut(asker):
    CallFactory(asker=asker)
    assert Call.objects.visible_to(UserFactory(is_active=False)).count() == 0


@pytest.mark.parametrize("path", ["", "new/", "{pk}/", "{pk}/end/", "{pk}/sheet/"])
def test_visitors_are_led_to_the_login(client_as, asker, path):
    call = CallFactory(asker=asker)
    response = client_as("visitor").get(f"/en/calls/{path.format(pk=call.pk)}")
    assert (response.status_code, response["Location"].partition("?")[0]) == (302, "/en/login/")


def test_call_that_was_merged_into_another_discussion_is_no_call_any_more(client_as, asker):
    call = CallFactory(asker=asker)
    Thread.objects.filter(pk=call.thread_id).update(merged_into=ThreadFactory())
    assert client_as("stranger").get(f"/en/calls/{call.pk}/").status_code == 404


# ---------------------------------------------------------------- whom it reaches


def test_people_of_the_cities_asked_are_told_so_and_all_others_of_the_call(people, asker, city):
    UserFactory(email="hague@example.org", city=city)
    UserFactory(email="shut@example.org", city=city, is_active=False)
    call = CallFactory(asker=asker, addressees={city: None})
    assert kinds() == {"hague": "call-city", "coordinator": "call", "stranger": "call", "administrator": "call"}
    assert {(notice.subject, notice.topic) for notice in Notice.objects.all()} == {
        (call.thread.posts.get().key, call.thread.topic)
    }


def test_contacts_are_asked_by_mail_where_nobody_of_the_city_has_an_account(asker, city):
    sheet = PracticeSheetFactory(city=city)
    ContactFactory(sheet=sheet, email="anna@example.org", languages=["en"])
    ContactFactory(sheet=PracticeSheetFactory(city=city), email="other@example.org")
    call = CallFactory(asker=asker, addressees={city: sheet.practice_id})
    assert [guest.email for guest in call.thread.guests.all()] == ["anna@example.org"]
    (letter,) = OutgoingMail.objects.filter(kind="guest-question")
    assert "yours in particular" in letter.text


def test_contacts_of_all_its_sheets_are_asked_where_no_sheet_suggested_the_city(asker, city, group):
    for visibility in ("public", "network", "group"):
        sheet = PracticeSheetFactory(city=city, visibility=visibility, group=group)
        ContactFactory(sheet=sheet, email=f"{visibility}@example.org")
    call = CallFactory(asker=asker, addressees={city: None})
    assert sorted(guest.email for guest in call.thread.guests.all()) == ["network@example.org", "public@example.org"]


def test_contacts_are_left_alone_where_the_city_has_people(asker, city):
    UserFactory(city=city)
    ContactFactory(sheet=PracticeSheetFactory(city=city))
    assert CallFactory(asker=asker, addressees={city: None}).thread.guests.count() == 0


def test_contact_of_a_city_without_people_who_has_an_account_is_told_on_the_portal(people, asker, city):
    ContactFactory(sheet=PracticeSheetFactory(city=city), email=people["stranger"].email)
    call = CallFactory(asker=asker, addressees={city: None})
    assert (kinds()["stranger"], call.thread.guests.count()) == ("call-city", 0)


def test_query_count_does_not_grow_with_the_people_told(asker, city):
    def queries(people_there):
        UserFactory.create_batch(people_there, city=city)
        UserFactory.create_batch(people_there)
        with CaptureQueriesContext(connection) as captured:
            CallFactory(asker=asker, addressees={city: None})
        return len(captured)

    assert queries(1) == queries(3)


def test_second_press_of_the_button_calls_once(asker):
    assert CallFactory(asker=asker, title="Same") == CallFactory(asker=asker, title="Same")


def test_nobody_has_more_than_three_open_calls(client_as, asker):
    calls = [CallFactory(asker=asker) for _number in range(MOST_OPEN)]
    with pytest.raises(PermissionDenied):
        CallFactory(asker=asker)
    assert client_as("member").get("/en/calls/new/").status_code == 403
    end_call(call=calls[0], by=asker, summary="Done.", language="en")
    assert client_as("member").get("/en/calls/new/").status_code == 200


def test_open_calls_are_named_to_who_has_too_many(client_as, asker):
    calls = [CallFactory(asker=asker) for _number in range(MOST_OPEN)]
    CallFactory(title="Zyxwabcd")
    response = client_as("member").get("/en/calls/new/")
    page = response.content.decode()
    assert (list(response.context["open_calls"]), response.context["form"], "Zyxwabcd" in page) == (calls, None, False)
    assert [f'href="/en/calls/{call.pk}/end/"' in page for call in calls] == [True] * MOST_OPEN


@pytest.mark.parametrize("step", ["choose", "add", "write", "send"])
def test_what_is_typed_is_not_lost_where_there_are_too_many_calls(client_as, asker, city, step):
    for _number in range(MOST_OPEN):
        CallFactory(asker=asker)
    response = client_as("member").post("/en/calls/new/", written(step=step, wanted="A visit.", city=[city.pk]))
    form = response.context["form"]
    assert (response.status_code, Call.objects.count()) == (403, MOST_OPEN)
    assert (form["wanted"].value(), form["languages"].value()) == ("A visit.", ["it", "en"])
    assert f'name="city" value="{city.pk}"' in response.content.decode()


def test_last_call_that_one_may_make_is_found_by_the_second_press_of_the_button(client_as, asker):
    for _number in range(MOST_OPEN - 1):
        CallFactory(asker=asker)
    answers = [client_as("member").post("/en/calls/new/", written(step="send")) for _press in range(2)]
    call = Call.objects.latest("pk")
    assert [answer["Location"] for answer in answers] == [f"/en/calls/{call.pk}/"] * 2


# ---------------------------------------------------------------- what letters and notices say of it


def letters_at_once(kind):
    send_waiting_at_once.func()
    return list(OutgoingMail.objects.filter(kind=kind).order_by("recipient"))


def test_letter_to_a_city_says_until_when_and_why_and_leads_to_the_call(asker, city):
    person = UserFactory(city=city, languages=["de"])
    sheet = PracticeSheetFactory(title="Lamps in parks", city=city)
    call = CallFactory(asker=asker, addressees={city: sheet.practice_id}, deadline=date(2026, 12, 23))
    (letter,) = letters_at_once("call-city")
    assert letter.recipient == person.email
    assert f"localhost:8000/de/calls/{call.pk}/" in letter.text
    assert "23. Dezember 2026" in letter.text
    assert "Lamps in parks" in letter.text


@pytest.mark.parametrize(("who", "named"), [("hague", True), ("other", False)])
def test_only_people_of_the_city_are_told_of_its_sheet(asker, city, group, who, named):
    people = {"hague": UserFactory(city=city), "other": UserFactory(city=CityFactory())}
    sheet = PracticeSheetFactory(title="Zyxwabcd", city=city)
    call = CallFactory(asker=asker, addressees={city: sheet.practice_id})
    subject = call.thread.posts.get().key
    note = CallNotice.read({subject}, people[who])[subject].note
    assert ("Zyxwabcd" in note, "Answers are wanted until" in note) == (named, True)
    PracticeSheet.objects.update(visibility="group", group=group)
    assert "Zyxwabcd" not in CallNotice.read({subject}, people[who])[subject].note


def test_notice_of_a_call_that_is_summed_up_asks_for_no_answers(people, asker):
    call = CallFactory(asker=asker)
    subject = call.thread.posts.get().key
    end_call(call=call, by=asker, summary="Done.", language="en")
    item = CallNotice.read({subject}, people["stranger"])[subject]
    assert (item.address, item.note) == (f"/en/calls/{call.pk}/", "")


def test_who_reads_the_call_on_its_page_needs_no_letter_of_it(client_as, people, asker, city):
    people["stranger"].city = city
    people["stranger"].save()
    call = CallFactory(asker=asker, addressees={city: None})
    Notice.objects.create(
        user=people["stranger"], kind="reply", subject="post:0", topic=call.thread.topic, at=timezone.now()
    )
    client_as("stranger").get(f"/en/calls/{call.pk}/")
    found = Notice.objects.filter(user=people["stranger"]).order_by("kind")
    assert [(notice.kind, notice.read_at is not None) for notice in found] == [("call-city", True), ("reply", False)]
    assert letters_at_once("call-city") == []


# ---------------------------------------------------------------- calling, in two steps


def test_parts_of_a_call_become_its_text_in_its_own_language():
    assert text_of_call(problem="P", tried="T", wanted="", language="en") == "P\n\n**What we have tried**\n\nT"
    assert text_of_call(problem="P", tried="", wanted="", language="fr") == "P"


def test_form_begins_with_the_words_of_the_address(client_as):
    form = client_as("member").get("/en/calls/new/?title=Who+knows").context["form"]
    assert form["title"].value() == "Who knows"
    long = client_as("member").get("/en/calls/new/", {"title": "word " * 40}).context["form"]
    assert (long["title"].value(), long["problem"].value()) == ("", "word " * 39 + "word")


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", " ", "Ask your question in one sentence."),
        ("problem", "\u200b", "Say what the problem is."),
        ("deadline", "yesterday", "Enter a valid date."),
        ("deadline", "2020-01-01", "This day must lie in the future."),
        ("deadline", "2999-01-01", "At most a year from now"),
        ("languages", [], "Choose at least one language."),
        ("language", "xx", "Select a valid choice."),
    ],
)
@pytest.mark.parametrize("step", ["choose", "send"])
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(client_as, field, value, message, step):
    response = client_as("member").post("/en/calls/new/", {**written(wanted="A visit."), field: value, "step": step})
    assert (response.status_code, Call.objects.count()) == (422, 0)
    page = response.content.decode()
    assert message in page
    assert "A visit." in page


def test_deadline_may_be_tomorrow_and_not_today(client_as):
    today = timezone.localdate()
    statuses = [
        client_as("member").post("/en/calls/new/", written(deadline=day.isoformat(), step="choose")).status_code
        for day in (today, today + timedelta(days=1))
    ]
    assert statuses == [422, 200]


@pytest.fixture
def found(prepared_engine, city, asker):
    """What the search finds: a sheet of the asker's own city, two of another."""
    own = PracticeSheetFactory(title="Own", city=asker.city)
    nearest = PracticeSheetFactory(title="Nearest", city=city)
    further = PracticeSheetFactory(title="Further", city=city)
    prepared_engine.ranking = Ranking(own=[hit_for(own), hit_for(nearest)], other=[hit_for(further)])
    return nearest


def test_cities_are_suggested_by_their_nearest_sheet_and_never_the_own_one(client_as, found, city, prepared_engine):
    response = client_as("member").post("/en/calls/new/", written(step="choose"))
    ((suggestion, is_chosen),) = response.context["offered"]
    assert (suggestion.city, suggestion.sheet, is_chosen) == (city, found, False)
    page = response.content.decode()
    assert "A <mark>passage</mark>" in page
    assert [request.filters["type"] for request in prepared_engine.requests] == [frozenset({"practice"})] * 2
    assert [request.text for request in prepared_engine.requests] == [
        "Who reads messages?",
        "Who reads messages? Nobody does.",
    ]


def test_signs_of_the_query_language_are_words_in_a_question(client_as, found, prepared_engine):
    client_as("member").post("/en/calls/new/", written(title="Messages -spam “now”", step="choose"))
    assert prepared_engine.requests[0].text == "Messages spam now"


def test_suggestions_are_sheets_that_the_asker_may_read(client_as, found, group):
    PracticeSheet.objects.update(visibility="group", group=None)
    assert client_as("member").post("/en/calls/new/", written(step="choose")).context["offered"] == []


def test_call_can_be_made_while_there_is_no_index(client_as, found, prepared_engine):
    prepared_engine.is_available = False
    response = client_as("member").post("/en/calls/new/", written(step="choose"))
    assert (response.status_code, response.context["offered"]) == (200, [])


def test_another_city_is_added_to_those_ticked(client_as, found, city):
    rome = CityFactory(key="rome")
    response = client_as("member").post("/en/calls/new/", written(step="add", another=rome.pk, city=[city.pk]))
    assert [(each.city, is_chosen) for each, is_chosen in response.context["offered"]] == [(city, True), (rome, True)]
    assert Call.objects.count() == 0


@pytest.mark.parametrize("another", ["", "0", "9" * 30, "abc"])
def test_city_that_is_none_is_not_added(client_as, found, another):
    response = client_as("member").post("/en/calls/new/", written(step="add", another=another))
    assert (response.status_code, len(response.context["offered"])) == (200 if not another else 422, 1)


def test_way_back_to_the_question_keeps_words_and_cities(client_as, found, city):
    response = client_as("member").post("/en/calls/new/", written(step="write", wanted="A visit.", city=[city.pk]))
    form = response.context["form"]
    assert (form["wanted"].value(), form["languages"].value()) == ("A visit.", ["it", "en"])
    assert f'name="city" value="{city.pk}"' in response.content.decode()


def test_sending_opens_the_call(client_as, found, city, asker):
    rome = CityFactory(key="rome")
    sent = written(step="send", wanted="A visit.", city=[city.pk, rome.pk, asker.city_id, "x"])
    response = client_as("member").post("/en/calls/new/", {**sent, f"practice_{city.pk}": found.practice_id})
    call = Call.objects.get()
    assert response["Location"] == f"/en/calls/{call.pk}/"
    assert (call.thread.title, call.languages, call.deadline) == (
        "Who reads messages?",
        ["it", "en"],
        timezone.localdate() + timedelta(days=20),
    )
    assert call.thread.posts.get().source == "Nobody does.\n\n**What would help us**\n\nA visit."
    assert [(one.city, one.practice_number) for one in call.addressees.order_by("city__key")] == [
        (rome, None),
        (city, found.practice_id),
    ]


def test_sheet_that_the_browser_names_must_be_of_the_city_and_readable(client_as, found, city):
    hidden_group = WorkingGroupFactory()
    foreign = PracticeSheetFactory()
    secret = PracticeSheetFactory(city=city, visibility="group", group=hidden_group)
    for number in (foreign.practice_id, secret.practice_id, "9" * 18):
        sent = written(title=f"Call {number}", step="send", city=[city.pk])
        client_as("member").post("/en/calls/new/", {**sent, f"practice_{city.pk}": number})
    assert [one.practice_number for call in Call.objects.all() for one in call.addressees.all()] == [None] * 3


# ---------------------------------------------------------------- answers


def answer(call, *, city=None, text="We did.", **fields):
    return add_post(thread=call.thread, author=UserFactory(city=city), text=text, language="nl", **fields)


def test_answers_are_gathered_by_city(asker, city):
    rome, paris = CityFactory(key="rome"), CityFactory(key="paris")
    call = CallFactory(asker=asker, addressees={city: None, rome: None})
    first, other, nobody = answer(call, city=city), answer(call, city=paris), answer(call)
    again = answer(call, city=city)
    add_post(thread=call.thread, author=asker, text="Thank you.", language="it")
    answer(call, city=asker.city, text="A colleague of the asker.")
    found = answers_of(call)
    assert [(each.city, each.posts, each.is_asked) for each in found.answered] == [
        (city, [first, again], True),
        (paris, [other], False),
        (None, [nobody], False),
    ]
    assert [addressee.city for addressee in found.waiting] == [rome]
    assert found.question.source == "A **problem**."


@pytest.mark.parametrize("field", ["hidden_at", "withdrawn_at"])
def test_hidden_and_withdrawn_answers_are_not_gathered(client_as, asker, city, field):
    call = CallFactory(asker=asker, addressees={city: None})
    post = answer(call, city=city, text="Not for you.")
    setattr(post, field, timezone.now())
    post.save()
    assert (answers_of(call).answered, len(answers_of(call).waiting)) == ([], 1)
    assert "Not for you." not in client_as("stranger").get(f"/en/calls/{call.pk}/").content.decode()
    assert Call.objects.with_answer_count().get().answer_count == 0


def test_list_counts_the_cities_that_answered_besides_the_own_one(asker, city):
    call = CallFactory(asker=asker)
    for where in (city, city, asker.city, None, CityFactory()):
        answer(call, city=where)
    assert Call.objects.with_answer_count().get().answer_count == 2


def test_page_shows_the_question_and_the_answers(client_as, asker, city):
    call = CallFactory(asker=asker, addressees={city: None, CityFactory(names={"en": "Rome"}): None})
    answer(call, city=city, text="We **did**.")
    page = client_as("stranger").get(f"/en/calls/{call.pk}/").content.decode()
    assert "A <strong>problem</strong>." in page
    assert "We <strong>did</strong>." in page
    assert "Rome" in page


def test_list_has_open_calls_first_and_those_that_end_soonest(client_as, people):
    def made(title, days, **changes):
        call = CallFactory(title=title, deadline=timezone.localdate() + timedelta(days=days))
        Call.objects.filter(pk=call.pk).update(**changes)

    now = timezone.now()
    made("ended long ago", 5, ended_at=now - timedelta(days=9))
    made("late", 30)
    made("ended lately", 5, ended_at=now)
    made("soon", 2)
    listed = client_as("stranger").get("/en/calls/").context["paged"]
    assert [call.thread.title for call in listed] == ["soon", "late", "ended lately", "ended long ago"]


def test_list_can_be_narrowed_to_calls_that_ask_the_own_city(client_as, people, city):
    people["stranger"].city = city
    people["stranger"].save()
    asking, _other = CallFactory(addressees={city: None}), CallFactory()
    response = client_as("stranger").get("/en/calls/?asked")
    assert list(response.context["paged"]) == [asking]
    assert client_as("stranger").get("/en/calls/").context["asked_own"] == {asking.pk}


@pytest.mark.parametrize("rows", [1, 3])
def test_query_counts_are_constant(client_as, people, city, rows, django_assert_num_queries):
    for _row in range(rows):
        call = CallFactory(addressees={city: None, CityFactory(): None})
        for _answer in range(rows):
            answer(call, city=CityFactory())
    client = client_as("stranger")
    client.get("/en/calls/")
    with django_assert_num_queries(QUERIES_OF_THE_LIST):
        client.get("/en/calls/")
    with django_assert_num_queries(QUERIES_OF_THE_PAGE):
        client.get(f"/en/calls/{call.pk}/")


def test_translated_title_stands_below_the_original(client_as, asker, people):
    call = CallFactory(asker=asker, title="Saluti", language="it")
    mend_translation(post=call.thread.posts.get(), language="en", text="Hi", title="Greetings", by=people["member"])
    pages = [client_as("member").get(page).content.decode() for page in ("/en/calls/", f"/en/calls/{call.pk}/", "/en/")]
    # The home page has it among the calls, and among the discussions.
    assert [page.count("Translated: Greetings") for page in pages] == [1, 1, 2]


QUERIES_OF_THE_LIST = 10
QUERIES_OF_THE_PAGE = 19


def test_thread_of_a_call_leads_to_it(client_as, asker):
    call = CallFactory(asker=asker)
    assert (
        f'href="/en/calls/{call.pk}/"'
        in client_as("stranger").get(f"/en/discussions/{call.thread_id}/").content.decode()
    )


def test_thread_of_a_call_is_neither_moved_nor_merged(client_as, asker, group):
    call, thread = CallFactory(asker=asker), ThreadFactory(group=None)
    pages = [client_as("coordinator").get(f"/en/discussions/{pk}/").content for pk in (call.thread_id, thread.pk)]
    offered = [
        [f"/{pk}/{act}/".encode() in page for act in ("move", "merge", "split")]
        for page, pk in zip(pages, (call.thread_id, thread.pk), strict=True)
    ]
    assert offered == [[False, False, True], [True, True, True]]
    other = ThreadFactory(group=None)
    assert client_as("coordinator").get(f"/en/discussions/{thread.pk}/merge/").context["offered"] == [other]


# ---------------------------------------------------------------- what comes of it


@pytest.mark.parametrize(
    ("who", "status", "ended"),
    [("stranger", 403, False), ("member", 302, True), ("coordinator", 302, True), ("administrator", 302, True)],
)
def test_ending_is_for_who_called_and_for_coordinators(client_as, asker, who, status, ended):
    call = CallFactory(asker=asker)
    response = client_as(who).post(f"/en/calls/{call.pk}/end/", {"summary": "We **learnt**.", "language": "it"})
    call.refresh_from_db()
    assert (response.status_code, not call.is_open) == (status, ended)


def test_summary_stands_above_the_answers_and_in_the_discussion(client_as, asker):
    call = CallFactory(asker=asker)
    client_as("member").post(f"/en/calls/{call.pk}/end/", {"summary": "We **learnt**.", "language": "it"})
    page = client_as("stranger").get(f"/en/calls/{call.pk}/").content.decode()
    assert '<div class="prose" lang="it"><p>We <strong>learnt</strong>.</p>' in page
    assert [post.source for post in call.thread.posts.all()] == [
        "A **problem**.",
        "**Che cosa è emerso da questo appello**\n\nWe **learnt**.",
    ]


def test_call_is_ended_once(client_as, asker):
    call = CallFactory(asker=asker)
    end_call(call=call, by=asker, summary="First.", language="en")
    with pytest.raises(PermissionDenied):
        end_call(call=call, by=asker, summary="Second.", language="en")
    client_as("member").post(f"/en/calls/{call.pk}/end/", {"summary": "Third.", "language": "en"})
    call.refresh_from_db()
    assert (call.summary, call.thread.posts.count()) == ("First.", 2)


def test_late_answers_are_taken(asker, city):
    call = CallFactory(asker=asker)
    end_call(call=call, by=asker, summary="Done.", language="en")
    late = answer(call, city=city)
    assert [each.posts for each in answers_of(call).answered] == [[late]]


def test_empty_summary_is_asked_for_again(client_as, asker):
    call = CallFactory(asker=asker)
    response = client_as("member").post(f"/en/calls/{call.pk}/end/", {"summary": " ", "language": "en"})
    assert response.status_code == 422


# ---------------------------------------------------------------- a draft sheet


def test_draft_of_an_answer_belongs_to_who_answered(client_as, asker, city):
    call = CallFactory(asker=asker, language="nl")
    first = answer(call, city=city, text="We did *this*.")
    answer(call, city=city, text="And that.")
    response = client_as("member").post(f"/en/calls/{call.pk}/sheet/", {"city": city.pk, "title": "This and that"})
    sheet = PracticeSheet.objects.get().get_latest_revision_as_object()
    assert response["Location"] == f"/en/calls/{call.pk}/"
    assert (sheet.owner, sheet.city, sheet.language, sheet.live) == (first.author, city, "nl", False)
    assert (sheet.title, sheet.problem, sheet.solution) == (
        "This and that",
        "A **problem**.",
        "We did *this*.\n\nAnd that.",
    )
    assert call.thread.title in sheet.members_note
    assert [letter.recipient for letter in OutgoingMail.objects.filter(kind="call-sheet-drafted")] == [
        first.author.email
    ]


def test_draft_of_a_guests_answer_belongs_to_who_makes_it(asker, city):
    from tests.factories import ThreadGuestFactory

    call = CallFactory(asker=asker)
    guest = ThreadGuestFactory(thread=call.thread, city=city)
    add_post(thread=call.thread, author=None, guest=guest, text="We did.", language="fr")
    sheet, _is_new = draft_sheet_of_call(call=call, city=city, title="Mine", by=asker)
    assert (sheet.owner, sheet.language, sheet.problem) == (asker, "fr", "")
    assert OutgoingMail.objects.filter(kind="call-sheet-drafted").count() == 0


def test_own_city_gets_a_draft_of_what_came_of_the_call(client_as, asker):
    call = CallFactory(asker=asker)
    assert client_as("member").get(f"/en/calls/{call.pk}/sheet/").status_code == 403
    end_call(call=call, by=asker, summary="We learnt.", language="fr")
    client_as("member").post(f"/en/calls/{call.pk}/sheet/", {"city": asker.city_id, "title": "Learnt"})
    sheet = PracticeSheet.objects.get().get_latest_revision_as_object()
    assert (sheet.owner, sheet.city, sheet.language, sheet.solution) == (asker, asker.city, "fr", "We learnt.")


@pytest.mark.parametrize(("who", "cities"), [("member", ["a", "b"]), ("coordinator", ["a", "b"]), ("own", ["a"]), ("stranger", None)])  # fmt: skip
def test_drafts_are_made_by_who_looks_after_the_call_and_by_the_city_itself(client_as, people, asker, who, cities):
    city, other = CityFactory(names={"en": "a"}), CityFactory(names={"en": "b"})
    people["own"] = UserFactory(city=city)
    call = CallFactory(asker=asker)
    answer(call, city=city)
    answer(call, city=other)
    response = client_as(who).get(f"/en/calls/{call.pk}/sheet/")
    assert response.status_code == (200 if cities else 403)
    if cities:
        assert [label for _key, label in response.context["form"].fields["city"].choices] == cities


def test_draft_of_a_city_that_did_not_answer_is_refused(client_as, asker, city):
    call = CallFactory(asker=asker)
    answer(call, city=city)
    response = client_as("member").post(f"/en/calls/{call.pk}/sheet/", {"city": CityFactory().pk, "title": "No"})
    assert (response.status_code, PracticeSheet.objects.count()) == (422, 0)


def test_second_draft_of_a_city_is_the_first_one(client_as, asker, city):
    call = CallFactory(asker=asker)
    answer(call, city=city)
    for title in ("First", "Second"):
        client_as("member").post(f"/en/calls/{call.pk}/sheet/", {"city": city.pk, "title": title})
    assert [sheet.title for sheet in PracticeSheet.objects.all()] == ["First"]
    assert OutgoingMail.objects.filter(kind="call-sheet-drafted").count() == 1


def test_second_draft_leads_whoever_may_write_it_there(client_as, people, asker):
    call = CallFactory(asker=asker)
    call = end_call(call=call, by=asker, summary="We learnt.", language="en")
    sheet, _is_new = draft_sheet_of_call(call=call, city=asker.city, title="Learnt", by=asker)
    response = client_as("member").post(f"/en/calls/{call.pk}/sheet/", {"city": asker.city_id, "title": "Again"})
    assert response["Location"] == reverse("practices:write", args=[sheet.pk])


def test_draft_that_was_thrown_away_can_be_begun_again(asker, city):
    call = CallFactory(asker=asker)
    answer(call, city=city)
    sheet, _is_new = draft_sheet_of_call(call=call, city=city, title="First", by=asker)
    delete_draft(sheet=sheet, user=sheet.owner)
    assert draft_sheet_of_call(call=call, city=city, title="Second", by=asker)[1] is True


@pytest.mark.parametrize(
    ("who", "seen"),
    [("owner", [True, True]), ("member", [False, True]), ("coordinator", [True, True]), ("stranger", [False, False])],
)
@pytest.mark.parametrize("path", ["", "sheet/"])
def test_draft_that_was_begun_is_named_to_those_who_may_see_it(client_as, people, asker, city, who, seen, path):
    call = CallFactory(asker=asker)
    people["owner"] = answer(call, city=city).author
    sheet, _is_new = draft_sheet_of_call(call=call, city=city, title="Zyxwabcd", by=asker)
    page = client_as(who).get(f"/en/calls/{call.pk}/{path}").content.decode()
    assert [f'href="{reverse("practices:write", args=[sheet.pk])}"' in page, "(draft)" in page] == seen
    assert ("Zyxwabcd" in page) is seen[0]


# ---------------------------------------------------------------- by the clock


def aged(call, *, days_old=30, **changes):
    Thread.objects.filter(pk=call.thread_id).update(created_at=timezone.now() - timedelta(days=days_old))
    Call.objects.filter(pk=call.pk).update(**changes)
    return call


def sent(kind):
    return sorted(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


@pytest.mark.parametrize(("days", "told"), [(5, []), (4, ["hague@example.org"]), (0, ["hague@example.org"]), (-1, [])])
def test_cities_that_have_not_answered_are_reminded_once_before_the_end(asker, city, days, told):
    UserFactory(email="hague@example.org", city=city)
    answered = CityFactory()
    call = CallFactory(asker=asker, addressees={city: None, answered: None})
    answer(call, city=answered)
    aged(call, deadline=timezone.localdate() + timedelta(days=days))
    for _minute in range(2):
        tell_of_ending_calls()
    assert sent("call-reminder") == told


def test_nobody_is_reminded_of_a_call_that_is_new(asker, city):
    UserFactory(city=city)
    call = CallFactory(asker=asker, addressees={city: None})
    aged(call, days_old=1, deadline=timezone.localdate() + timedelta(days=2))
    tell_of_ending_calls()
    assert sent("call-reminder") == []


@pytest.mark.parametrize(("days", "is_asked"), [(0, False), (-1, True)])
def test_asker_is_asked_once_what_came_of_it(asker, days, is_asked):
    call = aged(CallFactory(asker=asker), deadline=timezone.localdate() + timedelta(days=days))
    for _minute in range(2):
        tell_of_ending_calls()
    assert sent("call-to-sum-up") == ([asker.email] if is_asked else [])
    assert f"/calls/{call.pk}/" in "".join(letter.text for letter in OutgoingMail.objects.all()) or not is_asked


def test_ended_calls_are_left_alone(asker, city):
    UserFactory(city=city)
    call = CallFactory(asker=asker, addressees={city: None})
    end_call(call=call, by=asker, summary="Done.", language="en")
    for days in (2, -2):
        aged(call, deadline=timezone.localdate() + timedelta(days=days))
        assert tell_of_ending_calls() == 0


# ---------------------------------------------------------------- the way there


def test_search_in_vain_leads_to_a_call(client_as, prepared_engine):
    page = client_as("stranger").get("/en/search/?q=nothing+at+all").content.decode()
    assert "/en/calls/new/?title=nothing%20at%20all" in page
    assert "/en/calls/new/" not in client_as("visitor").get("/en/search/?q=nothing+at+all").content.decode()


def test_sheet_behind_a_city_is_named_to_those_who_may_read_it(client_as, people, asker, city, group):
    secret = PracticeSheetFactory(title="Zyxwabcd", city=city, group=group, visibility="group")
    call = CallFactory(asker=asker, addressees={city: secret.practice_id})
    seen = {who: "Zyxwabcd" in client_as(who).get(f"/en/calls/{call.pk}/").content.decode() for who in ("member", "stranger", "administrator")}  # fmt: skip
    assert seen == {"member": True, "stranger": False, "administrator": False}


def test_contacts_of_a_sheet_for_a_group_are_not_written_to(asker, city, group):
    secret = PracticeSheetFactory(city=city, group=group, visibility="group")
    ContactFactory(sheet=secret)
    assert CallFactory(asker=asker, addressees={city: secret.practice_id}).thread.guests.count() == 0


@pytest.mark.parametrize(("who", "count"), [("visitor", 0), ("stranger", 3)])
def test_home_shows_members_the_calls_that_end_soonest(client_as, who, count):
    for days in (9, 5, 7, 3):
        CallFactory(title=f"In {days} days", deadline=timezone.localdate() + timedelta(days=days))
    page = client_as(who).get("/en/")
    assert [call.thread.title for call in page.context["open_calls"]] == ["In 3 days", "In 5 days", "In 7 days"][:count]
    assert ("Calls to the network" in page.content.decode()) is (count > 0)


@pytest.mark.parametrize(("has_city", "asker_in_words"), [(True, "Ada Rossi (Turin)"), (False, "Ada Rossi")])
def test_letters_name_the_asker_with_the_city_if_there_is_one(city, has_city, asker_in_words):
    turin = CityFactory(names={"en": "Turin"}) if has_city else None
    asker = UserFactory(first_name="Ada", last_name="Rossi", city=turin)
    other = CityFactory()
    UserFactory(city=city, languages=["en"])
    ContactFactory(sheet=PracticeSheetFactory(city=other), languages=["en"])
    call = CallFactory(asker=asker, addressees={city: None, other: None})
    aged(call, deadline=timezone.localdate() + timedelta(days=1))
    tell_of_ending_calls()
    letters = OutgoingMail.objects.filter(kind__in=["call-reminder", "guest-question"])
    assert [f"{asker_in_words} asks the" in letter.text for letter in letters] == [True, True]
