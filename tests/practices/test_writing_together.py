"""Two people on one sheet, and sessions that end while somebody writes."""

import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from wagtail.models import Revision

from common.kept_forms import MOST_CHARACTERS
from members.accounts import confirm_address
from practices.actions.writing import begin_sheet
from practices.models import CoAuthor, PracticeSheet
from tests.conftest import StrictClient
from tests.factories import CityFactory, ConceptFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Requests leave their language behind, and addresses are made in it."""
    with translation.override("en"):
        yield


AUTOSAVE = {"X-Portal-Autosave": "1"}
ROW = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def writers():
    return [UserFactory(first_name=name, last_name="Writer") for name in ("Ada", "Bo")]


@pytest.fixture
def sheet(writers):
    sheet = begin_sheet(user=writers[0], title="Street lights", language="en", city=CityFactory(), group=None)
    CoAuthor.objects.create(practice=sheet.practice, user=writers[1])
    return sheet


@pytest.fixture
def clients(writers):
    clients = []
    for writer in writers:
        client = StrictClient()
        client.force_login(writer)
        clients.append(client)
    return clients


def address(sheet, tab="intervention"):
    return reverse("practices:write", args=[sheet.pk, tab])


def draft_of(sheet):
    return PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision_as_object()


def open_page(client, sheet, tab="intervention"):
    """What a browser holds of the page of the form."""
    response = client.get(address(sheet, tab))
    form = response.context["form"]
    held = {"token": response.context["token"]}
    for bound in form.fields:
        value = bound.value()
        held[bound.html_name] = [getattr(one, "pk", one) for one in value] if isinstance(value, list) else value or ""
    for rows in form.row_sets.values():
        held |= {bound.html_name: bound.value() or 0 for bound in rows.management_form}
        for row in rows.forms:
            held |= {bound.html_name: bound.value() or "" for bound in row if bound.name != "DELETE"}
    return held


# ---------------------------------------------------------------- field by field


def test_different_fields_are_merged_and_that_is_said(clients, sheet):
    one, two = clients
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "solution": "By Ada"})
    response = two.post(address(sheet), {**page_two, "equity": "By Bo"}, follow=True)
    draft = draft_of(sheet)
    assert (draft.solution, draft.equity) == ("By Ada", "By Bo")
    assert "Merged with changes by Ada Writer: What is done." in [
        str(message) for message in response.context["messages"]
    ]


def test_same_change_by_both_is_no_conflict(clients, sheet):
    one, two = clients
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "solution": "Same\r\nwords"})
    assert two.post(address(sheet), {**page_two, "solution": "Same\nwords "}).status_code == 302


@pytest.mark.parametrize(
    ("name", "first", "second", "stored"),
    [
        ("solution", "By Ada", "By Bo", lambda draft: draft.solution),
        ("solution", "By Ada", "", lambda draft: draft.solution),
        ("prevention_level", "situational", "community", lambda draft: draft.prevention_level),
        ("title", "Lamps", "Lanterns", lambda draft: draft.title),
    ],
)
def test_two_changes_of_one_field_are_shown_beside_each_other_before_anything_is_saved(
    clients, sheet, name, first, second, stored
):
    tab = "basics" if name == "title" else "intervention"
    one, two = clients
    two.post(
        address(sheet, tab),
        {**open_page(two, sheet, tab), name: "developmental" if name == "prevention_level" else "Before"},
    )
    page_one, page_two = open_page(one, sheet, tab), open_page(two, sheet, tab)
    one.post(address(sheet, tab), {**page_one, name: first})
    kept = stored(draft_of(sheet))
    revisions = list(Revision.objects.values_list("pk", "created_at"))
    mine = {**page_two, name: second}
    other = "summary" if tab == "basics" else "mechanism"
    response = two.post(address(sheet, tab), {**mine, other: "Also by Bo"})
    assert response.status_code == 409
    [entry] = response.context["conflicts"]
    assert (entry.name, entry.theirs_by, entry.bound.value()) == (name, "Ada Writer", second)
    assert (stored(draft_of(sheet)), getattr(draft_of(sheet), other)) == (kept, "")
    assert list(Revision.objects.values_list("pk", "created_at")) == revisions
    again = {**mine, other: "Also by Bo", "token": response.context["token"]}
    assert two.post(address(sheet, tab), again).status_code == 302
    assert (stored(draft_of(sheet)), getattr(draft_of(sheet), other)) == (second, "Also by Bo")


def test_third_change_while_one_decides_is_a_conflict_again(clients, sheet):
    one, two = clients
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "solution": "By Ada"})
    refused = two.post(address(sheet), {**page_two, "solution": "By Bo"})
    one.post(address(sheet), {**open_page(one, sheet), "solution": "By Ada, better"})
    again = two.post(address(sheet), {**page_two, "solution": "By Bo", "token": refused.context["token"]})
    assert (again.status_code, draft_of(sheet).solution) == (409, "By Ada, better")
    assert again.context["conflicts"][0].theirs == "By Ada, better"


def test_what_was_merged_stays_theirs_while_one_goes_on_writing(clients, sheet):
    """The page still shows the text of before; saving it again must not bring that back."""
    one, two = clients
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "solution": "By Ada"})
    for text in ("By B", "By Bo"):
        answer = two.post(address(sheet), {**page_two, "equity": text}, headers=AUTOSAVE)
        assert answer.status_code == 200
        page_two["token"] = answer.json()["token"]
    draft = draft_of(sheet)
    assert (draft.solution, draft.equity) == ("By Ada", "By Bo")
    late = two.post(address(sheet), {**page_two, "solution": "By Bo after all"}, headers=AUTOSAVE)
    assert (late.status_code, draft_of(sheet).solution) == (409, "By Ada")


def test_change_on_another_page_of_the_form_is_kept(clients, sheet):
    one, two = clients
    page = open_page(two, sheet)
    one.post(address(sheet, "impact"), {**open_page(one, sheet, "impact"), "impact": "By Ada"})
    two.post(address(sheet), {**page, "solution": "By Bo"})
    assert (draft_of(sheet).impact, draft_of(sheet).solution) == ("By Ada", "By Bo")


def test_rows_of_one_kind_count_as_one_field(clients, sheet):
    one, two = clients
    rows = {"objectives-TOTAL_FORMS": 1, "objectives-0-key": ROW, "objectives-0-text": "First"}
    one.post(address(sheet), {**open_page(one, sheet), **rows})
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "objectives-0-text": "By Ada"})
    assert two.post(address(sheet), {**page_two, "solution": "By Bo"}).status_code == 302
    assert [row.text for row in draft_of(sheet).objectives.all()] == ["By Ada"]
    added = {"objectives-TOTAL_FORMS": 2, "objectives-1-key": str(uuid.uuid4()), "objectives-1-text": "By Bo"}
    response = two.post(address(sheet), {**page_two, **added})
    assert response.status_code == 409
    assert (response.context["conflicts"][0].name, response.context["conflicts"][0].theirs) == ("objectives", "By Ada")
    two.post(address(sheet), {**page_two, **added, "token": response.context["token"]})
    assert [row.text for row in draft_of(sheet).objectives.all()] == ["First", "By Bo"]


def test_concepts_chosen_by_both_are_a_conflict_and_by_one_are_merged(clients, sheet):
    one, two = clients
    groups = [ConceptFactory(scheme="target-group") for _concept in range(2)]
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "target_groups": [groups[0].pk]})
    assert two.post(address(sheet), {**page_two, "solution": "By Bo"}).status_code == 302
    assert two.post(address(sheet), {**page_two, "target_groups": [groups[1].pk]}).status_code == 409
    assert list(draft_of(sheet).target_groups.all()) == [groups[0]]


def test_tags_are_merged_like_other_fields(clients, sheet):
    one, two = clients
    page_one, page_two = open_page(one, sheet, "basics"), open_page(two, sheet, "basics")
    one.post(address(sheet, "basics"), {**page_one, "tags": "lighting, repairs"})
    assert two.post(address(sheet, "basics"), {**page_two, "place": "Harbour"}).status_code == 302
    assert sorted(tag.name for tag in draft_of(sheet).tags.all()) == ["lighting", "repairs"]
    assert two.post(address(sheet, "basics"), {**page_two, "tags": "lamps"}).status_code == 409


def test_merged_fields_may_not_contradict_each_other(clients, sheet):
    one, two = clients
    tab = "implementation"
    page_one, page_two = open_page(one, sheet, tab), open_page(two, sheet, tab)
    one.post(address(sheet, tab), {**page_one, "personal_data": "no"})
    response = two.post(address(sheet, tab), {**page_two, "retention_months": "6"})
    assert response.status_code == 422
    assert [id_ for id_, _label, _message in response.context["form"].problems] == ["id_retention_months"]
    assert draft_of(sheet).retention_months is None


@pytest.mark.parametrize("token", ["", "forged", "other sheet"])
def test_form_without_a_token_of_its_own_overwrites_nothing_unasked(clients, writers, sheet, token):
    one, two = clients
    one.post(address(sheet), {**open_page(one, sheet), "solution": "By Ada"})
    page = open_page(two, sheet)
    if token == "other sheet":
        other = begin_sheet(user=writers[1], title="Other", language="en", city=CityFactory(), group=None)
        token = open_page(two, other)["token"]
    assert two.post(address(sheet), {**page, "token": token}).status_code == 302
    response = two.post(address(sheet), {**page, "token": token, "solution": "By Bo"})
    assert (response.status_code, draft_of(sheet).solution) == (409, "By Ada")


def test_change_in_ones_own_other_window_is_said_to_be_ones_own(clients, sheet):
    one, _two = clients
    first, second = open_page(one, sheet), open_page(one, sheet)
    one.post(address(sheet), {**first, "solution": "In one window"})
    response = one.post(address(sheet), {**second, "solution": "In another"})
    assert response.context["conflicts"][0].theirs_by == "you, in another window"


def test_person_without_a_name_is_not_named_by_an_address(clients, writers, sheet):
    writers[0].first_name = writers[0].last_name = ""
    writers[0].save()
    one, two = clients
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "solution": "By Ada"})
    response = two.post(address(sheet), {**page_two, "solution": "By Bo"})
    assert response.context["conflicts"][0].theirs_by == "another author"
    assert writers[0].email not in response.content.decode()


def test_conflict_is_ascribed_to_whoever_changed_that_field(clients, writers, sheet):
    one, two = clients
    third = UserFactory(first_name="Cy", last_name="Writer")
    CoAuthor.objects.create(practice=sheet.practice, user=third)
    client = StrictClient()
    client.force_login(third)
    page = open_page(two, sheet)
    one.post(address(sheet), {**open_page(one, sheet), "solution": "By Ada"})
    client.post(address(sheet), {**open_page(client, sheet), "equity": "By Cy"})
    response = two.post(address(sheet), {**page, "solution": "By Bo", "equity": "By Bo"})
    assert {entry.name: entry.theirs_by for entry in response.context["conflicts"]} == {
        "solution": "Ada Writer",
        "equity": "Cy Writer",
    }


def test_autosave_says_that_there_is_a_conflict(clients, sheet):
    one, two = clients
    page_one, page_two = open_page(one, sheet), open_page(two, sheet)
    one.post(address(sheet), {**page_one, "solution": "By Ada"})
    response = two.post(address(sheet), {**page_two, "solution": "By Bo"}, headers=AUTOSAVE)
    assert (response.status_code, [error["id"] for error in response.json()["errors"]]) == (409, ["id_solution"])


# ---------------------------------------------------------------- logged out meanwhile


def log_in_through_the_form(client, response, user):
    """As a browser does after it was sent to the login page."""
    page = client.get(response.headers["Location"])
    assert "What you typed is kept" in page.content.decode()
    data = {
        "login": user.email,
        "password": "correct horse battery",
        "next": page.context["redirect_field_value"],
        "csrfmiddlewaretoken": client.cookies["csrftoken"].value,
    }
    return client.post(response.headers["Location"], data)


@pytest.fixture
def browser(writers):
    """A browser whose requests need the token against forgery, as real ones do."""
    for writer in writers:
        writer.set_password("correct horse battery")
        writer.save()
        confirm_address(writer)
    client = Client(enforce_csrf_checks=True)
    client.force_login(writers[0])
    return client


def end_session_and_send(browser, sheet, **typed):
    page = open_page(browser, sheet)
    token = browser.cookies["csrftoken"].value
    del browser.cookies["sessionid"]
    return browser.post(address(sheet), {**page, "csrfmiddlewaretoken": token, **typed})


def test_text_sent_after_the_session_ended_is_there_after_the_login(browser, writers, sheet):
    rows = {"objectives-TOTAL_FORMS": 1, "objectives-0-key": ROW, "objectives-0-text": "Mend them"}
    response = end_session_and_send(browser, sheet, solution="Long text", **rows)
    assert response.headers["Location"] == f"/en/login/?next={address(sheet)}"
    after = log_in_through_the_form(browser, response, writers[0])
    assert after.headers["Location"] == address(sheet)
    page = browser.get(address(sheet))
    form = page.context["form"]
    assert (page.status_code, form.fields["solution"].value()) == (200, "Long text")
    assert form.row_sets["objectives"].forms[0]["text"].value() == "Mend them"
    assert "it is not saved yet" in page.content.decode()
    assert draft_of(sheet).solution == ""
    held = {**open_bound(page), "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post(address(sheet), held).status_code == 302
    assert draft_of(sheet).solution == "Long text"
    assert browser.get(address(sheet)).context["was_kept"] is False


def open_bound(response):
    form = response.context["form"]
    return {
        **{name: value for name, value in form.data.items() if name != "csrfmiddlewaretoken"},
        "token": response.context["token"],
    }


def test_kept_text_still_meets_what_others_wrote_meanwhile(browser, clients, writers, sheet):
    response = end_session_and_send(browser, sheet, solution="By Ada")
    clients[1].post(address(sheet), {**open_page(clients[1], sheet), "solution": "By Bo"})
    log_in_through_the_form(browser, response, writers[0])
    page = browser.get(address(sheet))
    held = {**open_bound(page), "csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post(address(sheet), held).status_code == 409


def test_kept_text_is_found_again_from_the_list_of_own_sheets(browser, writers, sheet):
    log_in_through_the_form(browser, end_session_and_send(browser, sheet, solution="Long text"), writers[0])
    resumed = browser.get(f"{address(sheet)}?resume")
    assert resumed.headers["Location"] == address(sheet)
    assert "Long text" in browser.get(resumed.headers["Location"]).content.decode()


def test_kept_text_waits_while_the_sheet_is_under_review(browser, writers, sheet, monkeypatch):
    log_in_through_the_form(browser, end_session_and_send(browser, sheet, solution="Long text"), writers[0])
    with monkeypatch.context() as waiting:
        waiting.setattr("practices.views.writing.can_change_now", lambda user, sheet: False)
        assert "is under review" in browser.get(address(sheet)).content.decode()
    assert "Long text" in browser.get(address(sheet)).content.decode()


def test_kept_text_is_dropped_when_somebody_else_logs_in(browser, sheet):
    stranger = UserFactory()
    stranger.set_password("correct horse battery")
    stranger.save()
    confirm_address(stranger)
    response = end_session_and_send(browser, sheet, solution="Secret")
    log_in_through_the_form(browser, response, stranger)
    assert browser.get(address(sheet)).status_code == 404
    assert "kept_form" not in browser.session


@pytest.mark.parametrize("typed", [{"token": "forged"}, {"solution": "x" * (MOST_CHARACTERS + 1)}])
def test_only_forms_of_the_portal_of_a_bearable_size_are_kept(browser, sheet, typed):
    response = end_session_and_send(browser, sheet, **typed)
    assert response.status_code == 302
    assert "kept_form" not in browser.session
