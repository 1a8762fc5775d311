"""Practices that travel: adoptions and their map, comparison, collections."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.screens import expect_to_fit_a_phone, violations

SHEET = "/en/practices/data-platform-feeling-of-insecurity/"


def test_member_records_an_adoption_coordinator_confirms_it_and_visitors_see_it(page, log_in, context):
    log_in("member@example.org")
    page.goto(SHEET)
    page.click("text=Your city adopted it? Record it")
    expect(page.locator("h1")).to_have_text("The Hague took this practice over")
    page.fill("#id_year", "1890")
    page.locator("main .form").evaluate("form => { form.noValidate = true }")
    page.click("main .form button")
    expect(page.locator(".field--wrong")).to_have_count(2)
    assert violations(page) == []
    page.fill("#id_year", "2023")
    page.select_option("#id_outcome", "running")
    page.fill("#id_changes", "We left out **social media**.")
    page.select_option("#id_language", "en")
    page.click("main .form button")
    expect(page.locator(".messages")).to_contain_text("waits until a coordinator confirms it")
    record = page.url
    context.clear_cookies()
    assert page.goto(record).status == 404

    log_in("coordinator@example.org")
    page.goto("/en/sheets/adoptions/waiting/")
    page.locator(".transfer-item__title a").first.click()
    assert violations(page) == []
    page.fill("#id_answer", "Seen on site.")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.locator(".messages")).to_contain_text("It is confirmed")
    context.clear_cookies()

    page.goto(SHEET)
    expect(page.locator(".adoptions h2")).to_have_text("Adopted by 1 city")
    expect(page.locator(".adoption .prose")).to_have_text("We left out social media.")
    expect_the_map(page)
    page.click("text=All practices that travelled")
    expect(page.locator(".transfer-item__way")).to_contain_text("Turin")
    expect_the_map(page)
    page.select_option("#filter-to", "NL")
    page.click("main form button")
    expect(page.locator(".transfer-item")).to_have_count(1)
    city = page.get_by_role("link", name="The Hague, Netherlands; took over 1 practice")
    city.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/cities/the-hague/")

    log_in("member@example.org")
    page.goto(record)
    page.get_by_role("link", name="Withdraw").click()
    page.get_by_role("button", name="Withdraw it").click()
    expect(page.locator(".messages")).to_contain_text("The record is gone.")


def expect_the_map(page):
    """Land, a line and two cities that can be reached; readable in both colour schemes, on a phone too."""
    expect(page.locator(".transfer-map a")).to_have_count(2)
    expect(page.locator(".transfer-map__arcs path")).to_have_count(1)
    page.wait_for_function("document.querySelector('.transfer-map__land').getBBox().width > 500")
    assert violations(page) == []
    expect_to_fit_a_phone(page)


@pytest.mark.parametrize("scripts", [True, False])
def test_visitor_compares_three_sheets_from_the_list_without_and_with_scripts(chromium, portal, scripts):
    context = chromium.new_context(base_url=portal.address, locale="en", java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/en/practices/")
    for number, box in enumerate(page.locator(".compare-choice input").all()[:3], start=1):
        box.check()
        if scripts:
            expect(page.locator(".compare-bar button")).to_have_text(f"Compare the chosen sheets ({number})")
    expect(page.locator(".compare-bar")).to_have_css("position", "sticky")
    page.click(".compare-bar button")
    expect(page.locator("h1")).to_have_text("3 sheets side by side")
    expect(page.locator(".compare thead th")).to_have_count(3)
    expect(page.get_by_role("rowheader", name="Licence")).to_be_visible()
    page.click("text=Show only what differs")
    expect(page.get_by_role("rowheader", name="Licence")).to_have_count(0)
    page.click("text=Change the choice")
    page.locator(".choices input:checked").first.uncheck()
    page.get_by_role("button", name="Compare").click()
    expect(page.locator(".compare thead th")).to_have_count(2)
    context.close()


def test_member_makes_a_public_collection_and_a_visitor_reads_it(page, log_in, context):
    log_in("member@example.org")
    title = f"For the assembly {time.time_ns()}"
    page.goto("/en/practices/bart/")
    page.click("text=Put it into a collection")
    page.fill("#id_collect-note", "Ask The Hague.")
    page.locator(".collect .form button").click()
    page.fill("#id_title", title)
    page.select_option("#id_is_public", "yes")
    page.get_by_role("button", name="Make the collection").click()
    expect(page.locator("h1")).to_have_text(title)
    collection = page.url
    page.goto("/en/practices/ferm/")
    page.click("text=Put it into a collection")
    page.select_option("#id_collect-collection", label=title)
    page.locator(".collect .form button").click()
    expect(page.locator(".messages")).to_contain_text(title)

    page.goto(collection)
    page.get_by_role("link", name="Change", exact=True).click()
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.locator(".collection-sheets button[value=up]").click()
    expect(page.locator(".collection-sheets__title").first).to_contain_text("FERM")
    context.clear_cookies()

    page.goto("/en/sheets/collections/")
    page.click(f"text={title}")
    expect(page.locator(".card__title").first).to_contain_text("FERM")
    expect(page.locator(".collection-note")).to_have_text("Ask The Hague.")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.click("text=Compare these sheets")
    expect(page.locator(".compare thead th")).to_have_count(2)

    log_in("member@example.org")
    page.goto("/en/")
    page.locator(".account-menu summary").click()
    page.locator(".account-menu").get_by_role("link", name="My page").click()
    page.locator("main").get_by_role("link", name="My collections").click()
    page.click(f"text={title}")
    page.get_by_role("link", name="Change", exact=True).click()
    page.get_by_role("link", name="Delete the collection").click()
    page.get_by_role("button", name="Delete it").click()
    expect(page.locator(".messages")).to_contain_text("The collection is deleted.")
