"""The report on letters that came in is for administrators."""

import pytest
from django.template import engines

from discussions.enums import MailOutcome, MailRefusal
from discussions.models import ReceivedMail

pytestmark = pytest.mark.django_db

ADDRESS = "/cms/reports/received-mail/"


@pytest.fixture(autouse=True)
def _lenient_templates(monkeypatch):
    """Those of Wagtail's filters ask for what is not there."""
    monkeypatch.setattr(engines["django"].engine, "string_if_invalid", "")


@pytest.fixture(autouse=True)
def _letters(settings):
    settings.REPLY_ADDRESS = "replies@portal.example.org"
    for number, reason in enumerate([MailRefusal.CLOSED, MailRefusal.EMPTY]):
        ReceivedMail.objects.create(
            message_id=f"<{number}@example.org>", sender=f"a{number}@example.org", subject=f"Subject {number}",
            outcome=MailOutcome.REFUSED, reason=reason,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("who", "may"), [("administrator", True), ("coordinator", False), ("member", False), ("visitor", False)]
)
def test_report_is_for_administrators(client_as, who, may):
    response = client_as(who).get(ADDRESS)
    assert (response.status_code == 200) is may
    assert (b"a0@example.org" in response.content) is may


def test_report_says_why_letters_were_refused(client_as):
    page = client_as("administrator").get(ADDRESS).content.decode()
    assert str(MailRefusal.CLOSED.label) in page
    assert str(MailRefusal.EMPTY.label) in page


def test_report_is_chosen_by_outcome_and_searched(client_as):
    client = client_as("administrator")
    page = client.get(ADDRESS, {"outcome": "posted"}).content.decode()
    assert "a0@example.org" not in page
    page = client.get(ADDRESS, {"q": "a1@"}).content.decode()
    assert ("a0@example.org" in page, "a1@example.org" in page) == (False, True)


def test_report_can_be_taken_away_as_a_table(client_as):
    response = client_as("administrator").get(ADDRESS, {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "Received,Sender,Subject,What became of it,Reason"
    assert len(lines) == 3


@pytest.mark.parametrize(("address", "is_there"), [("replies@portal.example.org", True), ("", False)])
def test_menu_leads_to_the_report_where_mail_is_taken_in(client_as, settings, address, is_there):
    settings.REPLY_ADDRESS = address
    page = client_as("administrator").get("/cms/").content.decode()
    assert (ADDRESS in page) is is_there
