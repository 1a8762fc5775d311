"""At the door with a phone that loses its network."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screens import expect_to_fit_a_phone, violations

SOON = 20_000

# Enrols two people, neither of whom has come yet, for the first event, and prints its number.
PEOPLE_ENROLLED = """
from events.actions.places import recount_places
from events.models import Attendance, AttendanceEntry, Event, Registration
Attendance.objects.all().delete()
AttendanceEntry.objects.all().delete()
from members.models import User
event = Event.objects.managed_by(User.objects.get(email="coordinator@example.org")).order_by("pk").first()
for name in ("Ada Lovelace", "Zoë Müller"):
    Registration.objects.update_or_create(
        event=event, email=name.split()[0].lower() + "@example.net",
        defaults={"name": name, "language": "en", "status": "enrolled"},
    )
Registration.objects.filter(event=event, status="enrolled").exclude(name__in=("Ada Lovelace", "Zoë Müller")).update(status="cancelled")
recount_places(event=event)
from django.utils import timezone
from datetime import timedelta
Event.objects.filter(pk=event.pk).update(ends_at=max(event.ends_at, timezone.now() + timedelta(hours=2)))
print("event", event.pk)
"""
PRESENT = """
from events.models import Attendance
print("present", sorted(Attendance.objects.values_list("registration__name", "source")))
"""


@pytest.fixture
def door(portal, page, log_in):
    """The list at the door of an event with two people, open in a coordinator's browser."""
    number = re.search(r"event (\d+)", portal.run(PEOPLE_ENROLLED))[1]
    log_in("coordinator@example.org")
    page.goto(f"/en/meetings/{number}/manage/day/check-in/")
    return page


def sending(page):
    return page.locator("[data-portal-door-sending]")


def wait_until_nothing_is_kept(page):
    """By asking again: the content security policy lets no condition run inside the page."""
    for _turn in range(100):
        if page.evaluate("caches.keys()") == []:
            return
        page.wait_for_timeout(100)
    raise AssertionError(page.evaluate("caches.keys()"))


def wait_until_ready(page):
    expect(page.locator("[data-portal-door-ready]")).to_contain_text("works without a network now", timeout=SOON)


def test_check_in_goes_on_without_a_network_and_is_sent_later(door, portal, context):
    page = door
    wait_until_ready(page)
    context.set_offline(True)
    page.reload()
    assert page.locator(".door__person").count() == 2
    page.click("text=Check in Ada Lovelace")
    expect(sending(page)).to_contain_text("1 entry is not sent yet. No network", timeout=SOON)
    # What is kept survives the page.
    page.reload()
    assert "1 of 2 are here." in page.locator("[data-portal-door-count]").inner_text()
    page.click("text=Check in Zoë Müller")
    page.click("text=Undo Zoë Müller")
    expect(sending(page)).to_contain_text("3 entries are not sent yet.", timeout=SOON)
    stored = page.evaluate("Object.entries(localStorage).join()")
    assert "Ada" not in stored
    context.set_offline(False)
    expect(sending(page)).to_have_text("Everything is sent.", timeout=SOON)
    assert "present [('Ada Lovelace', 'offline')]" in portal.run(PRESENT)
    page.reload()
    assert "1 of 2 are here." in page.locator("[data-portal-door-count]").inner_text()


def test_typing_narrows_the_list(door):
    door.fill("#door-search", "muller")
    assert door.locator(".door__person:visible").count() == 1
    door.fill("#door-search", "")
    assert door.locator(".door__person:visible").count() == 2


def test_list_can_be_forgotten_and_is_forgotten_at_logout(door, context):
    page = door
    wait_until_ready(page)
    assert len(page.evaluate("caches.keys()")) == 1
    page.click("text=Forget the list on this device")
    wait_until_nothing_is_kept(page)
    expect(page.locator(".door__person")).to_have_count(0)
    page.reload()
    wait_until_ready(page)
    page.click(".account-menu summary")
    page.click("text=Log out")
    wait_until_nothing_is_kept(page)


def test_browser_that_reads_no_codes_says_so(door):
    has_detector = door.evaluate("'BarcodeDetector' in window")
    shown = [door.locator(f"[data-portal-door-{part}]").is_visible() for part in ("scan", "no-scan")]
    assert shown == [has_detector, not has_detector]


def test_door_is_usable_by_all_and_on_small_screens(door):
    assert violations(door) == []
    expect_to_fit_a_phone(door)


@pytest.mark.parametrize("path", ["day/", "after/", "after/survey/", "after/survey/questions/"])
def test_other_screens_are_usable_by_all_and_on_small_screens(door, path):
    door.goto(door.url.replace("day/check-in/", path))
    assert door.locator("h1").count() == 1
    assert violations(door) == []
    expect_to_fit_a_phone(door)
