"""A member who seldom logs in writes a quick sheet, in Italian."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.screens import screen_width, violations

AUTHOR = "member.turin@example.org"
TEXTS = {
    "summary": "I residenti segnalano i lampioni guasti e ricevono una risposta.",
    "problem": "Un lampione guasto restava spento per 24 giorni.",
    "solution": "Ogni lampione porta un numero; chi vede un guasto lo invia.",
    "started": "2019",
    "impact": "Ora bastano quattro giorni.",
    "lessons": "Cominciare con un quartiere.",
    "objectives-0-text": "Riparare nove lampioni su dieci entro tre giorni",
    "contacts-0-name": "Illuminazione pubblica",
    "contacts-0-email": "illuminazione@example.org",
}


def begin(page, title, language="en"):
    page.goto(f"/{language}/practices/" if language == "en" else f"/{language}/sheets/new/")
    if language == "en":
        page.click("text=New practice sheet")
    page.fill("#id_title", title)
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/write/?begun=1")


def test_member_writes_a_quick_sheet_and_may_submit_it(page, log_in):
    log_in(AUTHOR)
    page.goto("/en/")
    page.click(".account-menu summary")
    page.locator(".account-menu").get_by_role("link", name="My page").click()
    page.locator("main a", has_text="New practice sheet").click()
    page.fill("#id_title", "Una piattaforma di dati per la sicurezza")
    expect(page.locator(".similar")).to_contain_text("A data platform", timeout=20_000)
    expect(page.locator("#id_language")).to_have_value("it")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/write/?begun=1")
    expect(page.locator("[data-portal-completeness]")).to_contain_text("3 of 15")
    for name, text in TEXTS.items():
        page.fill(f"[name='{name}']", text)
    page.select_option("#id_organisation", index=1)
    page.select_option("#id_stage", "running")
    page.locator("[name=themes]").first.check()
    page.locator("[name=target_groups]").first.check()
    expect(page.locator("[data-portal-status]")).to_have_text(re.compile(r"Saved at \d"), timeout=15_000)
    expect(page.locator("[data-portal-completeness]")).to_contain_text("15 of 15")
    page.reload()
    expect(page.locator("#id_problem")).to_have_value(TEXTS["problem"])
    expect(page.locator("[data-portal-kept-here]")).to_be_hidden()
    page.click("text=Save and submit")
    expect(page.locator("main")).to_contain_text("15 of 15")
    expect(page.get_by_role("button", name="Submit for review")).to_be_visible()
    page.locator("main a", has_text="Preview").click()
    expect(page.locator("h1")).to_contain_text("Una piattaforma di dati per la sicurezza")
    expect(page.locator("main")).to_contain_text("This is a preview")


def test_error_is_said_while_one_writes_and_nothing_typed_is_lost(page, log_in):
    log_in(AUTHOR)
    begin(page, "Lampioni")
    page.fill("#id_started", "12")
    page.fill("#id_problem", "Strade buie.")
    expect(page.locator("[data-portal-status]")).to_contain_text("Not saved: 1 to look at", timeout=15_000)
    expect(page.locator("[data-portal-status] a")).to_have_attribute("href", "#id_started")
    page.goto("/en/sheets/mine/")
    page.go_back()
    page.reload()
    expect(page.locator("#id_problem")).to_have_value("")
    page.click("text=Put it back")
    expect(page.locator("#id_problem")).to_have_value("Strade buie.")
    page.fill("#id_started", "2012")
    expect(page.locator("[data-portal-status]")).to_contain_text("Saved at", timeout=15_000)


def test_what_a_button_saved_is_not_offered_again(page, log_in):
    log_in(AUTHOR)
    begin(page, "Salvato")
    page.fill("#id_problem", "Strade buie.")
    page.fill("[name='contacts-0-name']", "Illuminazione")
    page.fill("[name='contacts-0-email']", "illuminazione@example.org")
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".messages")).to_contain_text("Saved.")
    expect(page.locator("#id_problem")).to_have_value("Strade buie.")
    expect(page.locator("[name='contacts-1-name']")).to_have_count(1)
    expect(page.locator("[data-portal-kept-here]")).to_be_hidden()


def test_text_typed_without_a_connection_is_offered_again(page, context, log_in):
    log_in(AUTHOR)
    begin(page, "Senza rete")
    address = page.url.split("?")[0]
    context.set_offline(True)
    page.fill("#id_problem", "Scritto in treno.")
    page.locator("[data-portal-rows=objectives] [data-portal-add-row] button").click()
    page.fill("[name='objectives-1-text']", "Secondo obiettivo")
    expect(page.locator("[data-portal-status]")).to_contain_text("no connection", timeout=15_000)
    context.set_offline(False)
    page.evaluate("window.stop()")
    page.goto("about:blank")
    page.goto(address)
    if page.locator("#id_problem").input_value() == "":
        page.click("text=Put it back")
    expect(page.locator("#id_problem")).to_have_value("Scritto in treno.")
    expect(page.locator("[name='objectives-1-text']")).to_have_count(1)


@pytest.mark.parametrize("width", [360, 1280])
def test_form_works_without_scripts(chromium, portal, width):
    context = chromium.new_context(
        base_url=portal.address, locale="en", java_script_enabled=False, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    portal.log_in(context, AUTHOR)
    begin(page, "Senza script")
    page.fill("#id_problem", "Strade buie.")
    page.fill("[name='objectives-0-text']", "Riparare i lampioni")
    page.get_by_role("button", name="Intervention").click()
    expect(page.locator(".messages")).to_contain_text("Saved.")
    expect(page.locator("[name='objectives-0-text']")).to_have_value("Riparare i lampioni")
    expect(page.locator("[name='objectives-1-text']")).to_have_count(1)
    page.get_by_role("button", name="Implementation").click()
    page.fill("#id_started", "2020")
    page.fill("#id_ended", "2019")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.locator("[data-portal-error-summary]")).to_contain_text("It cannot have ended before it started.")
    expect(page.locator("#id_started")).to_have_value("2020")
    context.close()


def test_axe_finds_nothing_in_the_form_and_the_form_fits_a_small_screen(page, log_in):
    log_in(AUTHOR)
    begin(page, "Accessibile")
    form = page.url.split("?")[0]
    sheet = form.removesuffix("write/")
    tabs = [
        "",
        "basics/",
        "intelligence/",
        "intervention/",
        "implementation/",
        "involvement/",
        "impact/",
        "publication/",
    ]
    addresses = [
        *(form + tab for tab in tabs),
        *(sheet + screen for screen in ("status/", "authors/", "delete/", "preview/")),
    ]
    addresses += ["/en/sheets/mine/", "/en/sheets/new/"]
    found = []
    page.set_viewport_size({"width": 360, "height": 740})
    for address in addresses:
        page.goto(address)
        found += [f"{address} {violation}" for violation in violations(page)]
        if screen_width(page) != 360:
            found.append(f"{address} is too wide")
    assert found == []


def test_axe_finds_nothing_in_a_form_with_errors(page, log_in):
    log_in(AUTHOR)
    begin(page, "Con errori")
    page.get_by_role("button", name="Implementation").click()
    page.fill("#id_started", "2020")
    page.fill("#id_ended", "2019")
    page.fill("[name='milestones-0-text']", "Numerati")
    page.get_by_role("button", name="Save", exact=True).last.click()
    page.wait_for_selector("[data-portal-error-summary]")
    assert violations(page) == []
