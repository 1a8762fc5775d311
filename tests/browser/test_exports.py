"""What people take away from the portal, as they take it."""

import io
import re

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader


def downloaded(page, link):
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    file = download.value
    return file.suggested_filename, file.path().read_bytes()


def test_sheet_can_be_taken_away_and_cited(page):
    page.goto("/en/practices/ferm/")
    name, content = downloaded(page, "This sheet as PDF")
    assert re.fullmatch(r"practice-\d+-en-v\d+\.pdf", name)
    assert PdfReader(io.BytesIO(content)).metadata.title == page.locator("h1").inner_text()
    page.get_by_text("Cite this sheet").click()
    assert downloaded(page, "BibTeX file")[1].startswith(b"@misc{practice-")
    assert downloaded(page, "RIS file")[1].startswith(b"TY  - RPRT")


@pytest.mark.parametrize("path", ["/en/practices/?country=NL", "/en/search/?q=port"])
def test_list_can_be_taken_away(page, path):
    page.goto(path)
    page.get_by_text("Take this list with you").click()
    for link, start in (
        ("Booklet", b"%PDF-"),
        ("XLSX", b"PK"),
        ("CSV", b"\xef\xbb\xbfnumber,"),
        ("JSON Lines", b'{"number": '),
    ):
        assert downloaded(page, link)[1].startswith(start)


def test_data_for_machines_is_no_matter_for_the_policy(page):
    """The fixture fails the test for any refusal of the content security policy."""
    for path in ("/en/", "/en/practices/ferm/", "/en/events/general-assembly-augsburg/", "/en/search/?q=port"):
        page.goto(path, wait_until="networkidle")
        graph = page.evaluate("JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').textContent)")
        assert graph["@context"] == "https://schema.org"


def test_three_sheets_are_compared_and_taken_away_in_french(page):
    page.goto("/fr/pratiques/")
    for box in page.locator(".choosable input[type=checkbox]").all()[:3]:
        box.check()
    page.locator("button[form=compare], #compare button, .compare-bar button").first.click()
    page.wait_for_url("**/fr/sheets/compare/?**")
    titles = page.locator(".compare thead th a").all_inner_texts()
    assert len(titles) == 3
    page.locator(".exports summary").click()
    with page.expect_download() as download:
        page.locator(".exports a[href*='booklet']").click()
    book = PdfReader(download.value.path())
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in book.pages)
    assert [entry.title for entry in book.outline if not isinstance(entry, list)][-3:] == titles
    assert "3 fiches" in text
    with page.expect_download() as download:
        page.locator(".exports a[href*='xlsx']").click()
    table = load_workbook(io.BytesIO(download.value.path().read_bytes())).worksheets[0]
    assert len(list(table.rows)) == 4
