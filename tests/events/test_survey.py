"""The survey after an event: anonymous, once a person, told from three answers on."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from events.actions.attendance import check_in
from events.actions.survey import (
    AlreadyAnswered,
    add_question,
    answer_survey,
    copy_results_to_report,
    move_question,
    question_key,
    remove_question,
    switch_question,
    switch_survey,
)
from events.models import Survey, SurveyAnswer, SurveyQuestion, SurveyTurn
from events.surveys import SurveyResults, questions_of
from tests.factories import EventPageFactory, RegistrationFactory, UserFactory, translate

pytestmark = pytest.mark.django_db

ORDER = ("en", "fr", "de", "it", "nl", "es", "pt")


@pytest.fixture
def event(group):
    """Over since yesterday."""
    now = timezone.now()
    return EventPageFactory(
        title="Assembly", group=group, starts_at=now - timedelta(days=2), ends_at=now - timedelta(days=1)
    ).event


def answer(event, **answers):
    person = RegistrationFactory(event=event)
    answer_survey(registration=person, answers=answers)
    return person


def keys(event):
    return [question_key(question) for question in questions_of(event)]


# ---------------------------------------------------------------- answering


def test_five_questions_are_asked_until_somebody_changes_them(client, event):
    person = RegistrationFactory(event=event)
    page = client.get(f"/en/meetings/{event.pk}/survey/{person.secret}/").content.decode()
    assert keys(event) == ["overall", "useful", "language", "otherwise", "home"]
    for words in ("How good was the event", "How useful", "follow in your language", "otherwise", "take home"):
        assert words in page
    assert Survey.objects.count() == 0


def test_answers_say_nothing_of_who_gave_them(client, event):
    person = RegistrationFactory(event=event)
    path = f"/en/meetings/{event.pk}/survey/{person.secret}/"
    response = client.post(path, {"overall": "4", "language": "partly", "home": " A plan. ", "useful": ""}, follow=True)
    assert "Thank you for your answers" in response.content.decode()
    given = SurveyAnswer.objects.order_by("question__position").values_list("question__default", "value")
    assert list(given) == [("overall", "4"), ("language", "partly"), ("home", "A plan.")]
    assert {field.name for field in SurveyAnswer._meta.get_fields()} == {"id", "question", "value"}
    assert {field.name for field in SurveyTurn._meta.get_fields()} == {"registration"}
    assert SurveyTurn._meta.pk.name == "registration"


def test_everybody_answers_once(client, event):
    person = answer(event, overall="5")
    with pytest.raises(AlreadyAnswered):
        answer_survey(registration=person, answers={"overall": "1"})
    path = f"/en/meetings/{event.pk}/survey/{person.secret}/"
    assert "Thank you for your answers" in client.post(path, {"overall": "1"}).content.decode()
    assert list(SurveyAnswer.objects.values_list("value", flat=True)) == ["5"]


@pytest.mark.parametrize("data", [{}, {"home": "  "}, {"overall": "6"}, {"language": "maybe"}, {"home": "x" * 2001}])
def test_what_is_no_answer_is_refused_and_nobody_is_used_up(client, event, data):
    person = RegistrationFactory(event=event)
    response = client.post(f"/en/meetings/{event.pk}/survey/{person.secret}/", {"otherwise": "", **data})
    assert response.status_code == 422
    assert (SurveyAnswer.objects.count(), SurveyTurn.objects.count()) == (0, 0)


def test_nothing_that_was_typed_is_lost(client, event):
    person = RegistrationFactory(event=event)
    response = client.post(
        f"/en/meetings/{event.pk}/survey/{person.secret}/", {"overall": "9", "home": "A long thought"}
    )
    assert "A long thought" in response.content.decode()


@pytest.mark.parametrize(("overall", "refused"), [("0", True), ("1", False), ("5", False), ("yes", True)])
def test_action_takes_only_what_is_offered(event, overall, refused):
    person = RegistrationFactory(event=event)
    if refused:
        with pytest.raises(ValidationError):
            answer_survey(registration=person, answers={"overall": overall})
    else:
        answer_survey(registration=person, answers={"overall": overall})
    assert SurveyTurn.objects.count() == (not refused)


@pytest.mark.parametrize("case", ["not begun", "long ago", "cancelled", "off", "did not come", "not enrolled"])
def test_survey_is_closed_to(client, event, case):
    person = RegistrationFactory(event=event, status="cancelled" if case == "not enrolled" else "enrolled")
    if case == "not begun":
        event.starts_at, event.ends_at = datetime(2099, 1, 1, tzinfo=UTC), datetime(2099, 1, 2, tzinfo=UTC)
    if case == "long ago":
        event.starts_at, event.ends_at = datetime(2019, 1, 1, tzinfo=UTC), datetime(2019, 1, 2, tzinfo=UTC)
    if case == "cancelled":
        event.status = "cancelled"
    event.save()
    if case == "off":
        switch_survey(event=event, is_on=False)
    if case == "did not come":
        check_in(registration=RegistrationFactory(event=event), by=UserFactory())
    path = f"/en/meetings/{event.pk}/survey/{person.secret}/"
    assert client.get(path).status_code == 403
    assert client.post(path, {"overall": "5"}).status_code == 403
    person.refresh_from_db()
    with pytest.raises(PermissionDenied):
        answer_survey(registration=person, answers={"overall": "5"})
    assert SurveyAnswer.objects.count() == 0


def test_wrong_secret_opens_nothing(client, event):
    other = RegistrationFactory()
    assert client.get(f"/en/meetings/{event.pk}/survey/guessed/").status_code == 404
    assert client.get(f"/en/meetings/{event.pk}/survey/{other.secret}/").status_code == 404


@pytest.mark.parametrize(("is_enrolled", "status"), [(True, 200), (False, 403)])
def test_those_logged_in_need_no_secret(client_as, people, event, is_enrolled, status):
    if is_enrolled:
        RegistrationFactory(event=event, user=people["stranger"])
    assert client_as("stranger").get(f"/en/meetings/{event.pk}/survey/").status_code == status


def test_visitors_without_a_secret_log_in(client, event):
    path = f"/en/meetings/{event.pk}/survey/"
    assert client.get(path).url == f"/en/login/?next={path}"


# ---------------------------------------------------------------- what is asked


def test_coordinator_orders_the_questions(client_as, event):
    client, path = client_as("coordinator"), f"/en/meetings/{event.pk}/manage/after/survey/questions/"
    client.post(path, {"kind": "text", "label_fr": "Et l’hôtel ?", "label_en": "And the hotel?"})
    own = SurveyQuestion.objects.get(default="")
    assert own.label == {"fr": "Et l’hôtel ?", "en": "And the hotel?"}
    for key, action in ((f"own-{own.pk}", "up"), ("overall", "down"), ("home", "off"), ("overall", "up")):
        assert client.post(f"{path}{key}/", {"action": action}).status_code == 302
    assert keys(event) == ["overall", "useful", "language", "otherwise", f"own-{own.pk}", "home"]
    assert [question.is_on for question in questions_of(event)] == [True, True, True, True, True, False]
    client.post(f"{path}own-{own.pk}/", {"action": "remove"})
    assert keys(event) == ["overall", "useful", "language", "otherwise", "home"]


def test_question_is_read_in_the_readers_language(client, event):
    add_question(event=event, kind="scale", label={"fr": "Et l’hôtel ?"})
    person = RegistrationFactory(event=event)
    page = client.get(f"/en/meetings/{event.pk}/survey/{person.secret}/").content.decode()
    assert '<legend lang="fr">Et l’hôtel ?</legend>' in page


def test_question_needs_words(client_as, event):
    path = f"/en/meetings/{event.pk}/manage/after/survey/questions/"
    assert client_as("coordinator").post(path, {"kind": "text"}).status_code == 422
    with pytest.raises(ValidationError):
        add_question(event=event, kind="text", label={})


def test_usual_and_answered_questions_are_switched_off_instead_of_removed(event):
    own = add_question(event=event, kind="text", label={"en": "Well?"})
    answer(event, **{f"own-{own.pk}": "Well."})
    for key in ("overall", f"own-{own.pk}"):
        with pytest.raises(ValidationError):
            remove_question(event=event, key=key)
    switch_question(event=event, key="overall", is_on=False)
    with pytest.raises(ValidationError, match="one question"):
        answer(event, overall="5")


@pytest.mark.parametrize(("key", "action"), [("nothing", "up"), ("overall", "fly"), ("own-999", "remove")])
def test_what_cannot_be_done_to_questions_is_not_there(client_as, event, key, action):
    path = f"/en/meetings/{event.pk}/manage/after/survey/questions/{key}/"
    assert client_as("coordinator").post(path, {"action": action}).status_code == 404


def test_questions_do_not_leave_the_list_at_its_ends(event):
    move_question(event=event, key="overall", by=-1)
    move_question(event=event, key="home", by=1)
    assert keys(event) == ["overall", "useful", "language", "otherwise", "home"]


# ---------------------------------------------------------------- results

ADDRESSES = [
    "manage/after/",
    "manage/after/survey/",
    "manage/after/survey/results.csv",
    "manage/after/survey/questions/",
]


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
@pytest.mark.parametrize("address", ADDRESSES)
def test_screens_after_the_event_are_for_those_who_look_after_it(client_as, event, address, who, status):
    assert client_as(who).get(f"/en/meetings/{event.pk}/{address}").status_code == status


@pytest.mark.parametrize(("who", "status"), [("member", 403), ("stranger", 403), ("visitor", 302)])
@pytest.mark.parametrize("address", ["questions/overall/", "switch/", "questions/", "report/1/"])
def test_changing_the_survey_is_for_those_who_look_after_the_event(client_as, event, address, who, status):
    path = f"/en/meetings/{event.pk}/manage/after/survey/{address}"
    assert client_as(who).post(path, {"action": "off", "on": "0"}).status_code == status
    assert Survey.objects.count() == 0


def test_two_answers_are_shown_to_nobody(client_as, event):
    for _person in range(2):
        answer(event, overall="2", home="A secret thought")
    client = client_as("coordinator")
    page = client.get(f"/en/meetings/{event.pk}/manage/after/survey/").content.decode()
    assert "2 people have answered." in page
    assert "from 3 answers on" in page
    assert "A secret thought" not in page
    table = client.get(f"/en/meetings/{event.pk}/manage/after/survey/results.csv").content.decode("utf-8-sig")
    assert table.splitlines() == ["Question,Answer,Number"]


def test_three_answers_are_shown_question_by_question(client_as, event):
    answer(event, overall="5", home="Zebra", otherwise="Alone")
    answer(event, overall="4", home="apple")
    answer(event, overall="4", home="Mango", otherwise="Not quite")
    overall, _useful, _language, otherwise, home = SurveyResults(event, ORDER).results
    assert (overall.answers, overall.mean) == (3, "4.3")
    assert [(count.number, count.percent) for count in overall.counts] == [(0, 0), (0, 0), (0, 0), (2, 67), (1, 33)]
    assert home.texts == ["apple", "Mango", "Zebra"]
    assert (otherwise.is_shown, otherwise.texts) == (False, [])
    page = client_as("coordinator").get(f"/en/meetings/{event.pk}/manage/after/survey/").content.decode()
    assert "mean: 4.3" in page
    assert '<rect width="67" height="1">' in page
    assert "Too few have answered this question." in page
    assert "Alone" not in page


def test_results_as_a_table_hold_no_formulas(client_as, event):
    for text in ("=1+1", "@home", "plain"):
        answer(event, home=text)
    path = f"/en/meetings/{event.pk}/manage/after/survey/results.csv"
    response = client_as("coordinator").get(path)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.decode("utf-8-sig").splitlines() == [
        "Question,Answer,Number",
        "What will you take home?,'=1+1,1",
        "What will you take home?,'@home,1",
        "What will you take home?,plain,1",
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_results_query_count_is_constant(client_as, event, rows, django_assert_num_queries):
    for row in range(rows):
        add_question(event=event, kind="text", label={"en": f"Question {row}"})
    for _person in range(3):
        answer(event, overall="5")
    client, path = client_as("coordinator"), f"/en/meetings/{event.pk}/manage/after/survey/"
    client.get(path)
    with django_assert_num_queries(RESULT_QUERIES):
        client.get(path)


RESULT_QUERIES = 15


# ---------------------------------------------------------------- into the report


def test_figures_go_into_the_draft_of_the_report_and_replace_former_ones(people, event):
    page = translate(event.pages.get(), "fr", title="Assemblée")
    for _person in range(3):
        answer(event, overall="4", language="yes", home="Said in confidence")
    page.report = [("heading", "Avant")]
    page.save_revision()
    for _turn in range(2):
        copy_results_to_report(page=page, by=people["coordinator"])
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    assert [block.block_type for block in draft.report] == ["heading", "heading", "figures"]
    items = draft.report[2].value["items"]
    assert len(items) == 3
    assert str(items[0]["value"]) == "3"
    assert "Said in confidence" not in str(page.latest_revision.content)
    assert list(page.report) == []


def test_two_answers_go_into_no_report(people, event):
    page = event.pages.get()
    for _person in range(2):
        answer(event, overall="4")
    with pytest.raises(ValidationError):
        copy_results_to_report(page=page, by=people["coordinator"])


def test_coordinator_copies_the_figures_and_may_publish_them(client_as, event):
    page = event.pages.get()
    for _person in range(3):
        answer(event, overall="4")
    path = f"/en/meetings/{event.pk}/manage/after/survey/report/{page.pk}/"
    response = client_as("coordinator").post(path, follow=True)
    assert "The figures stand in the draft of the report of “Assembly”." in response.content.decode()
    page.refresh_from_db()
    page.latest_revision.publish()
    page.refresh_from_db()
    assert [block.block_type for block in page.report] == ["heading", "figures"]
    assert "4 of 5" in [item["value"] for item in page.report[1].value["items"]]


def test_report_of_another_event_is_not_there(client_as, event):
    other = EventPageFactory()
    path = f"/en/meetings/{event.pk}/manage/after/survey/report/{other.pk}/"
    assert client_as("coordinator").post(path).status_code == 404
