"""From a stranger's request to a member who hands the group on."""

import pytest
from playwright.sync_api import Page

from tests.browser.letters import address_in_letter


@pytest.fixture
def group_page(page: Page) -> Page:
    page.goto("/en/groups/innovation-security/")
    return page


def test_stranger_is_admitted_from_the_coordinators_mail(group_page: Page, portal) -> None:
    page = group_page
    page.click("text=Ask to join")
    page.fill("[name=first_name]", "Grace")
    page.fill("[name=last_name]", "Hopper")
    page.fill("[name=email]", "grace@turin.example")
    page.fill("[name=message]", "I work on nights.")
    page.click("text=Send the request")
    page.wait_for_selector("text=A letter is on its way to you")
    page.goto(address_in_letter(portal, "grace@turin.example", "/asked/"))
    page.click("text=Yes, send my request")
    page.wait_for_selector("text=Your request waits for an answer")
    # The coordinator reads French, and is not logged in.
    page.goto(
        address_in_letter(portal, "coordinator@example.org", "/answer/", below="Grace Hopper").replace(
            "/fr/", "/en/", 1
        )
    )
    assert page.locator("h1").inner_text() == "Grace Hopper asks to join"
    page.click("button:has-text('Admit')")
    page.wait_for_selector("text=belongs to the group now")
    # The first address in the letter that greets her is where the account begins.
    page.goto(address_in_letter(portal, "grace@turin.example", "/(?:password|begin|account)"))
    assert page.locator("main form button").count() >= 1


def test_coordinator_hands_over_by_keyboard_and_gets_it_back(page: Page, log_in) -> None:
    for former, successor in (("coordinator", "The Hague"), ("member", "Coordinator")):
        page.context.clear_cookies()
        log_in(f"{former}@example.org")
        page.goto("/en/groups/innovation-security/")
        page.click(".group-tabs >> text=Members")
        page.click("text=Hand the coordination over")
        page.focus("[name=successor]")
        names = page.locator("[name=successor] option").all_inner_texts()
        page.keyboard.type(next(name for name in names if successor in name))
        page.click("button:has-text('Hand over')")
        page.wait_for_selector("text=coordinates the group now")
        page.wait_for_selector("text=You belong to this group.")
