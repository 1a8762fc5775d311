"""A post is reported, decided on, appealed and shown again; a poll is asked and voted on; a thread is read in translation."""

import pytest
from playwright.sync_api import expect

from tests.browser.screens import screen_width, violations

TITLE = "How do you get companies to take part in an exercise?"


@pytest.fixture
def page_of(chromium, portal):
    """A page for each person, without JavaScript unless ``scripts`` are asked for."""
    contexts = []

    def open_page(email, *, scripts=False, language="en"):
        context = chromium.new_context(base_url=portal.address, locale=language, java_script_enabled=scripts)
        contexts.append(context)
        page = context.new_page()
        portal.log_in(context, email)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def address(page_of):
    """That of a discussion of the demonstration, found as a member finds it."""
    page = page_of("member@example.org")
    page.goto("/en/groups/")
    page.locator("main a", has_text="Innovation").first.click()
    return page.locator("a", has_text=TITLE).first.get_attribute("href")


def post_of(page, words):
    return page.locator(".post", has_text=words)


def test_from_a_report_to_the_last_word(page_of, address):
    words = "Una durata precisa aiuta"
    turin = page_of("member.turin@example.org", language="it")
    turin.goto(address.replace("/en/", "/it/"))
    turin.fill("#id_text", words)
    turin.locator("form", has=turin.locator("#id_text")).locator("button[type=submit]:not([name])").click()

    hague = page_of("member@example.org")
    hague.goto(address)
    post_of(hague, words).locator(".post__more summary").click()
    post_of(hague, words).locator("a", has_text="Report this post").click()
    hague.check("text=It does not belong here.")
    hague.click("main form button[type=submit] >> text=Report this post")
    expect(hague.locator(".messages")).to_contain_text("The coordinators look at it")

    coordinator = page_of("coordinator@example.org", scripts=True)
    coordinator.goto("/en/discussions/reports/")
    coordinator.click("text=It does not belong here.")
    assert violations(coordinator) == []
    coordinator.check("text=The post is hidden.")
    coordinator.fill("#id_statement", "Please open a discussion about this.")
    coordinator.locator("main form button[type=submit]").click()
    expect(coordinator.locator(".messages")).to_contain_text("It is decided")

    hague.goto(address)
    assert words not in hague.locator("main").inner_text()
    assert "hidden" in hague.locator("main").inner_text()

    turin.goto(coordinator.url)
    assert "Please open a discussion about this." in turin.locator("main").inner_text()
    turin.fill("#id_appeal", "È proprio l’argomento.")
    turin.locator("main form button[type=submit]").click()
    # Only one coordinates this group: an administrator has the last word.
    administrator = page_of("admin@example.org")
    administrator.goto(coordinator.url)
    administrator.check("text=The post stays.")
    administrator.fill("#id_statement", "It belongs here.")
    administrator.locator("main form button[type=submit]").click()
    hague.goto(address)
    expect(post_of(hague, words)).to_be_visible()


def test_cities_vote_in_a_poll_without_scripts(page_of, address):
    coordinator = page_of("coordinator@example.org")
    coordinator.goto(address)
    coordinator.click(".tools > summary")
    coordinator.click("text=Ask a poll")
    coordinator.fill("[name=question_en]", "Who invites?")
    coordinator.fill("[name=option_0_en]", "The mayor")
    coordinator.click("text=More answers")
    coordinator.fill("[name=option_1_en]", "The chamber of commerce")
    coordinator.check("text=One vote a city")
    coordinator.fill("#id_quorum", "2")
    coordinator.locator("main form button", has_text="Ask the poll").click()
    assert "your profile names none" in coordinator.locator(".poll").inner_text()

    for email, choice in (("member@example.org", "The mayor"), ("member.turin@example.org", "The chamber of commerce")):
        voter = page_of(email)
        voter.goto(address)
        voter.check(f".poll__choice:has-text('{choice}') input")
        voter.locator(".poll__form button").first.click()
        assert "Your vote counts." in voter.locator(".messages").inner_text()
    results = voter.locator(".poll__options > li")
    assert "1 vote, 50 %" in results.nth(0).inner_text()
    assert "The Hague" in results.nth(0).inner_text()
    assert "Turin" in results.nth(1).inner_text()
    assert "The 2 votes that are needed are there." in voter.locator(".poll").inner_text()


@pytest.mark.parametrize("width", [1280, 360])
def test_translation_stands_in_the_place_of_the_original(page_of, address, width):
    page = page_of("member@example.org", scripts=True)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(address)
    italian = post_of(page, "Demo Member (Turin)").first
    if italian.locator(".translation").count() == 0:
        italian.locator(".post__more summary").click()
        italian.locator("a", has_text="Write a translation").click()
        page.fill("#id_text", "I agree about **confidentiality**.")
        page.click("main form button >> text=Save")
    italian = post_of(page, "Demo Member (Turin)").first
    expect(italian.locator(".translation__text")).to_be_visible()
    expect(italian.locator(".post__text")).to_be_hidden()
    assert violations(page) == []
    italian.locator(".translation summary").click()
    expect(italian.locator(".post__text")).to_be_visible()
    expect(italian.locator(".translation__text")).to_be_hidden()
    assert screen_width(page) == width
