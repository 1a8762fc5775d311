"""Searching, from the first letter to the result, and on from nothing."""

import time

import pytest
from playwright.sync_api import expect

from tests.browser.screens import screen_width, violations

LIST = ".suggestions:not([hidden])"


def type_into(page, text):
    field = page.get_by_role("combobox").first
    field.click()
    field.press_sequentially(text)
    page.wait_for_selector(LIST)
    return field


def test_visitor_finds_narrows_and_opens_by_keyboard(page):
    page.goto("/en/")
    field = type_into(page, "fiets")
    page.keyboard.press("ArrowDown")
    active = page.locator(f"#{field.get_attribute('aria-activedescendant')}")
    chosen = active.locator("span").first.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/en/search/**")
    expect(page.locator("#search")).to_have_value(chosen)
    expect(page.locator(".result").first).to_be_visible()

    # What more than one sheet is about, whatever the vocabulary suggested.
    page.locator("#search").fill("security")
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/?q=security")
    page.locator("section[aria-labelledby=facet-country] .facet").first.press("Enter")
    expect(page.locator(".active-filter")).to_have_count(1)
    expect(page.locator(".active-filter")).to_contain_text("Country:")
    page.locator(".active-filter").press("Enter")
    expect(page.locator(".active-filter")).to_have_count(0)
    page.locator(".sorts a", has_text="By title").press("Enter")
    expect(page.locator(".sorts [aria-current]")).to_have_text("By title")
    title = page.locator(".result__title a").first.inner_text()
    page.locator(".result__title a").first.press("Enter")
    expect(page.locator("h1")).to_have_text(title)


def test_suggestions_follow_the_pattern_of_a_combobox(page):
    page.goto("/en/practices/")
    field = type_into(page, "re")
    options = page.locator(f"{LIST} [role=option]")
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".search-field [role=status]")).to_contain_text("use the arrow keys")
    last = options.count() - 1

    page.keyboard.press("ArrowUp")
    expect(options.nth(last)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Home")
    expect(page.locator(f"{LIST} [aria-selected=true]")).to_have_count(0)
    assert field.evaluate("field => field.selectionStart") == 0
    page.keyboard.press("End")
    assert field.evaluate("field => field.selectionStart") == len(field.input_value())

    page.keyboard.press("Escape")
    expect(page.locator(LIST)).to_have_count(0)
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_be_focused()
    assert field.input_value() != ""
    page.keyboard.press("ArrowDown")
    expect(page.locator(LIST)).to_be_visible()
    page.keyboard.press("Tab")
    expect(page.locator(LIST)).to_have_count(0)


def test_city_is_chosen_with_the_mouse(page):
    page.goto("/en/search/")
    type_into(page, "den ha")
    page.locator(f"{LIST} [role=option]", has_text="The Hague").first.click()
    expect(page.locator("h1")).to_contain_text("The Hague")
    assert page.url.endswith("/en/cities/the-hague/")


def test_word_that_is_chosen_keeps_the_filters(page):
    page.goto("/en/search/?q=port&country=NL")
    field = page.get_by_role("combobox")
    field.fill("")
    type_into(page, "cyber")
    page.locator(f"{LIST} [data-portal-completes]").first.click()
    page.wait_for_url("**/en/search/?q=*cyber*&country=NL")


def test_letters_typed_quickly_ask_once(page):
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "suggestions/?" in request.url else None)
    page.goto("/en/")
    type_into(page, "turin")
    assert asked[-1].endswith("?q=turin")
    assert len(asked) < 3


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("path", ["/en/search/", "/fr/practices/"])
def test_axe_finds_nothing_while_suggestions_are_open(page, path, width):
    page.set_viewport_size({"width": width, "height": 844})
    page.goto(path)
    type_into(page, "ro")
    page.keyboard.press("ArrowDown")
    assert violations(page) == []
    assert screen_width(page) == width


def test_filters_are_behind_one_button_on_a_phone(page):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/en/search/?q=port&country=NL&language=en")
    facets = page.locator(".facets__list")
    expect(facets).to_be_hidden()
    expect(page.locator(".result").first).to_be_in_viewport()
    page.locator(".facets__summary", has_text="Filter (2)").click()
    expect(facets).to_be_visible()
    assert violations(page) == []
    page.set_viewport_size({"width": 1280, "height": 844})
    page.goto("/en/search/?q=port&country=NL&language=en")
    expect(facets).to_be_visible()
    expect(page.locator(".facets__summary")).to_be_hidden()


def test_nothing_found_leads_on_to_what_one_filter_less_brings(page):
    page.goto("/en/search/?q=port&country=PT")
    expect(page.locator("#nothing")).to_be_visible()
    page.locator(".notice a", has_text="Country: Portugal").click()
    expect(page.locator(".result").first).to_be_visible()
    expect(page.locator("#search")).to_have_value("port")


def test_visitor_logs_in_to_ask_and_comes_back(page, portal):
    page.goto("/en/search/?q=zeppelin&country=NL")
    page.click("text=Log in to ask")
    page.fill("#id_login", "member@example.org")
    page.fill("#id_password", portal.password)
    page.click("main form button")
    page.wait_for_url("**/en/search/?q=zeppelin&country=NL")
    expect(page.locator(".ask .button").first).to_be_visible()


def test_member_asks_the_network_what_was_not_found(page, log_in):
    log_in("member@example.org")
    question = f"Who lends zeppelins{time.time_ns()} & pilots?"
    page.goto("/en/search/")
    page.fill("#search", question)
    page.keyboard.press("Enter")
    page.click("text=Ask in “Innovation & Security”")
    expect(page.locator("#id_title")).to_have_value(question)
    page.fill("#id_text", "We would like to see further.")
    page.get_by_role("button", name="Open the discussion").click()
    expect(page.locator("h1")).to_have_text(question)
