"""A member sends a spreadsheet, mends it, and finds the drafts made."""

import re
from pathlib import Path

from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.browser.screens import expect_to_fit_a_phone, violations


def test_member_imports_practices_from_the_template(page, log_in, tmp_path):
    log_in("member@example.org")
    page.goto("/en/sheets/import/")
    with page.expect_download() as download:
        page.click("text=Download the template")
    path = tmp_path / "practices.xlsx"
    download.value.save_as(path)

    fill_in(path, {4: {"reference": "DH-1", "title": "Lantaarns", "city": "Den Haag", "stage": "galloping"}})
    send(page, path)
    expect(page.locator(".import-problems")).to_contain_text("“galloping” is not in the list of this column.")
    assert violations(page) == []
    expect_to_fit_a_phone(page)

    fill_in(path, {4: {"stage": "running"}, 5: {"reference": "DH-2", "title": "Pleinen", "city": "The Hague"}})
    send(page, path)
    page.click("text=Import these 2 practices")
    expect(page.locator(".messages")).to_contain_text("2 drafts were created.")
    expect(page.locator("#sheets-unchanged")).to_be_visible()

    fill_in(path, {5: {"title": "Rustige pleinen"}})
    send(page, path)
    page.click("text=Import this 1 practice")
    expect(page.locator(".messages")).to_contain_text("1 draft was updated.")


def fill_in(path: Path, rows: dict[int, dict[str, str]]) -> None:
    workbook = load_workbook(path)
    main = workbook.worksheets[0]
    places = {cell.value: cell.column for cell in main[1]}
    for number, cells in rows.items():
        for name, value in cells.items():
            main.cell(number, places[name], value)
    workbook.save(path)


def send(page, path: Path) -> None:
    page.goto("/en/sheets/import/")
    page.set_input_files("#id_file", path)
    page.select_option("#id_language", "nl")
    page.click("text=Check the file")
    page.wait_for_url(re.compile(r"/sheets/import/[0-9a-f]{64}/"))
