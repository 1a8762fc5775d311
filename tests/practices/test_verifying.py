from datetime import date, timedelta

import pytest
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from groups.enums import Visibility
from notifications.models import OutgoingMail
from practices.actions.schedule import do_what_is_due
from practices.actions.verifying import ask_whether_true, confirm_still_true, note_that_it_changed
from practices.models import CoAuthor, Practice, PracticeSheet
from practices.reviewing import a_year_before
from practices.verifying import make_token
from tests.factories import PracticeSheetFactory, UserFactory, translate

pytestmark = pytest.mark.django_db

YEAR = timedelta(days=366)


@pytest.fixture
def author():
    return UserFactory(email="author@example.com", languages=["fr"])


@pytest.fixture
def sheet(author):
    """Published more than a year ago, never confirmed."""
    found = PracticeSheetFactory(title="Lights", slug="lights", owner=author, first_published_at=timezone.now() - YEAR)
    CoAuthor.objects.create(practice=found.practice, user=UserFactory(email="co-author@example.com"))
    return found


@pytest.fixture
def asked_on():
    return timezone.localdate()


@pytest.fixture
def address(sheet, author, asked_on):
    return f"/en/sheets/verify/{make_token(sheet.practice, author, asked_on)}/"


def told(kind="sheet-still-true"):
    return set(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def practice_of(sheet):
    return Practice.objects.get(pk=sheet.practice_id)


# ---------------------------------------------------------------- asking


def test_authors_of_an_old_sheet_are_asked_once_each_in_their_language(sheet):
    assert (ask_whether_true(), ask_whether_true()) == (1, 0)
    assert told() == {"author@example.com", "co-author@example.com"}
    texts = dict(OutgoingMail.objects.values_list("recipient", "text"))
    assert "http://localhost:8000/fr/sheets/verify/" in texts["author@example.com"]
    assert "http://localhost:8000/en/sheets/verify/" in texts["co-author@example.com"]
    assert practice_of(sheet).verification_asked_on == timezone.localdate()


@pytest.mark.parametrize(
    ("published", "verified", "asked", "is_due"),
    [
        (366, None, None, True),
        (360, None, None, False),
        (800, 366, None, True),
        (800, 360, None, False),
        (800, None, 360, False),
        (800, None, 366, True),
        (800, 366, 360, False),
        (800, 400, 366, True),
        (10, 366, None, True),
        (None, None, None, False),
    ],
)
def test_question_is_due_after_a_year_without_answer_or_question(sheet, published, verified, asked, is_due):
    today = timezone.localdate()
    PracticeSheet.objects.update(first_published_at=timezone.now() - timedelta(days=published) if published else None)
    Practice.objects.update(
        verified_on=today - timedelta(days=verified) if verified else None,
        verification_asked_on=today - timedelta(days=asked) if asked else None,
    )
    assert ask_whether_true() == is_due


def test_nobody_is_asked_about_what_is_not_published(sheet):
    PracticeSheet.objects.update(live=False)
    assert (ask_whether_true(), told()) == (0, set())


def test_people_who_cannot_log_in_are_not_asked(sheet, author):
    author.is_active = False
    author.save()
    ask_whether_true()
    assert told() == {"co-author@example.com"}


def test_practice_in_two_languages_is_asked_about_once(sheet):
    translate(sheet, "fr", title="Lumières", owner=UserFactory(email="translator@example.com", languages=["fr"]))
    assert ask_whether_true() == 1
    subjects = dict(OutgoingMail.objects.values_list("recipient", "subject"))
    assert {who: subject.rpartition(" ")[2] for who, subject in subjects.items()} == {
        "author@example.com": "Lights",
        "co-author@example.com": "Lights",
        "translator@example.com": "Lumières",
    }


def test_reminder_comes_once_after_a_month_without_answer(sheet):
    ask_whether_true()
    assert ask_whether_true() == 0
    Practice.objects.update(verification_reminder_due_on=timezone.localdate())
    assert (ask_whether_true(), ask_whether_true()) == (1, 0)
    assert told("sheet-still-true-reminder") == {"author@example.com", "co-author@example.com"}


@pytest.mark.parametrize("answer", [confirm_still_true, note_that_it_changed])
def test_no_reminder_after_an_answer(sheet, author, answer):
    ask_whether_true()
    answer(practice=sheet.practice, user=author)
    assert practice_of(sheet).verification_reminder_due_on is None


def test_reminder_falls_thirty_days_after_the_question(sheet):
    ask_whether_true()
    assert practice_of(sheet).verification_reminder_due_on == timezone.localdate() + timedelta(days=30)


def test_schedule_asks_the_database_little_when_nothing_is_due(sheet, django_assert_num_queries):
    do_what_is_due()
    with django_assert_num_queries(3):
        assert do_what_is_due() == 0


# ---------------------------------------------------------------- answering


def test_opening_the_address_changes_nothing(client, sheet, address):
    response = client.get(address)
    page = response.content.decode()
    assert (response.status_code, "Lights" in page, "Yes, still true" in page) == (200, True, True)
    assert "no-store" in response["Cache-Control"]
    assert practice_of(sheet).verified_on is None


def test_yes_confirms_the_sheet_without_a_login(client, sheet, address):
    response = client.post(address, {"answer": "true"}, follow=True)
    assert (response.status_code, "Thank you!" in response.content.decode()) == (200, True)
    assert practice_of(sheet).verified_on == timezone.localdate()


def test_no_leads_to_the_form(client, sheet, address):
    response = client.post(address, {"answer": "changed"})
    assert (response.status_code, response["Location"]) == (302, f"/en/sheets/drafts/{sheet.pk}/write/basics/")
    assert practice_of(sheet).verified_on is None


@pytest.mark.parametrize("answer", [{}, {"answer": "perhaps"}])
def test_no_answer_is_asked_again(client, sheet, address, answer):
    assert client.post(address, answer).status_code == 200
    assert practice_of(sheet).verified_on is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_used_address_says_that_it_was_answered(client, sheet, address, author, method):
    confirm_still_true(practice=sheet.practice, user=author)
    response = getattr(client, method)(address, {"answer": "true"})
    assert (response.status_code, "This has been answered" in response.content.decode()) == (200, True)


@pytest.mark.parametrize(("days", "status"), [(90, 200), (91, 410)])
def test_address_is_open_for_ninety_days(client, sheet, author, days, status):
    token = make_token(sheet.practice, author, timezone.localdate() - timedelta(days=days))
    assert client.get(f"/en/sheets/verify/{token}/").status_code == status


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "x",
        lambda token: token.split(":")[0],
        lambda token: signing.dumps([1, 1, "2026-01-01"], salt="another"),
        lambda token: "é" * 300,
    ],
)
def test_forged_address_opens_nothing(client, sheet, author, asked_on, forge):
    token = forge(make_token(sheet.practice, author, asked_on))
    response = client.post(f"/en/sheets/verify/{token}/", {"answer": "true"})
    assert (response.status_code, "This address is closed" in response.content.decode()) == (410, True)
    assert practice_of(sheet).verified_on is None


def test_address_to_a_withdrawn_sheet_says_so(client, sheet, address):
    PracticeSheet.objects.update(live=False)
    response = client.post(address, {"answer": "true"})
    assert (response.status_code, "not published any more" in response.content.decode()) == (410, True)
    assert practice_of(sheet).verified_on is None


@pytest.mark.parametrize("change", [{"owner": None}, {"is_active": False}])
def test_address_is_worth_nothing_to_former_authors(client, sheet, address, author, change):
    if "owner" in change:
        PracticeSheet.objects.update(owner=None)
    else:
        author.is_active = False
        author.save()
    assert client.post(address, {"answer": "true"}).status_code == 410
    assert practice_of(sheet).verified_on is None


def test_address_works_for_a_sheet_that_visitors_cannot_read(client, sheet, address):
    PracticeSheet.objects.update(visibility=Visibility.NETWORK)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("answer", [confirm_still_true, note_that_it_changed])
def test_answering_is_for_authors(sheet, answer):
    with pytest.raises(PermissionDenied):
        answer(practice=sheet.practice, user=UserFactory())
    assert practice_of(sheet).verified_on is None


@pytest.mark.parametrize(
    ("day", "before"),
    [
        (date(2026, 11, 24), date(2025, 11, 24)),
        (date(2024, 2, 29), date(2023, 2, 28)),
        (date(2025, 2, 28), date(2024, 2, 28)),
    ],
)
def test_year_before_is_the_same_day(day, before):
    assert a_year_before(day) == before
