"""What waits: the queue of those who look after groups, and the page on which a member begins."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens import expect_to_fit_a_phone, violations

WAITING = """
from datetime import timedelta
from django.utils import timezone
from discussions.actions.posting import open_thread
from discussions.models import Thread
from groups.models import JoinRequest, WorkingGroup
from members.models import User
if not JoinRequest.objects.filter(email="giulia@example.org").exists():
    now = timezone.now()
    group = WorkingGroup.objects.first().original
    asked = JoinRequest.objects.create(
        group=group, email="giulia@example.org", first_name="Giulia", last_name="Bianchi", language="it",
        message="Vorremmo capire come altre città regolano le telecamere nei quartieri della movida.",
        status="waiting", due_at=now - timedelta(days=2),
    )
    JoinRequest.objects.filter(pk=asked.pk).update(created_at=now - timedelta(days=9))
    hague = User.objects.get(email="member@example.org")
    turin = User.objects.get(email="member.turin@example.org")
    thread = open_thread(
        group=group, author=turin, title="Come avete spiegato i sensori?", text="Stiamo per iniziare.",
        language="it", addressed_to=hague.city,
    )
    Thread.objects.filter(pk=thread.pk).update(created_at=now - timedelta(days=12))
"""


@pytest.fixture
def waiting(portal):
    portal.run(WAITING)


@pytest.mark.usefixtures("waiting")
def test_coordinator_goes_from_the_login_through_the_queue_to_what_is_late(page, log_in):
    log_in("coordinator@example.org")
    expect(page).to_have_title("My page – Efus Praxis")
    page.get_by_role("link", name="Open the queue").click()
    expect(page.locator(".task__title").first).to_contain_text("Come avete spiegato i sensori?")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.locator(".drawer-tabs").get_by_role("link", name="Late").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".task__title")).to_have_text(["Giulia Bianchi"])
    expect(page.locator(".task__late")).to_contain_text("Late: an answer was due by")
    expect(page.locator(".drawer-tabs [aria-current]")).to_contain_text("Late")


@pytest.mark.usefixtures("waiting")
def test_member_answers_a_question_to_the_city_and_it_waits_no_longer(page, log_in):
    log_in("member@example.org")
    page.goto("/en/my/")
    task = page.locator(".task", has_text="Come avete spiegato i sensori?")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    task.get_by_role("link", name="Read and answer").click()
    page.fill("[name=text]", "Met een avond in de wijk.")
    page.locator("form", has=page.locator("[name=text]")).locator("button[type=submit]:not([name])").click()
    page.goto("/en/my/")
    expect(task).to_have_count(0)
