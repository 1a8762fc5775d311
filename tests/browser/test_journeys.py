"""What people come to do, from the first click to the last, on the portal as it is served."""

import re
import time

import pytest
from playwright.sync_api import expect


def search_for(page, text):
    page.locator("[data-portal-search]").first.fill(text)
    page.keyboard.press("Enter")


def test_visitor_finds_the_hagues_sheet_by_its_dutch_name_on_the_french_site(page):
    page.goto("/fr/")
    search_for(page, "Den Haag")
    first = page.locator(".result").first
    expect(first.locator(".result__title")).to_contain_text("BART!")
    first.locator("a").click()
    expect(page.locator("h1")).to_contain_text("BART!")
    assert page.url.endswith("/fr/pratiques/bart/")
    expect(page.locator(".glance")).to_contain_text("La Haye, Pays-Bas")
    expect(page.locator(".glance")).to_contain_text("Nederlands")


@pytest.mark.parametrize("scripts", [True, False])
def test_visitor_searches_and_narrows_without_and_with_scripts(chromium, portal, scripts):
    context = chromium.new_context(base_url=portal.address, locale="en", java_script_enabled=scripts)
    page = context.new_page()
    page.goto("/en/")
    page.fill("#search", "social media")
    page.click("main form button")
    page.locator(".facets a", has_text="Italy").click()
    expect(page.locator(".result")).to_have_count(1)
    expect(page.locator(".result__title")).to_contain_text("feeling of insecurity")
    expect(page.locator("#search")).to_have_value("social media")
    page.locator(".facet--selected", has_text="Italy").click()
    expect(page.locator(".result").nth(1)).to_be_visible()
    context.close()


def test_query_of_ten_thousand_characters_gets_a_page(page):
    response = page.goto("/en/search/?q=" + "lost+bicycle+" * 770)
    assert response.status == 200
    expect(page.locator(".result__title").first).to_contain_text("BART!")


def test_slash_leads_to_the_search_field(page):
    page.goto("/en/practices/")
    page.keyboard.press("/")
    page.keyboard.type("BART!")
    page.keyboard.press("Enter")
    expect(page.locator(".result__title").first).to_contain_text("BART!")


def test_reader_of_german_is_told_which_language_a_page_is_in(page):
    page.goto("/de/")
    page.locator(".practice-card a").first.click()
    expect(page.locator(".notice--language")).to_contain_text("English")
    expect(page.locator(".page")).to_have_attribute("lang", "en")
    page.locator(".language-menu summary").click()
    page.locator(".language-menu a", has_text="français").click()
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.locator(".notice--language")).to_have_count(0)


def test_member_replies_in_a_thread_of_a_sheet(page, log_in):
    log_in("member@example.org")
    page.goto("/en/practices/bart/")
    page.locator(".thread-item__title").first.click()
    page.get_by_role("button", name="Send the reply").click()
    expect(page.locator(".field--wrong")).to_have_count(0)  # the browser itself asks for the text first
    reply = f"We ask the residents **first**. {time.time_ns()}"
    page.fill("#id_text", reply)
    page.select_option("#id_language", "en")
    page.click("text=Send the reply")
    expect(page.locator(".messages")).to_contain_text("Your reply is in the discussion.")
    expect(page.locator(".post").last).to_contain_text(reply.replace("**", ""))
    expect(page.locator(".post").last.locator("strong", has_text="first")).to_be_visible()


def test_member_opens_a_discussion_about_a_sheet_and_finds_it_by_search(page, log_in):
    log_in("member.turin@example.org")
    page.goto("/en/practices/ferm/")
    page.click("text=Open a discussion in")
    word = f"harbourmaster{time.time_ns()}"
    page.fill("#id_title", f"Who is the {word}?")
    page.fill("#id_text", "We would like to know.")
    page.get_by_role("button", name="Open the discussion").click()
    expect(page.locator("h1")).to_contain_text(word)
    found_by_search(page, word, "Who is the")


def found_by_search(page, text, title, seconds=20):
    """Search until the worker has taken the change in."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        page.goto(f"/en/search/?q={text}")
        if page.locator(".result__title", has_text=title).count():
            return
        time.sleep(0.25)
    raise AssertionError(f"“{title}” was not found within {seconds} s.")


def test_visitor_is_refused_and_learns_nothing(page, log_in, context):
    log_in("member@example.org")
    page.goto("/en/practices/bart/")
    link = page.locator(".thread-item__title", has_text="limites éthiques")
    title, address = link.inner_text(), link.get_attribute("href")
    context.clear_cookies()
    for path in ("/en/practices/bart/", "/en/groups/innovation-security/", "/en/", f"/en/search/?q={title}"):
        page.goto(path)
        assert title not in page.locator("main").inner_text()
        assert not re.search(r"\d+ posts?\b", page.locator("main").inner_text())
    page.goto(address)
    assert "/en/login/" in page.url
    page.goto("/en/discussions/99999/")
    assert "/en/login/" in page.url


def test_coordinator_publishes_a_sheet_and_finds_it_by_search(page, log_in):
    log_in("coordinator@example.org")
    word = f"Lantern{time.time_ns()}"
    page.goto(add_sheet_address(page))
    page.fill("#id_title", f"{word} for dark streets")
    page.fill("#id_summary", "Lanterns that residents can borrow.")
    page.click("text=Choose city")
    page.locator(".modal-body a", has_text="Turin").click()
    expect(page.locator("#id_city-title")).to_have_text("Turin")
    page.locator("nav.footer__container, .footer").locator("[data-w-dropdown-target=toggle]").click()
    page.click("button[name=action-publish]")
    expect(page.locator(".messages")).to_contain_text("published")
    found_by_search(page, word, f"{word} for dark streets")
    page.locator(".result a").first.click()
    expect(page.locator("h1")).to_have_text(f"{word} for dark streets")


def add_sheet_address(page):
    """The address of the form for a new sheet under the English list of practices, found as the editor shows it."""
    page.goto("/en/practices/")
    edit = page.locator("wagtail-userbar a[href*='/edit/']").first.get_attribute("href")
    section = re.search(r"/cms/pages/(\d+)/edit/", edit)[1]
    return f"/cms/pages/add/practices/practicesheet/{section}/"
