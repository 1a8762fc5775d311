"""How a sheet is laid out to be read."""

from datetime import date
from decimal import Decimal

import pytest
from django.contrib.auth.models import AnonymousUser

from practices.enums import ContactVisibility, Dimension, EvidenceLevel
from practices.models import (
    Contact,
    EvidenceClaim,
    EvidenceConfirmation,
    Indicator,
    Milestone,
    Objective,
    Partner,
)
from practices.reading import evidence_profile, parts_of
from tests.factories import (
    ConceptFactory,
    EventPageFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    ProjectFactory,
    UserFactory,
    translate,
)

pytestmark = pytest.mark.django_db


def shape(sheet):
    return [
        (str(part.part), [(block.kind, [entry.name for entry in block.entries]) for block in part.blocks])
        for part in parts_of(sheet)
    ]


def test_empty_sheet_has_no_parts():
    assert parts_of(PracticeSheetFactory()) == []


def test_parts_hold_what_is_filled_in_the_order_of_the_list_and_facts_together():
    sheet = PracticeSheetFactory(
        problem="Dark.",
        mechanism="Light.",
        prevention_level="situational",
        target_groups_note="At night",
        stage="pilot",
    )
    Objective.objects.create(sheet=sheet, text="Less dark")
    assert shape(sheet) == [
        ("intelligence", [("text", ["problem"])]),
        (
            "intervention",
            [
                ("rows", ["objectives"]),
                ("fact", ["target_groups_note", "prevention_level"]),
                ("text", ["mechanism"]),
            ],
        ),
    ]


def test_published_page_shows_every_kind_of_row(client):
    sheet = PracticeSheetFactory(language="en")
    Objective.objects.create(sheet=sheet, text="Mend lights", measure="In three days")
    Milestone.objects.create(sheet=sheet, year=2017, month=6, text="First light")
    Partner.objects.create(sheet=sheet, organisation=OrganisationFactory(name="Harbour", sector="private"), role="Pays")
    Partner.objects.create(sheet=sheet, name="Neighbours", sector="civil-society")
    Indicator.objects.create(
        sheet=sheet, name="Days", unit="days", baseline=Decimal(24), value=Decimal("4.5"), source="Register",
        value_on=date(2021, 3, 1),
    )  # fmt: skip
    page = client.get(sheet.url).content.decode()
    for words in ("Mend lights", "In three days", "June 2017", "Harbour", "private sector", "civil society", "−19.5"):
        assert words in page
    assert "1 March 2021" in page


def test_row_in_another_language_carries_lang(client):
    sheet = PracticeSheetFactory(language="nl")
    Objective.objects.create(sheet=sheet, text="Mehr Licht", language="de")
    Objective.objects.create(sheet=sheet, text="Meer licht", language="nl")
    page = client.get(sheet.url).content.decode()
    assert '<li lang="de">Mehr Licht' in page
    assert "<li>Meer licht" in page


# ---------------------------------------------------------------- evidence


def test_profile_is_empty_without_a_claim():
    assert evidence_profile(PracticeSheetFactory()) == []


def test_profile_keeps_claim_and_confirmation_apart_and_blank_blank():
    sheet = PracticeSheetFactory()
    EvidenceClaim.objects.create(
        sheet=sheet, dimension=Dimension.EFFECT, statement="Safer", level=EvidenceLevel.EVALUATED
    )
    EvidenceConfirmation.objects.create(
        practice=sheet.practice,
        dimension=Dimension.EFFECT,
        level=EvidenceLevel.MEASURED,
        note="The register",
        confirmed_on=date(2026, 1, 1),
    )
    effect, *others = evidence_profile(sheet)
    assert [(box.is_claimed, box.is_confirmed) for box in effect.boxes] == [
        (True, True),
        (True, True),
        (True, False),
        (False, False),
    ]
    assert [(other.claim, other.confirmation) for other in others] == [(None, None)] * 4


def test_picture_has_a_table_beside_it_that_says_the_same(client):
    sheet = PracticeSheetFactory()
    EvidenceClaim.objects.create(
        sheet=sheet, dimension=Dimension.EFFECT, statement="Fewer dark corners", level=2, direction="better"
    )
    page = client.get(sheet.url).content.decode()
    assert page.count("evidence__box--claimed") == 2
    assert "Fewer dark corners" in page
    assert "2/4, supported by figures · for the better" in page
    assert page.count(">blank<") == 4
    assert page.count(">not confirmed<") == 5


# ---------------------------------------------------------------- contacts and what members read


@pytest.mark.parametrize(
    ("visibility", "who", "shown"),
    [
        (ContactVisibility.PUBLIC, "visitor", True),
        (ContactVisibility.PUBLIC, "stranger", True),
        (ContactVisibility.MEMBERS, "visitor", False),
        (ContactVisibility.MEMBERS, "stranger", True),
    ],
)
def test_contact_is_shown_to_whom_the_author_chose(client_as, visibility, who, shown):
    sheet = PracticeSheetFactory()
    Contact.objects.create(sheet=sheet, name="Lights", email="lights@example.org", visibility=visibility)
    page = client_as(who).get(sheet.url).content.decode()
    assert ("lights@example.org" in page) is shown
    assert "Whom to ask" in page


def test_contact_is_for_active_accounts_only():
    contact = Contact(visibility=ContactVisibility.MEMBERS)
    assert [contact.is_visible_to(user) for user in (UserFactory(), UserFactory(is_active=False), AnonymousUser())] == [
        True,
        False,
        False,
    ]


@pytest.mark.parametrize(("who", "shown"), [("visitor", False), ("stranger", True)])
def test_note_for_members_is_for_members(client_as, who, shown):
    sheet = PracticeSheetFactory(members_note="Call us **first**.")
    assert ("Call us" in client_as(who).get(sheet.url).content.decode()) is shown


# ---------------------------------------------------------------- related


def test_related_sheets_come_with_the_reason(client):
    lights, cameras, theft = (ConceptFactory(names={"en": name}) for name in ("lights", "cameras", "theft"))
    sheet = PracticeSheetFactory(themes=[lights, theft])
    near = PracticeSheetFactory(title="Near", themes=[lights, theft])
    less = PracticeSheetFactory(title="Less near", themes=[theft, cameras])
    PracticeSheetFactory(title="Far", themes=[cameras])
    translate(near, "fr", title="Près")
    related = client.get(sheet.url).context["related"]
    assert [(each.sheet.pk, each.reasons) for each in related] == [
        (near.pk, ["same theme: lights, theft", "same country"]),
        (less.pk, ["same theme: theft", "same country"]),
    ]


def test_sheet_that_a_reader_may_not_see_is_not_related(client):
    theme = ConceptFactory()
    sheet = PracticeSheetFactory(themes=[theme])
    PracticeSheetFactory(themes=[theme], visibility="network")
    assert client.get(sheet.url).context["related"] == []


def test_related_events_come_with_the_reason(client):
    theme = ConceptFactory(names={"en": "lights"})
    project = ProjectFactory()
    sheet = PracticeSheetFactory(themes=[theme], related_project=project)
    event = EventPageFactory(themes=[theme], related_project=project)
    EventPageFactory(themes=[ConceptFactory()])
    related = client.get(sheet.url).context["related_events"]
    assert [(each.event.pk, each.reasons) for each in related] == [(event.pk, ["same theme: lights", "same project"])]


def test_cost_is_said_once_with_its_currency_and_year():
    sheet = PracticeSheetFactory(setup_cost=Decimal("40000.50"), currency="EUR", price_year=2020, staff=Decimal("1.50"))
    (block,) = parts_of(sheet)[0].blocks
    assert [(entry.name, entry.value) for entry in block.entries] == [
        ("setup_cost", ["40,000.5 EUR (prices of 2020)"]),
        ("staff", ["1.5"]),
    ]
