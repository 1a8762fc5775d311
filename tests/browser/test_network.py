"""Finding practices by filters, from a recommendation to its evidence, and one's own profile; with a keyboard and without scripts."""

import pytest
from playwright.sync_api import expect


@pytest.fixture
def plain_page(chromium, portal):
    """A browser without JavaScript."""
    context = chromium.new_context(base_url=portal.address, locale="en", java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_list_is_narrowed_and_widened_without_scripts(plain_page):
    page = plain_page
    page.goto("/en/practices/")
    everything = page.locator(".practice-card").count()
    page.select_option("#filter-country", "IT")
    page.click("text=More filters")
    page.select_option("#filter-language", "it")
    page.click(".practice-filters button")
    expect(page.locator(".practice-card")).to_have_count(1)
    named = [text.replace("\n", " ") for text in page.locator(".active-filter").all_inner_texts()]
    assert named == ["Remove the filter: Country: Italy ×", "Remove the filter: Written in: italiano ×"]
    for remaining in (1, 0):
        page.locator(".active-filter").first.click()
        expect(page.locator(".active-filter")).to_have_count(remaining)
    expect(page.locator(".practice-card")).to_have_count(everything)


def test_address_of_a_narrowed_list_names_only_what_is_asked_for(page, portal):
    page.goto("/en/practices/")
    page.select_option("#filter-country", "IT")
    page.click(".practice-filters button")
    page.wait_for_url(f"{portal.address}/en/practices/?country=IT")
    page.go_back()
    expect(page.locator("#filter-theme")).to_be_enabled()


def test_way_leads_from_what_is_missing_to_a_recommendation_its_practices_and_back(page):
    page.goto("/en/sheets/coverage/")
    page.click("text=The recommendations of all projects")
    page.locator(".page-item__title a").first.click()
    title = page.locator("h1").inner_text()
    assert page.locator(".evidence-marks").first.inner_text() != ""
    page.locator(".practice-card a").first.click()
    assert title.split(" ", 1)[1] in page.locator("#recommendations + *, .page-item__title").first.inner_text()


def test_table_of_coverage_scrolls_by_keyboard_within_itself(page):
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/en/sheets/coverage/")
    region = page.locator(".wide-table").first
    region.focus()
    for _attempt in range(50):
        # The browser may drop a key that comes while it still lays the page out.
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(100)
        if region.evaluate("region => region.scrollLeft") > 0:
            break
    assert region.evaluate("region => region.scrollLeft") > 0
    assert page.evaluate("document.documentElement.scrollLeft") == 0


def test_member_saves_the_own_profile(page, log_in):
    log_in("member.turin@example.org")
    page.goto("/en/")
    page.click(".account-menu summary")
    page.click("text=My profile")
    page.select_option("#id_language_2", "it")
    page.click("text=Save")
    page.wait_for_selector("[data-portal-error-summary]:focus")
    assert page.locator("#id_language_2_error").inner_text() == "You have chosen “italiano” already."
    page.select_option("#id_language_2", "en")
    page.select_option("#id_shown_to", "public")
    page.click("text=Save")
    assert page.locator(".messages").inner_text() == "Your profile is saved."
    page.goto("/en/cities/turin/")
    assert page.locator(".person__name").all_inner_texts() == ["Demo Member (Turin)"]
