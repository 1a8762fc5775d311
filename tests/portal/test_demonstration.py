"""The demonstration content, as the facts say."""

import pytest
from django.contrib.auth import authenticate
from wagtail.models import Page

from discussions.models import Call, PollOption, Thread
from events.models import EventPage
from groups.models import WorkingGroup
from members.models import User
from practices.models import PracticeSheet, Project, PublicAnswer, Recommendation

PASSWORD = "printed at the start"


pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration")]


def test_each_sheet_is_in_french_english_and_its_own_language():
    languages = {}
    for sheet in PracticeSheet.objects.live().select_related("locale", "city"):
        languages.setdefault(sheet.city.key, set()).add((sheet.language, sheet.is_original))
    assert languages == {
        "turin": {("it", True), ("fr", False), ("en", False)},
        "the-hague": {("nl", True), ("fr", False), ("en", False)},
        "rotterdam": {("nl", True), ("fr", False), ("en", False)},
    }


def test_everything_else_is_in_french_and_english_and_augsburg_in_german_too():
    for model in (Project, Recommendation, WorkingGroup):
        for page in model.objects.all():
            versions = model.objects.versions_of(page).values_list("locale__language_code", flat=True)
            assert set(versions) == {"fr", "en"}, page
    augsburg = EventPage.objects.filter(event__city__key="augsburg").values_list("locale__language_code", flat=True)
    assert set(augsburg) == {"fr", "en", "de"}


def test_every_page_answers(client):
    for page in Page.objects.live().exclude(depth=1):
        assert client.get(page.url).status_code == 200, page.url


@pytest.mark.parametrize(
    ("email", "password", "opens"),
    [
        ("member@example.org", PASSWORD, True),
        ("MEMBER@example.org", PASSWORD, True),
        ("member@example.org", "", False),
        ("member@example.org", "guessed", False),
        ("ada@example.com", PASSWORD, False),
    ],
)
def test_printed_password_opens_demonstration_accounts_only(settings, email, password, opens):
    User.objects.create_user("ada@example.com", "her own long password")
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "portal.demonstration.DemonstrationBackend"]
    settings.DEMO_PASSWORD = PASSWORD
    assert (authenticate(username=email, password=password) is not None) is opens


def test_demonstration_accounts_are_shut_where_no_password_is_set(settings):
    accounts = User.objects.filter(email__endswith="@example.org")
    assert {user.has_usable_password() for user in accounts} == {False}
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, "portal.demonstration.DemonstrationBackend"]
    for user in accounts:
        assert authenticate(username=user.email, password=settings.DEMO_PASSWORD) is None


def test_discussions_show_an_answer_on_the_sheet_a_poll_of_cities_and_a_call():
    answer = PublicAnswer.objects.get()
    assert (answer.practice.sheets.first().city.key, answer.question_language, answer.language) == (
        "the-hague",
        "it",
        "nl",
    )
    assert Thread.objects.get(title="Da quale domanda cominciare?").answer.key == answer.source
    votes = {option.words["en"]: {vote.city.key for vote in option.votes.all()} for option in PollOption.objects.all()}
    assert votes == {
        "The ethics of data": {"the-hague", "turin"},
        "Collecting practices": set(),
        "Opening up to other partners": {"the-hague"},
    }
    call = Call.objects.with_answer_count().get()
    assert (call.days_left, call.answer_count) == (21, 1)
    assert [addressee.city.key for addressee in call.addressees.all()] == ["the-hague", "rotterdam"]
