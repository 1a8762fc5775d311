import re
from decimal import Decimal

import pytest
from django.utils import timezone

from groups.enums import Visibility
from practices.comparison import compare, sheets_to_compare
from practices.models import (
    Contact,
    EvidenceClaim,
    EvidenceConfirmation,
    Milestone,
    Objective,
    Partner,
    PracticeSheet,
    TechnologyUse,
)
from tests.factories import (
    AdoptionFactory,
    CityFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    UserFactory,
    translate,
)

pytestmark = pytest.mark.django_db

COMPARE = "/en/sheets/compare/"


def address(*sheets, **more):
    query = [f"sheet={getattr(sheet, 'practice_id', sheet)}" for sheet in sheets]
    return f"{COMPARE}?" + "&".join([*query, *(f"{name}={value}" for name, value in more.items())])


def rows_of(response):
    """What is compared: by label the texts of each sheet's cell."""
    return {
        str(row.label): [[str(statement.text) for statement in cell.statements] for cell in row.cells]
        for section in response.context["sections"]
        for row in section.rows
    }


@pytest.fixture
def pair():
    return PracticeSheetFactory(title="One"), PracticeSheetFactory(title="Other")


# ---------------------------------------------------------------- which sheets


def test_sheets_stand_in_the_order_of_the_address(client):
    sheets = [PracticeSheetFactory() for _row in range(3)]
    response = client.get(address(*reversed(sheets)))
    assert [sheet.pk for sheet in response.context["sheets"]] == [sheet.pk for sheet in reversed(sheets)]


@pytest.mark.parametrize(
    ("number", "template", "problem"),
    [
        (0, "practices/compare_choice.html", ""),
        (1, "practices/compare_choice.html", "One sheet is chosen. Choose at least one more."),
        (2, "practices/compare.html", None),
        (4, "practices/compare.html", None),
        (5, "practices/compare_choice.html", "You chose 5 sheets. At most 4 fit beside each other: take some away."),
    ],
)
def test_two_to_four_sheets_are_compared(client, number, template, problem):
    response = client.get(address(*[PracticeSheetFactory() for _row in range(number)]))
    assert (response.status_code, response.templates[0].name) == (200, template)
    assert response.context.get("problem") == problem


@pytest.mark.parametrize("wrong", ["99999", "0", "-1", "twelve", "", "9" * 40, "%00", "²"])
def test_numbers_that_are_none_lead_to_the_choice_with_the_others_kept(client, pair, wrong):
    response = client.get(address(pair[0], wrong))
    assert response.templates[0].name == "practices/compare_choice.html"
    assert response.context["problem"].startswith("A sheet that you asked for is not there")
    assert [sheet.pk for sheet in response.context["chosen"]] == [pair[0].pk]
    assert f'value="{pair[0].practice_id}" checked' in response.content.decode()


def test_same_sheet_twice_is_one_sheet(client, pair):
    response = client.get(address(pair[0], pair[0]))
    assert response.context["problem"] == "One sheet is chosen. Choose at least one more."
    assert len(client.get(address(pair[0], *pair)).context["sheets"]) == 2


def test_unknown_sheet_beside_two_others_is_left_out_and_that_is_said(client, pair):
    response = client.get(address(*pair, 99999))
    assert len(response.context["sheets"]) == 2
    assert "It was left out." in response.content.decode()


def test_address_of_a_thousand_sheets_gets_a_page(client, pair):
    response = client.get(address(*range(100000, 101000)))
    assert (response.status_code, response.templates[0].name) == (200, "practices/compare_choice.html")


@pytest.mark.parametrize(("who", "compared"), [("visitor", False), ("stranger", True)])
def test_hidden_sheet_is_as_if_it_were_not_there(client_as, pair, who, compared):
    PracticeSheet.objects.filter(pk=pair[1].pk).update(visibility=Visibility.NETWORK)
    client = client_as(who)
    assert (client.get(address(*pair)).templates[0].name == "practices/compare.html") is compared
    assert ("Other" in client.get(COMPARE).content.decode()) is compared


def test_choice_can_be_changed_and_narrowed_by_theme(client, pair):
    theme = ConceptFactory(key="control-rooms")
    third = PracticeSheetFactory(themes=[theme])
    response = client.get(address(*pair, choose=1, theme="control-rooms"))
    assert [sheet.pk for sheet in response.context["chosen"]] == [sheet.pk for sheet in pair]
    assert [sheet.pk for sheet in response.context["others"]] == [third.pk]


def test_choice_without_any_sheet_says_so(client):
    assert "There are no sheets to compare yet." in client.get(COMPARE).content.decode()


def test_list_of_practices_leads_to_the_comparison(client, pair):
    page = client.get("/en/practices/").content.decode()
    assert page.count('<form class="compare-bar" id="compare" action="/en/sheets/compare/" method="get"') == 1
    assert set(re.findall(r'name="sheet" value="(\d+)" form="compare"', page)) == {
        str(sheet.practice_id) for sheet in pair
    }


# ---------------------------------------------------------------- which rows


def test_only_fields_in_which_some_sheet_says_something_are_rows(client):
    one = PracticeSheetFactory(stage="running", setup_cost=Decimal("40000.00"), currency="EUR", price_year=2020)
    other = PracticeSheetFactory(problem="Dark **streets**.", register_address="https://register.example.org/1")
    response = client.get(address(one, other))
    assert rows_of(response) == {
        "Problem and context": [[], ["<p>Dark <strong>streets</strong>.</p>\n"]],
        "Status": [["running"], []],
        "Entry in a register of algorithms": [[], ["https://register.example.org/1"]],
        "Cost of setting it up": [["40,000"], []],
        "Currency": [["EUR"], []],
        "Prices of": [["2020"], []],
        "Licence": [["Creative Commons Attribution 4.0"]] * 2,
        "Sensitivity": [["TLP:CLEAR – may be shared with everybody"]] * 2,
    }
    page = response.content.decode()
    assert "Dark <strong>streets</strong>." in page
    assert '<a href="https://register.example.org/1" rel="noopener">' in page
    assert page.count("says nothing") == 6


def test_only_differences_are_shown_on_request(client):
    sheets = PracticeSheetFactory(stage="running", started=2015), PracticeSheetFactory(stage="running", started=2016)
    assert list(rows_of(client.get(address(*sheets, differences=1)))) == ["Started in"]
    same = [PracticeSheetFactory(stage="running") for _row in range(2)]
    page = client.get(address(*same, differences=1)).content.decode()
    assert "These sheets say the same in every field." in page


def test_rows_and_relations_are_lists(client, pair):
    one, other = pair
    Objective.objects.create(sheet=one, text="Fewer dark corners")
    Objective.objects.create(sheet=one, text="Sooner mended")
    Partner.objects.create(sheet=other, organisation=OrganisationFactory(name="Neighbours"))
    one.themes = [ConceptFactory(names={"en": "lighting"})]
    one.save()
    rows = rows_of(client.get(address(one, other)))
    assert rows["Objectives"] == [["Fewer dark corners", "Sooner mended"], []]
    assert rows["Partners and co-production"] == [[], ["Neighbours"]]
    assert rows["Themes"] == [["lighting"], []]


def test_evidence_says_what_is_claimed_and_what_is_confirmed(client, pair):
    one, other = pair
    EvidenceClaim.objects.create(sheet=one, dimension="effect", statement="Fewer.", level=3, direction="better")
    EvidenceClaim.objects.create(sheet=other, dimension="economics", statement="Cheap.", level=1)
    EvidenceConfirmation.objects.create(
        practice=one.practice, dimension="effect", level=2, note="The report.", confirmed_on=timezone.localdate()
    )
    response = client.get(address(one, other))
    (row,) = [row for section in response.context["sections"] for row in section.rows if "vidence" in str(row.label)]
    assert [[(statement.text, statement.note) for statement in cell.statements] for cell in row.cells] == [
        [("Effect: what changed", "claimed: evaluated; for the better; confirmed: supported by figures")],
        [("Economics: what it costs and brings", "claimed: described from experience; not confirmed")],
    ]


def test_adoptions_are_counted(client, pair):
    for _city in range(2):
        AdoptionFactory(practice=pair[0].practice, status="confirmed")
    AdoptionFactory(practice=pair[1].practice)
    assert rows_of(client.get(address(*pair)))["Adopted by other cities"] == [["2"], []]


@pytest.mark.parametrize(("who", "shown"), [("visitor", ["Lighting"]), ("stranger", ["Lighting", "Ada"])])
def test_contacts_are_shown_as_their_owner_wants(client_as, pair, who, shown):
    for name, visibility in (("Lighting", "public"), ("Ada", "members")):
        Contact.objects.create(sheet=pair[0], name=name, email="contact@example.org", visibility=visibility)
    assert rows_of(client_as(who).get(address(*pair)))["Contacts"] == [shown, []]


def test_what_is_for_members_only_is_never_compared(client_as, pair):
    PracticeSheet.objects.update(members_note="Between us.", also_known_as="Lumos")
    page = client_as("member").get(address(*pair)).content.decode()
    assert "Between us." not in page
    assert "Lumos" not in page


def test_words_carry_their_language_and_choices_do_not(client):
    one = PracticeSheetFactory(
        language="nl", title="Lantaarns", problem="Donkere straten.", place="Centrum", stage="idea"
    )
    Milestone.objects.create(sheet=one, year=2019, text="Begonnen", language="de")
    other = translate(PracticeSheetFactory(language="it"), "en", title="Lamps", problem="Dark streets.")
    page = client.get(address(one, other)).content.decode()
    assert '<th scope="col" role="columnheader" lang="nl"><a href="/en/praktijken/lantaarns/">Lantaarns</a>' in page
    assert '<div class="prose" lang="nl"><p>Donkere straten.' in page
    assert '<div class="prose"><p>Dark streets.' in page
    assert '<span lang="nl">Centrum</span>' in page
    assert '<span lang="de">2019: Begonnen</span>' in page
    assert 'lang="nl">idea' not in page


@pytest.mark.parametrize("rows", [2, 4])
def test_comparison_query_count_is_constant(client, rows, django_assert_num_queries):
    sheets = []
    for _row in range(rows):
        sheet = PracticeSheetFactory(
            city=CityFactory(),
            organisation=OrganisationFactory(),
            themes=[ConceptFactory()],
            technologies=[ConceptFactory()],
        )
        Objective.objects.create(sheet=sheet, text="Light")
        Partner.objects.create(sheet=sheet, organisation=OrganisationFactory())
        TechnologyUse.objects.create(sheet=sheet, technology=ConceptFactory(), description="A form")
        EvidenceClaim.objects.create(sheet=sheet, dimension="effect", statement="Fewer.", level=3)
        Contact.objects.create(sheet=sheet, name="Lighting", email="contact@example.org", visibility="public")
        AdoptionFactory(practice=sheet.practice, status="confirmed")
        sheets.append(sheet)
    client.get(address(*sheets))
    with django_assert_num_queries(23):
        response = client.get(address(*sheets))
    assert len(response.context["sheets"]) == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_choice_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        PracticeSheetFactory(themes=[ConceptFactory()])
    client.get(COMPARE)
    with django_assert_num_queries(8):
        response = client.get(COMPARE)
    assert len(response.context["others"]) == rows


def test_comparison_can_be_made_without_a_page(rf, pair):
    request = rf.get("/en/")
    request.user = UserFactory()
    sheets = sheets_to_compare([sheet.practice_id for sheet in pair], request)
    assert [section.tab for section in compare(sheets)] == ["publication"]
