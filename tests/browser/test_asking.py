"""A question to a city, answered by somebody without an account; and a call to the network, from the search to its end."""

import re

from playwright.sync_api import expect

from tests.browser.letters import letter_with, text_of
from tests.browser.screens import expect_to_fit_a_phone, violations


def test_member_asks_a_city_and_its_contact_answers_without_an_account(page, log_in, portal, context):
    log_in("member.turin@example.org")
    page.goto("/en/practices/bart/")
    page.get_by_role("link", name="Ask The Hague").click()
    expect(page.locator(".asking-facts")).to_contain_text("BART! – Gemeente Den Haag")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.fill("#id_title", "Quanti messaggi avete letto?")
    page.fill("#id_text", "Nella prova, **quanti** al giorno?")
    page.select_option("#id_language", "it")
    page.get_by_role("button", name="Send the question").click()
    expect(page.locator("h1")).to_have_text("Quanti messaggi avete letto?")
    thread = page.url
    context.clear_cookies()

    letter, _found = letter_with(portal, "bart@example.org", re.escape("> Nella prova, **quanti** al giorno?"))
    text = text_of(letter)
    page.goto(re.search(r"<https?://[^/]+(/\S+/discussions/asked/[^/>]+/)>", text)[1])
    expect(page.locator(".post__text")).to_have_text("Nella prova, quanti al giorno?")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.fill("#id_text", "Twaalf, en **nooit** meer.")
    page.locator("main form button").click()
    expect(page.locator(".messages .notice")).to_be_visible()
    context.clear_cookies()

    log_in("member@example.org")
    page.goto(thread)
    expect(page.locator(".post__text").last).to_have_text("Twaalf, en nooit meer.")


def test_search_in_vain_becomes_a_call_that_a_city_answers_and_the_asker_sums_up(page, log_in, context):
    log_in("member.turin@example.org")
    page.goto("/en/search/?q=zeppelins+over+neighbourhoods")
    page.get_by_role("link", name="Call to the network").click()
    expect(page.locator("#id_title")).to_have_value("zeppelins over neighbourhoods")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.fill("#id_problem", "Residents write to each other about burglaries, and the city learns too late.")
    page.fill("#id_wanted", "Somebody to talk to.")
    page.get_by_role("button", name="Continue: choose the cities").click()
    page.get_by_label("The Hague", exact=False).first.check()
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    page.get_by_role("button", name="Back to the question").click()
    expect(page.locator("#id_wanted")).to_have_value("Somebody to talk to.")
    page.get_by_role("button", name="Continue: choose the cities").click()
    expect(page.get_by_label("The Hague", exact=False).first).to_be_checked()
    page.get_by_role("button", name="Send the call").click()
    expect(page.locator(".messages")).to_contain_text("The call is out.")
    expect(page.locator(".call-glance")).to_contain_text("The Hague")
    call = page.url
    context.clear_cookies()

    log_in("member@example.org")
    page.goto("/en/calls/?asked")
    page.get_by_role("link", name="zeppelins over neighbourhoods").click()
    page.locator(".call-glance").get_by_role("link", name="Answer the call", exact=True).click()
    page.fill("#id_text", "Eerst **vragen**, dan lezen.")
    page.get_by_role("button", name="Send the reply").click()
    page.goto(call)
    expect(page.locator(".city-answers h3")).to_have_text("The Hague")
    expect(page.locator(".city-answers .prose")).to_have_text("Eerst vragen, dan lezen.")
    assert violations(page) == []
    expect_to_fit_a_phone(page)
    context.clear_cookies()

    log_in("member.turin@example.org")
    page.goto(call)
    page.get_by_role("link", name="Say what came of it").click()
    page.fill("#id_summary", "They ask **first**.")
    page.get_by_role("button", name="End the call").click()
    expect(page.locator("#summary + .prose")).to_have_text("They ask first.")
    page.get_by_role("link", name="Begin a practice sheet from the answers").click()
    page.fill("#id_title", "Asking before reading")
    page.get_by_role("button", name="Make the draft").click()
    expect(page.locator(".messages")).to_contain_text("The draft is made.")


def test_axe_finds_nothing_on_calls(page, log_in):
    log_in("member@example.org")
    for path in ("/en/calls/", "/en/calls/new/", "/en/sheets/1/ask/", "/en/discussions/asked/nothing/"):
        page.goto(path)
        assert violations(page) == [], path
