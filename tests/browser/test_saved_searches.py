"""A member saves a search, a sheet is published, the letter comes, and its address stops the next one."""

import re
import uuid

from playwright.sync_api import expect

from tests.browser.letters import letters_to, text_of
from tests.browser.screens import violations
from tests.browser.test_publication import COORDINATOR, fill_in_the_quick_sheet, open_review, save_and_submit
from tests.browser.test_writing import AUTHOR, begin

READER = "member@example.org"
BY_THE_CLOCK = (
    "from notifications.actions import deliver_mail; from search.actions.saved_searches import tell_new_matches; "
    "tell_new_matches(); deliver_mail.func()"
)


def letters_about(portal, word):
    """What the portal does once a minute, now; then the letters about ``word``, one by one."""
    portal.run_by_the_clock(BY_THE_CLOCK)
    found = [letter for letter in letters_to(portal, READER) if word in text_of(letter)]
    return [letter for letter in found if letter["List-Unsubscribe"]]


def save_search(page, word):
    page.goto(f"/en/search/?q={word}")
    page.click("text=Save this search")
    expect(page.locator("#id_name")).to_have_value(word)
    assert violations(page) == []
    page.select_option("#id_frequency", "at-once")
    page.locator("main form.form button[type=submit]").click()
    expect(page.locator(".messages")).to_contain_text("The search is saved.")
    expect(page.locator(".saved-search__name", has_text=word)).to_have_count(1)
    page.reload()
    assert violations(page) == []


def publish_sheet(page, context, log_in, title):
    log_in(AUTHOR, language="it")
    begin(page, title, language="it")
    fill_in_the_quick_sheet(page)
    save_and_submit(page)
    context.clear_cookies()
    log_in(COORDINATOR)
    open_review(page, title)
    page.locator("[name=level]").first.check()
    page.fill("#id_reason", "Clear.")
    page.locator("button[name=decision][value=accept]").click()
    expect(page.locator(".messages")).to_contain_text("The sheet is published.")
    context.clear_cookies()


def wait_until_found(page, word, title):
    page.goto(f"/en/search/?q={word}")
    for _attempt in range(60):
        if page.locator(".result__title", has_text=title).count():
            return
        page.wait_for_timeout(500)
        page.reload()
    raise AssertionError("The sheet is not found.")


def test_member_is_told_what_is_new_and_stops_that_from_the_letter(page, context, log_in, portal):
    word = f"lampionario{uuid.uuid4().hex[:8]}"
    title = f"Un {word} per la città"
    log_in(READER)
    save_search(page, word)
    context.clear_cookies()
    assert letters_about(portal, word) == []
    publish_sheet(page, context, log_in, title)
    wait_until_found(page, word, title)

    (letter,) = letters_about(portal, word)
    assert letters_about(portal, word)[1:] == []
    assert letter["To"] == READER
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert word in str(letter["Subject"])
    address = re.fullmatch(r"<http://[^/]+(/.*)>", letter["List-Unsubscribe"].strip())[1]

    page.goto(address)
    expect(page.locator("h1")).to_have_text(re.compile(r"\S"))
    assert violations(page) == []
    page.locator("main form button").click()
    expect(page.locator("main form")).to_have_count(0)
    log_in(READER)
    page.goto("/en/search/saved/")
    expect(page.locator(".saved-search", has_text=word).locator(".saved-search__paused")).to_have_count(1)
    page.locator(".saved-search", has_text=word).get_by_role("link", name="Delete").click()
    page.locator("main form button").click()
    expect(page.locator(".saved-search", has_text=word)).to_have_count(0)


def test_coordinator_judges_a_query_from_the_result_page(page, log_in):
    log_in(COORDINATOR)
    page.goto("/en/search/?q=insecurity+platform")
    page.click("text=Add to the relevance desk")
    assert violations(page) == []
    page.get_by_label("A data platform to measure the feeling of insecurity", exact=True).check()
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/cms/judgedquery/")
    expect(page.locator("main")).to_contain_text("insecurity platform")
    page.goto("/cms/relevance/")
    page.click("text=Measure now")
    expect(page.locator(".messages")).to_contain_text("The search is being measured.")
    for _attempt in range(60):
        page.goto("/cms/relevance/")
        if page.locator("table.listing").count():
            break
        page.wait_for_timeout(500)
    expect(page.locator("main")).to_contain_text("insecurity platform")
