"""A practice on its way: written in Italian, sent back once, submitted again, accepted, read by everybody."""

import re
import uuid

import pytest
from playwright.sync_api import expect

from tests.browser.screens import violations
from tests.browser.test_writing import AUTHOR, TEXTS, begin

pytestmark = pytest.mark.database

COORDINATOR = "coordinator@example.org"


def fill_in_the_quick_sheet(page):
    for name, text in TEXTS.items():
        page.fill(f"[name='{name}']", text)
    page.select_option("#id_organisation", index=1)
    page.select_option("#id_stage", "running")
    page.locator("[name=themes]").first.check()
    page.locator("[name=target_groups]").first.check()


def save_and_submit(page):
    page.locator(".writing__buttons button[value=status]").click()
    page.wait_for_url("**/status/")
    expect(page.locator("main .completeness")).to_contain_text("15")
    page.locator("form[action$='/submit/'] button").click()
    expect(page.locator("form[action$='/withdraw/']")).to_be_visible()


def open_review(page, title):
    page.goto("/en/sheets/review/")
    page.locator("ol.queue").get_by_role("link", name=title).click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("h1")).to_have_attribute("lang", "it")


def test_quick_sheet_in_italian_is_sent_back_once_accepted_and_read_by_visitors(page, context, log_in):
    # Nothing that was published can be thrown away: the title is not that of any other sheet.
    title = f"Lampioni con una targa {uuid.uuid4().hex[:8]}"
    log_in(AUTHOR, language="it")
    begin(page, title, language="it")
    sheet = re.search(r"/drafts/\d+/", page.url)[0]
    fill_in_the_quick_sheet(page)
    save_and_submit(page)
    context.clear_cookies()
    assert page.goto(f"/it/sheets{sheet}preview/").url.endswith(f"/it/login/?next=/it/sheets{sheet}preview/")

    log_in(COORDINATOR)
    open_review(page, title)
    assert violations(page) == []
    remark = page.locator("details", has=page.locator("#id_remark_lessons")).last
    remark.locator("summary").click()
    page.fill("#id_remark_lessons", "Che cosa non ha funzionato?")
    page.locator("button[name=decision][value=send-back]").click()
    expect(page.locator(".messages")).to_contain_text("back with its authors")
    context.clear_cookies()

    log_in(AUTHOR, language="it")
    page.goto(f"/it/sheets{sheet}write/")
    lessons = page.locator("[data-portal-field=lessons]")
    expect(lessons.locator(".field__remark")).to_contain_text("Che cosa non ha funzionato?")
    expect(page.locator("[data-portal-field=problem] .field__remark")).to_have_count(0)
    lessons.locator("textarea").fill("Cominciare con un quartiere. Il primo modulo era troppo lungo.")
    save_and_submit(page)
    context.clear_cookies()

    log_in(COORDINATOR)
    open_review(page, title)
    expect(page.locator("main")).to_contain_text("Il primo modulo era troppo lungo.")
    page.locator("[name=level]").first.check()
    page.fill("#id_reason", "Clear, and the figures are there.")
    page.locator("button[name=decision][value=accept]").click()
    expect(page.locator(".messages")).to_contain_text("The sheet is published.")
    page.goto(f"/en/sheets{sheet}status/")
    published = page.get_by_role("link", name="Read what is published").get_attribute("href")
    context.clear_cookies()

    assert page.goto(published).status == 200
    expect(page.locator("h1")).to_contain_text(title)
    expect(page.locator("main")).to_contain_text("Il primo modulo era troppo lungo.")
    expect(page.locator("main")).to_contain_text("Clear, and the figures are there.")
    expect(page.locator("main")).not_to_contain_text("Che cosa non ha funzionato?")
    assert violations(page) == []
    pdf = page.request.get(page.locator("main a[href$='.pdf']").first.get_attribute("href"))
    assert (pdf.status, pdf.headers["content-type"], pdf.body()[:5]) == (200, "application/pdf", b"%PDF-")
