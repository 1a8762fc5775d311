"""Tables of sheets."""

import csv
import io
import json

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from groups.enums import Visibility
from practices.enums import AdoptionOutcome, AdoptionStatus, ContactVisibility
from practices.exports import harmless
from practices.models import Adoption, Attachment, Contact, Milestone, Partner, TechnologyUse
from practices.schema import PRIVATE, open_fields
from tests.factories import CityFactory, ConceptFactory, OrganisationFactory, PracticeSheetFactory, translate

pytestmark = pytest.mark.django_db

FACTS = ["number", "language", "original_language", "address", "version", "published_on", "changed_on", "verified_on", "adoptions", "visibility", "country"]  # fmt: skip


def content(response):
    return b"".join(response.streaming_content)


def csv_rows(response):
    return list(csv.DictReader(io.StringIO(content(response).decode("utf-8-sig"), newline="")))


def json_rows(response):
    return [json.loads(line) for line in content(response).decode().splitlines()]


def xlsx_sheets(response):
    return load_workbook(io.BytesIO(content(response)))


def rich_sheet(**fields):
    return PracticeSheetFactory(**{
        "themes": [ConceptFactory()],
        "organisation": OrganisationFactory(),
        "partners": [Partner(organisation=OrganisationFactory(name="Neighbours"), role="walk")],
        "technology_uses": [TechnologyUse(technology=ConceptFactory(scheme="technology"), description="a form")],
        "attachments": [Attachment(title="Report", address="https://example.org/report.pdf")],
        "milestones": [Milestone(year=2020, month=3, text="All numbered"), Milestone(year=2019, text="Begun")],
        **fields,
    })  # fmt: skip


@pytest.mark.parametrize("file_format", ["csv", "jsonl", "xlsx"])
@pytest.mark.parametrize("rows", [1, 3])
def test_export_query_count_is_constant(client, rows, file_format, django_assert_num_queries):
    for _row in range(rows):
        rich_sheet()
    content(client.get(f"/en/sheets/export.{file_format}"))
    with django_assert_num_queries(22):
        content(client.get(f"/en/sheets/export.{file_format}"))


def test_columns_are_those_of_the_schema_without_what_is_private(client):
    rich_sheet(members_note="Only for members", also_known_as="Secret spelling")
    row = csv_rows(client.get("/en/sheets/export.csv"))[0]
    assert list(row) == [*FACTS, *(field.name for field in open_fields()), "public_answers"]
    assert [name for name in PRIVATE if name in row] == []
    assert "Secret spelling" not in str(row)
    assert "Only for members" not in str(row)


def test_csv_says_in_words_and_json_in_codes(client):
    theme = ConceptFactory(key="street-lights", names={"en": "street lights", "fr": "éclairage public"})
    sheet = rich_sheet(
        title="Lamps",
        themes=[theme],
        stage="running",
        setup_cost="40000.50",
        currency="EUR",
        price_year=2020,
        goals=[11],
    )
    sheet.tags.add("light")
    sheet.save()
    words = csv_rows(client.get("/fr/sheets/export.csv"))[0]
    assert (words["title"], words["themes"], words["setup_cost"]) == ("Lamps", "éclairage public", "40000.5")
    assert words["milestones"] == "2020-03; All numbered\n2019; Begun"
    assert words["partners"] == "Neighbours; municipalité; walk"
    data = json_rows(client.get("/fr/sheets/export.jsonl"))[0]
    assert (data["number"], data["stage"], data["themes"]) == (sheet.practice_id, "running", ["street-lights"])
    assert (data["setup_cost"], data["goals"], data["tags"]) == (40000.5, [11], ["light"])
    assert data["milestones"] == [
        {"year": 2020, "month": 3, "text": "All numbered"},
        {"year": 2019, "month": None, "text": "Begun"},
    ]
    assert data["causes"] is None


def test_facts_say_version_dates_and_adoptions(client):
    sheet = rich_sheet()
    sheet.save_revision().publish()
    day = timezone.localdate()
    sheet.practice.verified_on = day
    sheet.practice.save()
    for status in (AdoptionStatus.CONFIRMED, AdoptionStatus.DECLARED):
        Adoption.objects.create(
            practice=sheet.practice,
            city=CityFactory(),
            year=2020,
            outcome=AdoptionOutcome.RUNNING,
            language="en",
            status=status,
        )
    data = json_rows(client.get("/en/sheets/export.jsonl"))[0]
    assert {name: data[name] for name in FACTS} == {
        "number": sheet.practice_id,
        "language": "en",
        "original_language": "en",
        "address": f"http://localhost:8000/en/sheets/{sheet.practice_id}/",
        "version": 1,
        "published_on": day.isoformat(),
        "changed_on": day.isoformat(),
        "verified_on": day.isoformat(),
        "adoptions": 1,
        "visibility": "public",
        "country": "NL",
    }


def test_only_public_contacts_leave_even_for_members(client_as):
    PracticeSheetFactory(contacts=[
        Contact(name="Public desk", email="desk@example.org", visibility=ContactVisibility.PUBLIC),
        Contact(name="Hidden desk", email="hidden@example.org"),
    ])  # fmt: skip
    client = client_as("coordinator")
    assert csv_rows(client.get("/en/sheets/export.csv"))[0]["contacts"] == "Public desk; desk@example.org"
    assert [contact["name"] for contact in json_rows(client.get("/en/sheets/export.jsonl"))[0]["contacts"]] == [
        "Public desk"
    ]


@pytest.mark.parametrize(("who", "titles"), [
    ("visitor", {"public"}),
    ("stranger", {"public", "network"}),
    ("member", {"public", "network", "group"}),
])  # fmt: skip
@pytest.mark.parametrize("file_format", ["csv", "jsonl", "xlsx"])
def test_table_holds_what_the_reader_may_see(client_as, group, who, titles, file_format):
    for visibility in Visibility.values:
        PracticeSheetFactory(title=visibility, visibility=visibility, group=group)
    response = client_as(who).get(f"/en/sheets/export.{file_format}")
    if file_format == "xlsx":
        table = xlsx_sheets(response).worksheets[0]
        place = [cell.value for cell in table[1]].index("title")
        found = {row[place].value for row in table.iter_rows(min_row=2)}
    else:
        found = {row["title"] for row in (csv_rows if file_format == "csv" else json_rows)(response)}
    assert found == titles


@pytest.mark.parametrize(("query", "titles"), [
    ("", {"Both", "Theme", "Other"}),
    ("?theme=lights", {"Both", "Theme"}),
    ("?theme=lights&country=it", {"Both"}),
    ("?country=fr", set()),
])  # fmt: skip
def test_table_has_the_filters_of_the_list(client, query, titles):
    theme, italy = ConceptFactory(key="lights"), CityFactory(country="IT")
    PracticeSheetFactory(title="Both", themes=[theme], city=italy)
    PracticeSheetFactory(title="Theme", themes=[theme])
    PracticeSheetFactory(title="Other")
    assert {row["title"] for row in csv_rows(client.get(f"/en/sheets/export.csv{query}"))} == titles


def test_each_practice_stands_once_in_the_best_language(client):
    sheet = PracticeSheetFactory(language="nl", title="Fietsen")
    translate(sheet, "fr", title="Vélos")
    assert [row["title"] for row in csv_rows(client.get("/fr/sheets/export.csv"))] == ["Vélos"]
    assert [row["title"] for row in csv_rows(client.get("/nl/sheets/export.csv"))] == ["Fietsen"]


# ---------------------------------------------------------------- formats


def test_csv_is_as_excel_and_rfc_4180_have_it(client):
    PracticeSheetFactory(title='With "quotes", commas', summary="two\nlines")
    raw = content(client.get("/en/sheets/export.csv"))
    assert raw.startswith(b"\xef\xbb\xbfnumber,language,")
    assert b'"With ""quotes"", commas",' in raw
    assert b',"two\nlines",' in raw
    assert raw.endswith(b"\r\n")


@pytest.mark.parametrize(("text", "safe"), [
    ("=1+1", "'=1+1"),
    ("+31 20 624", "'+31 20 624"),
    ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
    ("@SUM(A1)", "'@SUM(A1)"),
    ("\t=1", "'\t=1"),
    ("\r=1", "'\r=1"),
    ("＝1+1", "'＝1+1"),
    ("＠x", "'＠x"),
    ("-5", "-5"),
    ("+2.5", "+2.5"),
    ("-5+1", "'-5+1"),
    ("a=b", "a=b"),
    ("", ""),
])  # fmt: skip
def test_no_cell_is_a_formula(text, safe):
    assert harmless(text) == safe


def test_formulas_stay_text_in_both_tables(client):
    PracticeSheetFactory(title="=HYPERLINK(1)", summary="@x", funding="+a")
    row = csv_rows(client.get("/en/sheets/export.csv"))[0]
    assert (row["title"], row["summary"], row["funding"]) == ("'=HYPERLINK(1)", "'@x", "'+a")
    table = xlsx_sheets(client.get("/en/sheets/export.xlsx")).worksheets[0]
    cell = table.cell(2, [head.value for head in table[1]].index("title") + 1)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


def test_workbook_explains_its_fields_in_the_readers_language(client):
    PracticeSheetFactory(title="Bell \x07 \ufffe", started=2019, problem="x" * 40_000)
    workbook = xlsx_sheets(client.get("/fr/sheets/export.xlsx"))
    table, fields = workbook.worksheets
    names = [cell.value for cell in table[1]]
    values = dict(zip(names, [cell.value for cell in table[2]], strict=True))
    assert (values["title"], values["started"], len(values["problem"])) == ("Bell  ", 2019, 32_767)
    assert [row[0].value for row in fields.iter_rows(min_row=2)] == names
    labels = {row[0].value: row[1].value for row in fields.iter_rows(min_row=2)}
    assert (labels["city"], labels["solution"]) == ("Ville", "Ce qui est fait")


@pytest.mark.parametrize(("file_format", "content_type"), [
    ("csv", "text/csv; charset=utf-8"),
    ("jsonl", "application/jsonl; charset=utf-8"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
])  # fmt: skip
def test_table_of_nothing_has_its_header_and_a_name(client, file_format, content_type):
    response = client.get(f"/en/sheets/export.{file_format}")
    assert (response.status_code, response["Content-Type"]) == (200, content_type)
    name = f"practices-{timezone.localdate().isoformat()}.{file_format}"
    assert response["Content-Disposition"] == f'attachment; filename="{name}"'
    content(response)


def test_three_hundred_sheets_are_exported_in_batches(client, django_assert_max_num_queries):
    from practices.models import PracticeIndexPage, PracticeSheet

    index, city = PracticeIndexPage.objects.get(locale__language_code="en"), CityFactory()
    for number in range(300):
        index.add_child(instance=PracticeSheet(title=f"Sheet {number}", city=city, locale=index.locale))
    with django_assert_max_num_queries(60):
        rows = csv_rows(client.get("/en/sheets/export.csv"))
    assert len({row["number"] for row in rows}) == 300


def test_list_links_to_its_files_with_its_filters(client):
    PracticeSheetFactory(city=CityFactory(country="IT"))
    page = client.get("/en/practices/?country=IT").content.decode()
    for path in ("booklet.pdf", "export.xlsx", "export.csv", "export.jsonl"):
        assert f'href="/en/sheets/{path}?country=IT"' in page
    assert "export.csv" not in client.get("/en/practices/?country=FR").content.decode()


def test_table_of_named_sheets_has_these_and_no_others(client):
    first, second = PracticeSheetFactory(title="One"), PracticeSheetFactory(title="Two")
    PracticeSheetFactory(title="Three")
    hidden = PracticeSheetFactory(title="Hidden", visibility="network")
    numbers = f"sheet={first.practice_id}&sheet={second.practice_id}&sheet={hidden.practice_id}&sheet=x&sheet=²"
    rows = b"".join(client.get(f"/en/sheets/export.jsonl?{numbers}").streaming_content).decode().splitlines()
    assert sorted(json.loads(row)["title"] for row in rows) == ["One", "Two"]
    assert b"".join(client.get("/en/sheets/export.jsonl?sheet=x").streaming_content) == b""
