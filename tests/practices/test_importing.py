import io
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from openpyxl import Workbook, load_workbook
from wagtail.models import Page, Revision, Workflow

from common.languages import CODES
from practices.actions.importing import CutOff, Imported, import_sheets
from practices.importing.columns import columns_by_name, main_columns, row_columns
from practices.importing.names import Names
from practices.importing.plan import Outcome, make_plan
from practices.importing.template import make_template
from practices.importing.workbook import NotReadable, read_tables
from practices.models import ImportedSheet, PracticeSheet, SheetRow
from practices.schema import FIELDS, ROW_NAMES
from tests.factories import CityFactory, ConceptFactory, OrganisationFactory, ProjectFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    return CityFactory(key="the-hague", names={"en": "The Hague", "fr": "La Haye", "nl": "Den Haag"})


@pytest.fixture
def member(city):
    return UserFactory(email="writer@example.com", city=city)


def workbook_of(practices, **rows):
    """A spreadsheet with these practices, and these rows by their kind: each a dictionary by column."""
    workbook = Workbook()
    main = workbook.active
    main.title = "Practices"
    names = list(dict.fromkeys(name for practice in practices for name in practice)) or ["reference", "title"]
    _write(main, names, practices)
    for kind, of_kind in rows.items():
        columns = list(dict.fromkeys(name for row in of_kind for name in row))
        prefixed = [
            {name if name == "reference" else f"{kind}.{name}": row.get(name) for name in columns} for row in of_kind
        ]
        _write(workbook.create_sheet(kind), list(prefixed[0]), prefixed)
    return saved(workbook)


def _write(sheet, names, rows):
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name) for name in names])


def saved(workbook):
    buffer = io.BytesIO()
    workbook.save(buffer)
    return buffer.getvalue()


def practice(reference="A1", **cells):
    return {"reference": reference, "title": f"Practice {reference}", "city": "Den Haag", **cells}


def problems_of(plan):
    return [(problem.address, problem.message) for sheet in plan.sheets for problem in sheet.problems]


def outcomes(plan):
    return [(sheet.reference, sheet.outcome) for sheet in plan.sheets]


def written(user):
    """The draft of each practice that was imported for this person, by reference."""
    return {
        imported.reference: PracticeSheet.objects.get(practice=imported.practice).get_latest_revision_as_object()
        for imported in ImportedSheet.objects.filter(owner=user)
    }


def do_import(user, data, language="en", overwrite=()):
    return import_sheets(plan=make_plan(data=data, language=language, user=user), owner=user, overwrite=overwrite)


# ---------------------------------------------------------------- the template


@pytest.mark.parametrize("language", CODES)
def test_template_has_every_field_in_each_language(client, language):
    ConceptFactory(key="lighting", names={"en": "lighting", "fr": "éclairage"})
    response = client.get(f"/{language}/sheets/import/template.xlsx")
    assert (response.status_code, response["Content-Disposition"]) == (
        200,
        f'attachment; filename="practices-{language}.xlsx"',
    )
    workbook = load_workbook(io.BytesIO(response.content))
    tables = [[cell.value for cell in sheet[1]] for sheet in workbook if sheet["A1"].value == "reference"]
    assert tables == [
        [column.name for column in columns] for columns in (main_columns(), *(row_columns(name) for name in ROW_NAMES))
    ]
    with translation.override(language):
        labels = [str(column.label) for column in main_columns()]
    main = workbook.worksheets[0]
    assert [cell.value for cell in main[2]] == [f"# {labels[0]}", *labels[1:]]
    assert all(cell.value for cell in main[3])
    assert main.freeze_panes == "B4"
    assert workbook["Lists"].sheet_state == "hidden"
    concept = "éclairage" if language == "fr" else "lighting"
    assert concept in [cell.value for column in workbook["Lists"].columns for cell in column]


def test_template_leaves_out_only_what_a_spreadsheet_cannot_hold():
    named = {column.name for column in main_columns()}
    assert {field.name for field in FIELDS if not field.is_rows} - named == {"image", "image_alt", "image_rights"}


def test_template_offers_a_list_in_each_column_with_choices():
    with translation.override("en"):
        workbook = load_workbook(io.BytesIO(make_template(Names(UserFactory()))))
    main = workbook.worksheets[0]
    listed = {str(validation.sqref).split(":")[0] for validation in main.data_validations.dataValidation}
    with_choices = {
        main.cell(4, number).coordinate
        for number, column in enumerate(main_columns(), start=1)
        if column.kind.value in {"choice", "choices"}
    }
    assert with_choices <= listed


def test_template_as_it_is_has_no_practice():
    with translation.override("en"), pytest.raises(NotReadable, match="There is no practice in this file"):
        make_plan(data=make_template(Names(UserFactory())), language="en", user=UserFactory())


@pytest.mark.parametrize("rows", [1, 3])
def test_template_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        ConceptFactory()
        CityFactory()
        OrganisationFactory()
        ProjectFactory()
    client.get("/en/sheets/import/template.xlsx")
    with django_assert_num_queries(7):
        client.get("/en/sheets/import/template.xlsx")


# ---------------------------------------------------------------- from the file to the draft


def filled_template(language, cells, rows):
    """The template of a language, filled in by name of column."""
    with translation.override(language):
        workbook = load_workbook(io.BytesIO(make_template(Names(UserFactory()))))
    for sheet in workbook:
        places = {cell.value: cell.column for cell in sheet[1]}
        if "title" in places:
            for name, value in cells.items():
                sheet.cell(4, places[name], value)
        for kind, row in rows.items():
            if f"{kind}.{next(iter(row))}" in places:
                sheet.cell(4, 1, cells["reference"])
                for name, value in row.items():
                    sheet.cell(4, places[f"{kind}.{name}"], value)
    return saved(workbook)


@pytest.mark.parametrize("language", CODES)
def test_filled_template_arrives_as_it_was_written(member, city, group, language):
    lighting = ConceptFactory(key="lighting", scheme="theme", names={"en": "lighting", "fr": "éclairage"})
    streets = ConceptFactory(key="streets", scheme="theme", names={"en": "streets"})
    platform = ConceptFactory(key="platform", scheme="technology", names={"de": "Plattform"})
    town_hall = OrganisationFactory(key="town-hall", name="Gemeente Den Haag")
    cells = {
        "reference": "LUM-1",
        "title": "Neighbours report broken street lights",
        "summary": "First line.\nSecond line.",
        "city": "La Haye",
        "organisation": "gemeente den haag",
        "themes": "éclairage; streets",
        "tags": "lamps; repairs",
        "goals": "16; 11",
        "stage": "running",
        "started": 2019,
        "setup_cost": "40 000,50",
        "yearly_cost": 12000,
        "currency": "EUR",
        "price_year": "2020",
        "staff": 1.5,
        "problem": "It was **dark**.",
        "hurdle_countries": "FR; Italien",
        "licence": "CC0-1.0",
    }
    rows = {
        "objectives": {"text": "Mend lights within three days", "measure": "The register"},
        "milestones": {"year": 2020, "month": 3, "text": "All lights are numbered"},
        "technology_uses": {"technology": "Plattform", "description": "Lists the lights", "readiness": 9},
        "indicators": {
            "name": "Days in the dark",
            "unit": "days",
            "baseline": "24",
            "baseline_on": date(2019, 1, 31),
            "value": "4,5",
            "value_on": "2021-01-31",
            "source": "Register",
        },
        "evidence": {
            "dimension": "effect",
            "statement": "Lights are mended sooner",
            "level": "2",
            "direction": "better",
        },
        "contacts": {"name": "Street lighting", "email": "light@example.org", "languages": "nl; français"},
    }
    data = filled_template(language, cells, rows)
    assert do_import(member, data, language).created == 1
    sheet = written(member)["LUM-1"]
    assert (sheet.live, sheet.owner, sheet.language, sheet.original_language) == (False, member, language, language)
    said = {
        name: getattr(sheet, name) for name in ("title", "summary", "city", "organisation", "goals", "stage", "started")
    }
    assert said == {
        "title": "Neighbours report broken street lights",
        "summary": "First line.\nSecond line.",
        "city": city,
        "organisation": town_hall,
        "goals": [11, 16],
        "stage": "running",
        "started": 2019,
    }
    assert (sheet.setup_cost, sheet.yearly_cost, sheet.staff) == (Decimal("40000.50"), Decimal(12000), Decimal("1.5"))
    assert (sheet.currency, sheet.price_year, sheet.licence) == ("EUR", 2020, "CC0-1.0")
    assert (sheet.problem, sheet.hurdle_countries, sheet.visibility) == ("It was **dark**.", ["FR", "IT"], "public")
    assert list(sheet.themes.all()) == [lighting, streets]
    assert sorted(sheet.tags.names()) == ["lamps", "repairs"]
    assert [(row.text, row.measure) for row in sheet.objectives.all()] == [
        ("Mend lights within three days", "The register")
    ]
    assert [(row.year, row.month) for row in sheet.milestones.all()] == [(2020, 3)]
    assert [(row.technology, row.readiness) for row in sheet.technology_uses.all()] == [(platform, 9)]
    indicator = sheet.indicators.get()
    assert (indicator.baseline, indicator.value) == (Decimal(24), Decimal("4.5"))
    assert (indicator.baseline_on, indicator.value_on) == (date(2019, 1, 31), date(2021, 1, 31))
    assert [(row.dimension, row.level, row.direction) for row in sheet.evidence.all()] == [("effect", 2, "better")]
    assert [(row.email, row.languages, row.visibility) for row in sheet.contacts.all()] == [
        ("light@example.org", ["fr", "nl"], "members")
    ]


@pytest.mark.parametrize("delimiter", [";", ","])
def test_first_worksheet_can_come_as_csv(member, delimiter):
    lines = [["reference", "title", "city", "started"], ["# help", "", "", ""], ["C1", "Lumières", "La Haye", "2019"]]
    data = "\r\n".join(delimiter.join(line) for line in lines).encode("utf-8-sig")
    do_import(member, data, "fr")
    sheet = written(member)["C1"]
    assert (sheet.title, sheet.started, sheet.slug) == ("Lumières", 2019, "lumieres")


def test_drafts_of_the_same_title_have_addresses_of_their_own(member):
    do_import(
        member, workbook_of([practice("A", title="Lights"), practice("B", title="Lights"), practice("C", title="!!!")])
    )
    assert [sheet.slug for sheet in written(member).values()] == ["lights", "lights-1", "practice"]


# ---------------------------------------------------------------- what is wrong, and where

WRONG = [
    ({"stage": "galloping"}, "D2", "“galloping” is not in the list of this column."),
    ({"themes": "lighting; nothing"}, "D2", "“nothing” is not in the list of this column."),
    ({"city": "Atlantis"}, "C2", "There is no city called “Atlantis” on this portal."),
    ({"city": ""}, "C2", "This is required."),
    ({"title": " "}, "B2", "This is required."),
    ({"title": "x" * 256}, "B2", "At most 255 characters; these are 256."),
    ({"summary": "x" * 601}, "D2", "At most 600 characters; these are 601."),
    ({"organisation": "Nobody"}, "D2", "There is no organisation called “Nobody” on this portal."),
    ({"related_project": "Nothing"}, "D2", "There is no project called “Nothing” on this portal."),
    ({"group": "Innovation & Security"}, "D2", "You do not belong to a working group called “Innovation & Security”."),
    ({"started": "long ago"}, "D2", "“long ago” is not a number."),
    ({"started": 2019.5}, "D2", "“2019.5” is not a whole number."),
    ({"started": 219}, "D2", "Ensure this value is greater than or equal to 1900."),
    ({"started": 2020, "ended": 2019, "stage": "ended"}, "E2", "It cannot have ended before it started."),
    ({"yearly_cost": "1,234", "currency": "EUR", "price_year": 2020}, "D2", "At most 2 decimals."),
    ({"yearly_cost": -1, "currency": "EUR", "price_year": 2020}, "D2", "Ensure this value is greater than or equal to 0."),
    ({"yearly_cost": 100, "price_year": 2020}, "A2", "A cost needs its currency."),
    ({"yearly_cost": 100, "price_year": 2020, "currency": ""}, "F2", "A cost needs its currency."),
    ({"sensitivity": "green"}, "D2", "What everybody may see is TLP:CLEAR; choose that, or show the sheet to members only."),
    ({"visibility": "group"}, "A2", "Name the working group whose members may see this page."),
    ({"evaluation_report": "see our website"}, "D2", "Enter a valid URL."),
    ({"problem": "=SUM(1,2)"}, "D2", "This is a formula. Put its result here: copy the cell, and paste the value only."),
    ({"reference": ""}, "A2", "Give each practice a reference of your own."),
    ({"reference": "x" * 101}, "A2", "A reference has at most 100 characters."),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "address", "message"), WRONG, ids=[str(cells)[:50] for cells, _a, _m in WRONG])
def test_what_is_wrong_is_named_at_its_cell(member, group, cells, address, message):
    ConceptFactory(key="lighting", scheme="theme")
    plan = make_plan(data=workbook_of([practice(**cells)]), language="en", user=member)
    assert problems_of(plan) == [(address, message)]
    assert [sheet.outcome for sheet in plan.sheets] == [Outcome.LEFT_OUT]


WRONG_ROWS = [
    ("objectives", {"text": "", "measure": "Yes"}, "B2", "This field cannot be blank."),
    ("milestones", {"year": 2020, "month": 13, "text": "It"}, "C2", "Ensure this value is less than or equal to 12."),
    ("indicators", {"name": "Days", "value": 3, "source": "Us", "unit": ""}, "E2", "A value needs its unit: %, reports a year, euros."),
    ("indicators", {"name": "Days", "baseline_on": "2020-01-02", "value_on": "2020-01-01"}, "D2", "The second measurement cannot lie before the first."),
    ("indicators", {"name": "Days", "value_on": "31/12/2020"}, "C2", "“31/12/2020” is not a date. Write it like this: 2021-03-31."),
    ("evidence", {"dimension": "economics", "statement": "Cheap", "level": 1, "direction": "better"}, "E2", "Only an effect is for better or worse."),
    ("partners", {"name": "", "role": "Walks"}, "B2", "Name the partner, or choose an organisation."),
    ("contacts", {"name": "Lights", "email": "nowhere"}, "C2", "Enter a valid email address."),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "row", "address", "message"), WRONG_ROWS)
def test_what_is_wrong_in_a_row_leaves_its_practice_out(member, kind, row, address, message):
    data = workbook_of([practice(), practice("A2")], **{kind: [{"reference": "A1", **row}]})
    plan = make_plan(data=data, language="en", user=member)
    found = [(problem.worksheet, problem.address, problem.message) for problem in plan.sheets[0].problems]
    assert (kind, address, message) in found
    assert outcomes(plan) == [("A1", Outcome.LEFT_OUT), ("A2", Outcome.CREATE)]


def test_dimension_of_evidence_stands_in_one_row(member):
    claim = {"reference": "A1", "dimension": "effect", "statement": "Better", "level": 1}
    plan = make_plan(data=workbook_of([practice()], evidence=[claim, claim]), language="en", user=member)
    assert problems_of(plan) == [("B3", "There is a row for this dimension already.")]


def test_reference_that_stands_twice_is_refused_in_both_places(member):
    plan = make_plan(data=workbook_of([practice("A"), practice("B"), practice("A")]), language="en", user=member)
    message = "The same reference stands in: A2, A4."
    assert problems_of(plan) == [("A2", message), ("A4", message)]
    assert plan.to_write() == [plan.sheets[1]]


def test_name_of_two_cities_asks_for_the_key(member):
    CityFactory(key="other-hague", names={"nl": "Den Haag"})
    plan = make_plan(data=workbook_of([practice()]), language="en", user=member)
    assert problems_of(plan) == [
        ("C2", "“Den Haag” is the name of several. Use one of these keys: other-hague, the-hague.")
    ]
    assert not problems_of(make_plan(data=workbook_of([practice(city="the-hague")]), language="en", user=member))


def test_rows_and_columns_that_belong_nowhere_are_reported(member):
    data = workbook_of([practice(colour="blue")], objectives=[{"reference": "ZZ", "text": "Lost"}])
    plan = make_plan(data=data, language="en", user=member)
    assert [(problem.worksheet, problem.address, problem.message) for problem in plan.problems] == [
        ("Practices", "D1", "There is no column “colour” in the template: it is not read."),
        ("objectives", "A2", "No practice of the file has the reference “ZZ”."),
    ]
    assert outcomes(plan) == [("A1", Outcome.CREATE)]


@pytest.mark.parametrize(
    ("who", "allowed"), [("own", True), ("stranger", False), ("coordinator", True), ("administrator", True)]
)
def test_members_import_for_their_own_city_and_coordinators_for_any(people, member, who, allowed):
    user = member if who == "own" else people[who]
    plan = make_plan(data=workbook_of([practice()]), language="en", user=user)
    assert bool(plan.to_write()) == allowed
    if not allowed:
        assert problems_of(plan) == [("C2", "Your account has no city yet. Ask a coordinator to add it.")]


def test_practice_of_another_city_is_refused(member):
    CityFactory(key="turin", names={"en": "Turin"})
    with translation.override("en"):
        plan = make_plan(data=workbook_of([practice(city="Turin")]), language="en", user=member)
        assert problems_of(plan) == [
            ("C2", "You write for The Hague. Only coordinators import practices of other cities.")
        ]


# ---------------------------------------------------------------- files that cannot be used


def archive(**parts):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/"), content)
    return buffer.getvalue()


def with_part(name, content):
    buffer = io.BytesIO(workbook_of([practice()]))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return buffer.getvalue()


def with_entities():
    """A workbook whose first worksheet grows when it is read."""
    source, target = zipfile.ZipFile(io.BytesIO(workbook_of([practice()]))), io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for part in source.namelist():
            content = source.read(part)
            if part == "xl/worksheets/sheet1.xml":
                content = ENTITIES + content.partition(b"?>")[2] if content.startswith(b"<?xml") else ENTITIES + content
            package.writestr(part, content)
    return target.getvalue()


ENTITIES = b'<!DOCTYPE worksheet [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'


def far_away():
    workbook = Workbook()
    workbook.active.append(["reference", "title"])
    workbook.active.cell(1_048_576, 1, "A")
    return saved(workbook)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: b"", "This file is empty."),
        (lambda: b"x" * (5 * 1024 * 1024 + 1), "This file is larger than 5 MB."),
        (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "This is a file of the old kind (.xls), or one with a password."),
        (lambda: b"%PDF-1.7\n\xe2\xe3\xcf\xd3", "This is not a spreadsheet."),
        (lambda: b"reference\x00,title", "This is not a spreadsheet."),
        (lambda: b"PK\x03\x04 and no more", "This is not a spreadsheet."),
        (lambda: archive(word__document="<a/>"), "This is not a spreadsheet."),
        (lambda: archive(xl__workbook="<a/>"), "This is not a spreadsheet."),
        (lambda: with_part("xl/media/bomb.xml", b"0" * 61 * 1024 * 1024), "This file is too large once it is unpacked."),
        (lambda: archive(**{f"part{number}": "x" for number in range(500)}, **{"xl/workbook.xml": "<a/>"}), "This file is too large once it is unpacked."),
        (lambda: with_part("xl/externalLinks/externalLink1.xml", b"<a/>"), "This file has links to other files."),
        (lambda: with_part("xl/vbaProject.bin", b"macro"), "This file has macros."),
        (with_entities, "This is not a spreadsheet."),
        (far_away, "has more than 10000 rows."),
        (lambda: saved(Workbook()), "No worksheet begins with the column “reference”."),
        (lambda: b"name;title\nA;B", "No worksheet begins with the column “reference”."),
    ],
)  # fmt: skip
def test_file_that_cannot_be_used_is_refused_with_a_reason(make, message):
    with pytest.raises(NotReadable) as refused:
        read_tables(make())
    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"reference;title;city\n", "There is no practice in this file."),
        (b"reference;city\nA;B\n", "The worksheet of practices is missing"),
        (b"reference;title;city\n" + b"".join(b"%d;T;C\n" % number for number in range(501)), "This file has 501 practices. At most 500"),
    ],
)  # fmt: skip
def test_file_without_practices_or_with_too_many_is_refused(member, data, message):
    with pytest.raises(NotReadable, match=message.replace("(", r"\(")):
        make_plan(data=data, language="en", user=member)


def test_worksheet_that_stands_twice_is_refused(member):
    workbook = load_workbook(io.BytesIO(workbook_of([practice()])))
    workbook.copy_worksheet(workbook.active)
    with pytest.raises(NotReadable, match="Two worksheets have the column “title”"):
        make_plan(data=saved(workbook), language="en", user=member)


# ---------------------------------------------------------------- again


def test_report_writes_nothing(member, client):
    client.force_login(member)
    counts = [model.objects.count() for model in (Page, Revision, ImportedSheet)]
    data = workbook_of([practice(tags="new tag")], objectives=[{"reference": "A1", "text": "Light"}])
    response = client.post("/en/sheets/import/", {"file": upload(data), "language": "en"}, follow=True)
    assert (response.status_code, len(response.context["new"])) == (200, 1)
    assert [model.objects.count() for model in (Page, Revision, ImportedSheet)] == counts


def test_same_file_again_changes_nothing(member):
    data = workbook_of(
        [practice(started=2019, setup_cost="1,5", currency="EUR", price_year=2020)],
        objectives=[{"reference": "A1", "text": "Light"}],
    )
    do_import(member, data)
    state = (Page.objects.count(), Revision.objects.count())
    plan = make_plan(data=data, language="en", user=member)
    assert outcomes(plan) == [("A1", Outcome.UNCHANGED)]
    import_sheets(plan=plan, owner=member)
    assert (Page.objects.count(), Revision.objects.count()) == state


def test_changed_cell_updates_the_same_draft_and_leaves_alone_what_the_file_does_not_say(member):
    do_import(
        member, workbook_of([practice(started=2019), practice("B")], objectives=[{"reference": "A1", "text": "Light"}])
    )
    first = written(member)["A1"]
    plan = make_plan(
        data=workbook_of([practice(started=2020), practice("B", started=None)]), language="en", user=member
    )
    assert outcomes(plan) == [("A1", Outcome.UPDATE), ("B", Outcome.UNCHANGED)] or outcomes(plan)[0] == (
        "A1",
        Outcome.UPDATE,
    )
    import_sheets(plan=plan, owner=member)
    again = written(member)["A1"]
    assert (again.pk, again.started, [row.text for row in again.objectives.all()]) == (first.pk, 2020, ["Light"])
    assert PracticeSheet.objects.count() == 2


def test_rows_keep_their_place_when_they_are_changed(member):
    do_import(
        member, workbook_of([practice()], objectives=[{"reference": "A1", "text": text} for text in ("One", "Two")])
    )
    before = [row.key for row in written(member)["A1"].objectives.all()]
    do_import(
        member,
        workbook_of(
            [practice()], objectives=[{"reference": "A1", "text": text} for text in ("One", "Two, anew", "Three")]
        ),
    )
    after = list(written(member)["A1"].objectives.all())
    assert [row.text for row in after] == ["One", "Two, anew", "Three"]
    assert [row.key for row in after[:2]] == before


def test_published_sheet_gets_a_new_draft_and_stays_as_it_is(member):
    do_import(member, workbook_of([practice(started=2019)]))
    written(member)["A1"].latest_revision.publish()
    assert outcomes(make_plan(data=workbook_of([practice(started=2019)]), language="en", user=member)) == [
        ("A1", Outcome.UNCHANGED)
    ]
    do_import(member, workbook_of([practice(started=2020)]))
    live = PracticeSheet.objects.get()
    assert (live.live, live.started, live.has_unpublished_changes) == (True, 2019, True)
    assert written(member)["A1"].started == 2020


def test_sheet_changed_on_the_portal_is_left_alone_unless_it_is_to_be_overwritten(member):
    do_import(member, workbook_of([practice(summary="From the file.")]))
    draft = written(member)["A1"]
    draft.summary = "From the form."
    draft.save_revision(user=member, clean=False)
    data = workbook_of([practice(summary="From the file, anew.")])
    plan = make_plan(data=data, language="en", user=member)
    assert outcomes(plan) == [("A1", Outcome.CHANGED_HERE)]
    assert plan.to_write() == []
    do_import(member, data)
    assert written(member)["A1"].summary == "From the form."
    assert do_import(member, data, overwrite=["A1"]).updated == 1
    assert written(member)["A1"].summary == "From the file, anew."


def test_draft_saved_without_a_change_does_not_count_as_changed(member):
    do_import(member, workbook_of([practice(setup_cost=3, currency="EUR", price_year=2020, tags="one; two")]))
    for draft in (PracticeSheet.objects.get(), written(member)["A1"]):
        draft.save_revision(user=member)
    data = workbook_of([practice(setup_cost=4, currency="EUR", price_year=2020, tags="one; two")])
    assert outcomes(make_plan(data=data, language="en", user=member)) == [("A1", Outcome.UPDATE)]


def test_sheet_under_review_is_left_out(member):
    do_import(member, workbook_of([practice()]))
    workflow = Workflow.objects.create(name="Review")
    from wagtail.models import WorkflowTask

    from practices.models import GroupReviewTask

    WorkflowTask.objects.create(workflow=workflow, task=GroupReviewTask.objects.create(name="Group"), sort_order=0)
    workflow.start(PracticeSheet.objects.get(), member)
    plan = make_plan(data=workbook_of([practice(started=2019)]), language="en", user=member)
    assert problems_of(plan) == [("A2", "This sheet is under review, and waits for an answer.")]


def test_reference_is_that_of_one_member_and_one_language(member, city):
    other = UserFactory(city=city)
    do_import(member, workbook_of([practice()]))
    assert do_import(other, workbook_of([practice()])).created == 1
    plan = make_plan(data=workbook_of([practice(started=2019)]), language="fr", user=member)
    assert problems_of(plan) == [("A2", "You imported this practice in another language: English. Choose that one.")]


def test_sheet_that_was_deleted_is_made_anew(member):
    do_import(member, workbook_of([practice()]))
    PracticeSheet.objects.get().delete()
    assert do_import(member, workbook_of([practice()])).created == 1
    assert ImportedSheet.objects.get().practice.sheets.count() == 1


def test_rows_with_mistakes_are_left_out_and_the_others_imported(member):
    data = workbook_of([practice("A", started="long ago"), practice("B")])
    assert do_import(member, data).created == 1
    assert list(written(member)) == ["B"]


def test_update_is_held_to_what_the_sheet_says_already(member):
    do_import(member, workbook_of([practice(started=2019)]))
    plan = make_plan(data=workbook_of([practice(ended=2018, stage="ended")]), language="en", user=member)
    assert problems_of(plan) == [("D2", "It cannot have ended before it started.")]


def broken_at(reference):
    """Makes the database refuse to note that the practice with this reference was imported."""

    def refuse(execute, sql, params, many, context):
        if sql.startswith("INSERT") and "importedsheet" in sql and reference in params:
            raise OperationalError("database is locked")
        return execute(sql, params, many, context)

    return connection.execute_wrapper(refuse)


def test_import_that_is_cut_off_keeps_what_is_done_and_goes_on_from_there(member):
    data = workbook_of([practice("A"), practice("B"), practice("C")])
    with pytest.raises(CutOff) as cut_off, broken_at("B"):
        do_import(member, data)
    assert (cut_off.value.done, cut_off.value.reference) == (Imported(1, 0), "B")
    assert (list(written(member)), PracticeSheet.objects.count()) == (["A"], 1)
    assert do_import(member, data) == Imported(2, 0)
    assert PracticeSheet.objects.count() == 3


def test_same_plan_carried_out_twice_makes_no_second_draft(member):
    plan = make_plan(data=workbook_of([practice("A")]), language="en", user=member)
    assert [import_sheets(plan=plan, owner=member) for _twice in range(2)] == [Imported(1, 0), Imported(0, 0)]
    assert PracticeSheet.objects.count() == 1


def test_sheet_changed_while_the_report_was_read_out_is_left_alone(member):
    do_import(member, workbook_of([practice("A")]))
    plan = make_plan(data=workbook_of([practice("A", problem="New.")]), language="en", user=member)
    draft = written(member)["A"]
    draft.problem = "Written on the portal."
    draft.save_revision()
    assert import_sheets(plan=plan, owner=member) == Imported(0, 0)
    assert written(member)["A"].problem == "Written on the portal."


# ---------------------------------------------------------------- the screens


def test_member_is_told_where_an_import_was_cut_off(client, member):
    client.force_login(member)
    data = workbook_of([practice("A"), practice("B")])
    report = client.post("/en/sheets/import/", {"file": upload(data), "language": "en"})["Location"]
    with broken_at("B"):
        page = client.post(report, follow=True)
    told = [str(message) for message in page.context["messages"]]
    assert told == ["The import was cut off at B.", "1 draft was created."]
    assert (len(page.context["unchanged"]), len(page.context["new"])) == (1, 1)


def upload(data, name="practices.xlsx"):
    file = io.BytesIO(data)
    file.name = name
    return file


def test_visitors_read_how_it_works_and_are_led_to_the_login(client):
    page = client.get("/en/sheets/import/")
    assert page.status_code == 200
    assert b'type="file"' not in page.content
    response = client.post("/en/sheets/import/", {"file": upload(b"x"), "language": "en"})
    assert (response.status_code, response["Location"]) == (302, "/en/login/?next=/en/sheets/import/")
    token = "a" * 64
    assert client.get(f"/en/sheets/import/{token}/")["Location"] == f"/en/login/?next=/en/sheets/import/{token}/"


def test_member_sends_a_file_reads_the_report_and_imports(client, member):
    client.force_login(member)
    data = workbook_of([practice("A", started="long ago"), practice("B", title="Lights & <b>lamps</b>")])
    report = client.post("/en/sheets/import/", {"file": upload(data), "language": "nl"}, follow=True)
    page = report.content.decode()
    assert "Import this 1 practice" in page
    assert "“long ago” is not a number." in page
    assert "Lights &amp; &lt;b&gt;lamps&lt;/b&gt;" in page
    after = client.post(report.redirect_chain[-1][0], follow=True)
    assert "1 draft was created." in after.content.decode()
    assert (len(after.context["unchanged"]), len(after.context["left_out"])) == (1, 1)
    sheet = PracticeSheet.objects.get()
    assert (sheet.language, sheet.live, sheet.owner) == ("nl", False, member)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"language": "en"}, "Choose a file."),
        ({"language": "xx", "file": b"reference;title\nA;B"}, "Select a valid choice."),
        ({"language": "en", "file": b""}, "This file is empty."),
        ({"language": "en", "file": b"%PDF-1.7\xff"}, "This is not a spreadsheet."),
    ],
)
def test_file_that_cannot_be_used_is_refused_at_the_form(client, member, data, message):
    client.force_login(member)
    sent = {name: upload(value) if name == "file" else value for name, value in data.items()}
    response = client.post("/en/sheets/import/", sent)
    assert response.status_code == 422
    assert message in response.content.decode()


def test_report_belongs_to_whoever_sent_the_file_and_ends_with_the_hour(client, member, city):
    client.force_login(member)
    data = workbook_of([practice()])
    address = client.post("/en/sheets/import/", {"file": upload(data), "language": "en"})["Location"]
    assert client.get(address).status_code == 200
    client.force_login(UserFactory(city=city))
    assert client.get(address)["Location"] == "/en/sheets/import/"
    client.force_login(member)
    client.post("/en/sheets/import/", {"file": upload(workbook_of([practice("B")])), "language": "en"})
    assert client.post(address)["Location"] == "/en/sheets/import/"
    client.post("/en/sheets/import/", {"file": upload(data), "language": "en"})
    assert client.get(address).status_code == 200
    cache.clear()
    assert client.post(address)["Location"] == "/en/sheets/import/"
    assert PracticeSheet.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_report_query_count_is_constant(client, member, rows, django_assert_num_queries):
    client.force_login(member)
    data = workbook_of([practice(str(number), problem="It was dark.") for number in range(rows)])
    address = client.post("/en/sheets/import/", {"file": upload(data), "language": "en"})["Location"]
    client.get(address)
    with django_assert_num_queries(14):
        response = client.get(address)
    assert len(response.context["new"]) == rows


@pytest.mark.parametrize(("cells", "asked"), [({}, 0), ({"started": 2019}, 1), ({"started": 2019, "ended": 2020, "stage": "ended"}, 2)])  # fmt: skip
def test_rules_ask_the_database_only_about_what_the_file_says(member, cells, asked):
    counts = []
    for practices in ([practice()], [practice(**cells)]):
        data = workbook_of(practices)
        with CaptureQueriesContext(connection) as queries:
            assert make_plan(data=data, language="en", user=member).to_write()
        counts.append(len([query for query in queries if "SAVEPOINT" not in query["sql"]]))
    assert counts[1] - counts[0] == asked


def test_every_column_of_rows_is_one_of_the_model():
    for name, column in columns_by_name().items():
        if "." in name:
            assert issubclass(column.field.model, SheetRow)
