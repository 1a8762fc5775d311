from urllib.parse import urlencode

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from groups.actions import set_membership
from groups.enums import Role, Visibility
from members.models import Organisation
from notifications.models import OutgoingMail
from practices.actions.adoptions import (
    AlreadyDeclared,
    change_adoption,
    confirm_adoption,
    declare_adoption,
    decline_adoption,
    withdraw_adoption,
)
from practices.models import Adoption, PracticeSheet, SheetVersion
from practices.permissions import is_reviewer
from practices.transfers import adoptions_by_city, adoptions_of_city_practices
from tests.factories import (
    AdoptionFactory,
    CityFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)

pytestmark = pytest.mark.django_db

LIST = "/en/sheets/adoptions/"
WAITING = "/en/sheets/adoptions/waiting/"
THIS_YEAR = timezone.localdate().year


@pytest.fixture
def sheet(group):
    city = CityFactory(key="turin", country="IT", names={"en": "Turin"}, latitude=45.07, longitude=7.69)
    sheet = PracticeSheetFactory(title="A data platform", group=group, city=city, started=2015, owner=UserFactory())
    sheet.save_revision().publish()
    return sheet


@pytest.fixture
def hague():
    return CityFactory(key="the-hague", names={"en": "The Hague"}, latitude=52.08, longitude=4.31)


@pytest.fixture
def citizen(people, hague):
    """The member of the group, in The Hague."""
    people["member"].city = hague
    people["member"].save()
    return people["member"]


def said(**changed):
    return {"language": "en", "year": 2020, "outcome": "running", "changes": "", "result": "", **changed}


def declare(sheet, citizen, **changed):
    return declare_adoption(practice=sheet.practice, city=citizen.city, declared_by=citizen, **said(**changed))


def letters():
    return sorted(OutgoingMail.objects.values_list("kind", "recipient"))


# ---------------------------------------------------------------- declaring


def test_declared_adoption_waits_with_the_version_that_is_current(sheet, citizen):
    adoption = declare(sheet, citizen)
    assert (adoption.status, adoption.version) == ("declared", SheetVersion.objects.get(sheet=sheet))


def test_reviewers_and_authors_learn_of_a_declaration_each_in_their_language(sheet, citizen, people):
    translate(sheet, "fr", title="Une plateforme de données")
    people["coordinator"].languages = ["fr"]
    people["coordinator"].save()
    declare(sheet, citizen)
    assert letters() == sorted(
        [("adoption-declared", "coordinator@example.com"), ("adoption-declared", sheet.owner.email)]
    )
    to_author = OutgoingMail.objects.get(user=sheet.owner)
    assert to_author.subject == "The Hague took over “A data platform”"
    assert f"/en/sheets/adoptions/{Adoption.objects.get().pk}/" in to_author.text
    to_coordinator = OutgoingMail.objects.get(user=people["coordinator"])
    assert "Une plateforme de données" in to_coordinator.subject
    assert "/fr/sheets/adoptions/" in to_coordinator.text


@pytest.mark.parametrize(
    ("changed", "field", "message"),
    [
        ({"year": 2014}, "year", "The practice itself began in 2015."),
        ({"year": THIS_YEAR + 1}, "year", "This year is still to come."),
        ({"outcome": "splendid"}, "outcome", "Value 'splendid' is not a valid choice."),
        ({"language": "xx"}, "language", "Value 'xx' is not a valid choice."),
    ],
)
def test_adoption_that_cannot_be_is_refused_at_the_field(sheet, citizen, changed, field, message):
    with pytest.raises(ValidationError) as refused:
        declare(sheet, citizen, **changed)
    assert refused.value.message_dict == {field: [message]}


def test_first_and_this_year_are_possible(sheet, citizen):
    assert declare(sheet, citizen, year=2015).year == 2015
    change_adoption(adoption=Adoption.objects.get(), changed_by=citizen, **said(year=THIS_YEAR))
    assert Adoption.objects.get().year == THIS_YEAR


def test_city_cannot_adopt_its_own_practice(sheet, citizen):
    citizen.city = sheet.city
    with pytest.raises(ValidationError) as refused:
        declare(sheet, citizen)
    assert refused.value.message_dict == {"city": ["It is this city’s own practice."]}


def test_organisation_and_version_belong_to_the_city_and_the_sheet(sheet, citizen):
    other = PracticeSheetFactory()
    other.save_revision().publish()
    with pytest.raises(ValidationError) as refused:
        declare(
            sheet,
            citizen,
            organisation=OrganisationFactory(city=sheet.city),
            version=SheetVersion.objects.get(sheet=other),
        )
    assert refused.value.message_dict == {
        "organisation": ["This organisation belongs to another city."],
        "version": ["This is a version of another sheet."],
    }


def test_second_declaration_leads_to_the_first(sheet, citizen):
    first = declare(sheet, citizen)
    with pytest.raises(AlreadyDeclared) as again:
        declare(sheet, citizen, year=2021)
    assert again.value.adoption == first
    assert Adoption.objects.get().year == 2020


# ---------------------------------------------------------------- deciding and changing


def test_confirmation_tells_the_city_and_the_authors(sheet, citizen, people):
    adoption = declare(sheet, citizen)
    OutgoingMail.objects.all().delete()
    for _twice in range(2):
        confirm_adoption(adoption=adoption, coordinator=people["coordinator"], answer="Seen.\nOn site.")
    assert letters() == sorted([("adoption-confirmed", sheet.owner.email), ("adoption-decided", citizen.email)])
    adoption.refresh_from_db()
    assert (adoption.status, adoption.decided_by, adoption.answer) == (
        "confirmed", people["coordinator"], "Seen.\nOn site.",
    )  # fmt: skip
    assert "> Seen.\\\n> On site." in OutgoingMail.objects.get(user=citizen).text


@pytest.mark.parametrize("answer", ["", "  \n"])
def test_declining_needs_a_reason(sheet, citizen, people, answer):
    adoption = declare(sheet, citizen)
    with pytest.raises(ValidationError, match="Say why"):
        decline_adoption(adoption=adoption, coordinator=people["coordinator"], answer=answer)
    assert Adoption.objects.get().status == "declared"


def test_declined_city_reads_why_and_authors_hear_nothing(sheet, citizen, people):
    adoption = declare(sheet, citizen)
    OutgoingMail.objects.all().delete()
    decline_adoption(adoption=adoption, coordinator=people["coordinator"], answer="Which district?")
    assert letters() == [("adoption-decided", citizen.email)]
    assert "> Which district?" in OutgoingMail.objects.get().text


@pytest.mark.parametrize("decide", [confirm_adoption, decline_adoption])
def test_changed_adoption_waits_again_and_reviewers_are_told_again(sheet, citizen, people, decide):
    adoption = declare(sheet, citizen)
    decide(adoption=adoption, coordinator=people["coordinator"], answer="So be it.")
    OutgoingMail.objects.all().delete()
    for _twice in range(2):
        change_adoption(adoption=adoption, changed_by=citizen, **said(changes="Everything."))
    adoption.refresh_from_db()
    assert (adoption.status, adoption.decided_by, adoption.decided_at, adoption.answer) == ("declared", None, None, "")
    assert [kind for kind, _recipient in letters()] == ["adoption-declared"] * 2


def test_saving_without_a_change_leaves_the_confirmation(sheet, citizen, people):
    adoption = declare(sheet, citizen)
    confirm_adoption(adoption=adoption, coordinator=people["coordinator"])
    change_adoption(adoption=adoption, changed_by=citizen, **said())
    assert Adoption.objects.get().status == "confirmed"


def test_withdrawn_adoption_is_gone_and_can_be_declared_anew(sheet, citizen):
    withdraw_adoption(adoption=declare(sheet, citizen))
    assert not Adoption.objects.exists()
    declare(sheet, citizen)


# ---------------------------------------------------------------- who sees what

SEEN = {
    "declared": {"declarer", "neighbour", "author", "coordinator", "administrator"},
    "declined": {"declarer", "neighbour", "author", "coordinator", "administrator"},
    "confirmed": {"declarer", "neighbour", "author", "coordinator", "administrator", "stranger", "visitor"},
}


@pytest.mark.parametrize("status", SEEN)
def test_who_sees_an_adoption_follows_its_status(sheet, citizen, people, client_as, status):
    people |= {"declarer": UserFactory(), "neighbour": UserFactory(city=citizen.city), "author": sheet.owner}
    adoption = AdoptionFactory(
        practice=sheet.practice, city=citizen.city, status=status, declared_by=people["declarer"]
    )
    readers = ("declarer", "neighbour", "author", "coordinator", "administrator", "stranger", "visitor")
    answers = {who: client_as(who).get(f"{LIST}{adoption.pk}/").status_code for who in readers}
    assert answers == {who: 200 if who in SEEN[status] else 404 for who in readers}


def test_adoption_of_a_hidden_practice_is_hidden(client, sheet, hague):
    PracticeSheet.objects.filter(pk=sheet.pk).update(visibility=Visibility.GROUP)
    adoption = AdoptionFactory(practice=sheet.practice, city=hague, status="confirmed")
    assert client.get(f"{LIST}{adoption.pk}/").status_code == 404
    assert "A data platform" not in client.get(LIST).content.decode()


@pytest.mark.parametrize("has_group", [True, False])
@pytest.mark.parametrize("who", ["coordinator", "other coordinator", "member", "stranger", "administrator"])
def test_list_of_sheets_to_review_says_the_same_as_the_rule_for_one(sheet, people, has_group, who):
    people["other coordinator"] = UserFactory()
    set_membership(group=WorkingGroupFactory(), user=people["other coordinator"], role=Role.COORDINATOR)
    if not has_group:
        PracticeSheet.objects.filter(pk=sheet.pk).update(group=None)
        sheet.refresh_from_db()
    listed = PracticeSheet.objects.reviewed_by(people[who]).filter(pk=sheet.pk).exists()
    assert listed is is_reviewer(people[who], sheet)


ACTIONS = {
    # who may change or withdraw, who may decide
    "declarer": (200, 403),
    "neighbour": (200, 403),
    "author": (403, 403),
    "coordinator": (403, 302),
    "administrator": (403, 302),
    "stranger": (404, 404),
    "visitor": (302, 302),
}


@pytest.mark.parametrize("who", ACTIONS)
def test_who_may_change_and_decide(sheet, citizen, people, client_as, who):
    people |= {"declarer": UserFactory(), "neighbour": UserFactory(city=citizen.city), "author": sheet.owner}
    adoption = AdoptionFactory(practice=sheet.practice, city=citizen.city, declared_by=people["declarer"])
    client = client_as(who)
    change, withdraw = (client.get(f"{LIST}{adoption.pk}/{what}/").status_code for what in ("change", "withdraw"))
    decide = client.post(f"{LIST}{adoption.pk}/confirm/").status_code
    assert (change, withdraw, decide) == (ACTIONS[who][0], *ACTIONS[who])
    adoption.refresh_from_db()
    assert adoption.is_confirmed is (who in {"coordinator", "administrator"})


# ---------------------------------------------------------------- screens


def adopt_address(sheet):
    return f"/en/sheets/{sheet.practice_id}/adopt/"


def test_member_records_for_the_own_city(sheet, citizen, client_as):
    client = client_as("member")
    page = client.get(adopt_address(sheet)).content.decode()
    assert "The Hague took this practice over" in page
    assert 'name="city"' not in page
    response = client.post(adopt_address(sheet), said(changes="No **photos**."))
    adoption = Adoption.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"{LIST}{adoption.pk}/")
    assert (adoption.city, adoption.declared_by, adoption.status) == (citizen.city, citizen, "declared")
    assert "<strong>photos</strong>" in client.get(response["Location"]).content.decode()


def test_member_cannot_record_for_another_city(sheet, citizen, client_as):
    client_as("member").post(adopt_address(sheet), said(city=CityFactory().pk))
    assert Adoption.objects.get().city == citizen.city


def test_member_without_a_city_is_told_whom_to_ask(sheet, group, client_as):
    group.contact = "coordinators@example.org"
    group.save()
    response = client_as("member").get(adopt_address(sheet))
    assert (response.status_code, response.templates[0].name) == (200, "practices/adopt_without_city.html")
    assert "mailto:coordinators@example.org" in response.content.decode()
    client_as("member").post(adopt_address(sheet), said())
    assert not Adoption.objects.exists()


def test_coordinator_records_for_any_city_but_that_of_the_practice(sheet, hague, client_as):
    client, another = client_as("coordinator"), CityFactory()
    form = client.get(adopt_address(sheet)).context["form"]
    assert set(form.fields["city"].queryset) == {hague, another}
    assert client.post(adopt_address(sheet), said(city=sheet.city.pk)).status_code == 422
    assert client.post(adopt_address(sheet), said(city=another.pk)).status_code == 302
    assert Adoption.objects.get().city == another


@pytest.mark.parametrize(
    ("who", "number", "status"),
    [("visitor", None, 302), ("stranger", 99999, 404), ("turin", None, 403), ("member", None, 200)],
)
def test_form_is_for_members_of_other_cities(sheet, citizen, people, client_as, who, number, status):
    people["turin"] = UserFactory(city=sheet.city)
    address = f"/en/sheets/{number or sheet.practice_id}/adopt/"
    assert client_as(who).get(address).status_code == status


def test_practice_that_one_may_not_read_cannot_be_adopted(sheet, citizen, people, client_as):
    PracticeSheet.objects.filter(pk=sheet.pk).update(visibility=Visibility.GROUP)
    people["stranger"].city = citizen.city
    people["stranger"].save()
    assert client_as("stranger").get(adopt_address(sheet)).status_code == 404
    assert client_as("member").get(adopt_address(sheet)).status_code == 200


@pytest.mark.parametrize(
    "wrong", [{"year": ""}, {"year": "soon"}, {"year": 2014}, {"outcome": ""}, {"changes": "x" * 2001}]
)
def test_form_with_errors_comes_back_with_what_was_typed(sheet, citizen, client_as, wrong):
    response = client_as("member").post(adopt_address(sheet), said(result="It went well.", **{"changes": "A", **wrong}))
    assert response.status_code == 422
    assert "It went well." in response.content.decode()
    assert list(response.context["form"].errors) == list(wrong)
    assert not Adoption.objects.exists()


def test_second_attempt_leads_to_the_record(sheet, citizen, client_as):
    adoption = declare(sheet, citizen)
    for response in (
        client_as("member").get(adopt_address(sheet)),
        client_as("member").post(adopt_address(sheet), said()),
    ):
        assert (response.status_code, response["Location"]) == (302, f"{LIST}{adoption.pk}/")
    response = client_as("coordinator").post(adopt_address(sheet), said(city=citizen.city.pk))
    assert (response.status_code, response["Location"]) == (302, f"{LIST}{adoption.pk}/")


def test_version_is_asked_for_where_there_are_several(sheet, citizen, client_as):
    client = client_as("member")
    assert "version" not in client.get(adopt_address(sheet)).context["form"].fields
    sheet.refresh_from_db()
    sheet.title = "A new title"
    sheet.save_revision().publish()
    first, second = SheetVersion.objects.filter(sheet=sheet).order_by("number")
    assert client.get(adopt_address(sheet)).context["form"].initial["version"] == second
    client.post(adopt_address(sheet), said(version=first.pk))
    assert Adoption.objects.get().version == first


def test_change_says_before_that_the_confirmation_goes(sheet, citizen, people, client_as):
    adoption = declare(sheet, citizen)
    confirm_adoption(adoption=adoption, coordinator=people["coordinator"])
    client, address = client_as("member"), f"{LIST}{adoption.pk}/change/"
    assert "waits until a coordinator confirms it again" in client.get(address).content.decode()
    client.post(address, said(outcome="stopped"))
    adoption.refresh_from_db()
    assert (adoption.outcome, adoption.status) == ("stopped", "declared")


def test_coordinator_declines_only_with_an_answer(sheet, citizen, client_as):
    adoption = declare(sheet, citizen)
    client, address = client_as("coordinator"), f"{LIST}{adoption.pk}/decline/"
    assert client.post(address, {"answer": ""}).status_code == 422
    assert client.post(address, {"answer": "x" * 501}).status_code == 422
    assert client.post(address, {"answer": "Which district?"}).status_code == 302
    adoption.refresh_from_db()
    assert (adoption.status, adoption.answer) == ("declined", "Which district?")
    assert "Which district?" in client_as("member").get(f"{LIST}{adoption.pk}/").content.decode()


@pytest.mark.parametrize("what", ["confirm", "decline"])
def test_decisions_are_posted(sheet, citizen, client_as, what):
    adoption = declare(sheet, citizen)
    assert client_as("coordinator").get(f"{LIST}{adoption.pk}/{what}/").status_code == 405


def test_withdrawal_is_asked_before(sheet, citizen, client_as):
    adoption = declare(sheet, citizen)
    client, address = client_as("member"), f"{LIST}{adoption.pk}/withdraw/"
    assert "Withdraw the adoption?" in client.get(address).content.decode()
    assert Adoption.objects.exists()
    assert client.post(address)["Location"] == f"/en/sheets/{sheet.practice_id}/"
    assert not Adoption.objects.exists()


# ---------------------------------------------------------------- the queue


@pytest.mark.parametrize(
    ("who", "status", "waits"),
    [
        ("visitor", 302, None),
        ("member", 403, None),
        ("coordinator", 200, 1),
        ("other", 200, 0),
        ("administrator", 200, 1),
    ],
)
def test_queue_shows_coordinators_what_waits_for_them(sheet, citizen, people, client_as, who, status, waits):
    people["other"] = UserFactory()
    set_membership(group=WorkingGroupFactory(), user=people["other"], role=Role.COORDINATOR)
    declare(sheet, citizen)
    AdoptionFactory(practice=sheet.practice, status="confirmed")
    AdoptionFactory(practice=sheet.practice, status="declined")
    response = client_as(who).get(WAITING)
    assert response.status_code == status
    assert response.context is None or waits is None or len(response.context["transfers"]) == waits


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_query_count_is_constant(sheet, client_as, rows, django_assert_num_queries):
    for _row in range(rows):
        AdoptionFactory(practice=PracticeSheetFactory(group=sheet.group).practice)
    client = client_as("coordinator")
    client.get(WAITING)
    with django_assert_num_queries(13):
        response = client.get(WAITING)
    assert len(response.context["transfers"]) == rows


# ---------------------------------------------------------------- lists


@pytest.mark.parametrize("rows", [1, 3])
def test_list_query_count_is_constant(client, rows, django_assert_num_queries):
    for _row in range(rows):
        sheet = PracticeSheetFactory(themes=[ConceptFactory()])
        sheet.save_revision().publish()
        AdoptionFactory(
            practice=sheet.practice, status="confirmed", version=SheetVersion.objects.get(sheet=sheet),
            organisation=OrganisationFactory(),
        )  # fmt: skip
    client.get(LIST)
    with django_assert_num_queries(12):
        response = client.get(LIST)
    assert len(response.context["transfers"]) == rows


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Both", "Theme", "Italy"}),
        ({"theme": "control-rooms"}, {"Both", "Theme"}),
        ({"from": "it"}, {"Both", "Italy"}),
        ({"to": "DE"}, {"Both"}),
        ({"outcome": "worked"}, {"Italy"}),
        ({"from": "IT", "to": "DE", "theme": "control-rooms"}, {"Both"}),
        ({"outcome": "splendid", "from": "\0", "to": "nowhere", "theme": "x" * 5000}, {"Both", "Theme", "Italy"}),
        ({"theme": "none"}, set()),
    ],
)
def test_list_is_narrowed_by_theme_countries_and_outcome(client, query, found):
    theme, italy = ConceptFactory(key="control-rooms"), CityFactory(country="IT")
    for title, sheet, adoption in (
        ("Both", {"themes": [theme], "city": italy}, {"city": CityFactory(country="DE")}),
        ("Theme", {"themes": [theme]}, {}),
        ("Italy", {"city": italy}, {"outcome": "worked"}),
    ):
        practice = PracticeSheetFactory(title=title, **sheet).practice
        AdoptionFactory(practice=practice, status="confirmed", **adoption)
    response = client.get(f"{LIST}?{urlencode(query)}")
    assert {transfer.sheet.title for transfer in response.context["transfers"]} == found


def test_list_shows_what_is_confirmed_to_everybody_and_the_same_on_the_map(sheet, hague, client, client_as):
    AdoptionFactory(practice=sheet.practice, city=hague, status="confirmed", year=2021)
    AdoptionFactory(practice=sheet.practice, city=CityFactory(names={"en": "Utopia"}), status="confirmed")
    AdoptionFactory(practice=sheet.practice)
    for reader in (client, client_as("coordinator")):
        response = reader.get(LIST)
        assert [transfer.taker.label() for transfer in response.context["transfers"]] == ["The Hague", "Utopia"]
    page = client.get(LIST).content.decode()
    assert 'href="/en/cities/the-hague/" aria-label="The Hague, Netherlands; took over 1 practice"' in page
    assert 'aria-label="Turin, Italy; taken over by others: 2 times"' in page
    assert page.count("marker-end") == 1
    assert "Not on the map" in page


def test_empty_list_says_what_belongs_there(client):
    assert "This is where the practices will be that one city took over" in client.get(LIST).content.decode()


@pytest.mark.parametrize(("page", "number"), [("2", 2), ("99999", 2), ("0", 2), ("two", 1)])
def test_list_answers_any_page_number(client, monkeypatch, page, number):
    monkeypatch.setattr("practices.views.adoptions.ADOPTIONS_A_PAGE", 2)
    for _row in range(3):
        AdoptionFactory(status="confirmed")
    response = client.get(f"{LIST}?page={page}")
    assert (response.status_code, response.context["paged"].number) == (200, number)


def test_adoption_has_no_page_for_numbers_that_no_database_holds(client):
    assert client.get(f"{LIST}{'9' * 30}/").status_code == 404


# ---------------------------------------------------------------- on the sheet and on the city's page


@pytest.mark.parametrize("rows", [1, 3])
def test_sheet_query_count_does_not_grow_with_adoptions(client, sheet, rows, django_assert_num_queries):
    version = SheetVersion.objects.get(sheet=sheet)
    for _row in range(rows):
        AdoptionFactory(
            practice=sheet.practice, status="confirmed", version=version, organisation=OrganisationFactory()
        )
    client.get(sheet.url)
    with django_assert_num_queries(46):
        response = client.get(sheet.url)
    assert len(response.context["adoptions"]) == rows


def test_sheet_shows_confirmed_adoptions_with_the_language_of_their_words(sheet, hague, client):
    AdoptionFactory(
        practice=sheet.practice, city=hague, status="confirmed", changes="Zonder *foto’s*.", language="nl",
        version=SheetVersion.objects.get(sheet=sheet),
    )  # fmt: skip
    AdoptionFactory(practice=sheet.practice)
    page = client.get(sheet.url).content.decode()
    assert "Adopted by 1 city</h2>" in page
    assert '<div class="prose" lang="nl"><p>Zonder <em>foto’s</em>.</p>' in page
    assert f'<a href="/en/sheets/{sheet.practice_id}/en/v1/">from version 1</a>' in page
    assert "Record it" not in page


@pytest.mark.parametrize(
    ("who", "invited"), [("visitor", False), ("stranger", True), ("member", True), ("turin", False)]
)
def test_members_of_other_cities_are_invited_to_record(sheet, citizen, people, client_as, who, invited):
    people["turin"] = UserFactory(city=sheet.city)
    assert ("Your city adopted it? Record it" in client_as(who).get(sheet.url).content.decode()) is invited


def test_own_record_is_shown_instead_of_the_invitation(sheet, citizen, client_as):
    declare(sheet, citizen)
    page = client_as("member").get(sheet.url).content.decode()
    assert ("Your city’s record" in page, "Record it" in page) == (True, False)
    Adoption.objects.update(status="confirmed")
    page = client_as("member").get(sheet.url).content.decode()
    assert ("Your city’s record" in page, "Record it" in page, "Adopted by 1 city</h2>" in page) == (False, False, True)


def test_citys_page_can_list_what_it_took_and_what_it_gave(sheet, hague, rf):
    request = rf.get("/en/")
    request.user = UserFactory()
    given = AdoptionFactory(practice=sheet.practice, city=hague, status="confirmed")
    AdoptionFactory(practice=sheet.practice)
    assert [transfer.adoption for transfer in adoptions_by_city(hague, request)] == [given]
    assert [transfer.adoption for transfer in adoptions_of_city_practices(sheet.city, request)] == [given]
    assert adoptions_by_city(sheet.city, request) == adoptions_of_city_practices(hague, request) == []


def test_cards_count_confirmed_adoptions(sheet, client):
    never = PracticeSheetFactory(title="Never")
    for status in ("confirmed", "confirmed", "declared", "declined"):
        AdoptionFactory(practice=sheet.practice, status=status)
    AdoptionFactory(practice=never.practice)
    counted = PracticeSheet.objects.with_adoption_count().values_list("title", "adoption_count")
    assert dict(counted) == {"A data platform": 2, "Never": 0}
    assert list(PracticeSheet.objects.adopted()) == [sheet]
    assert client.get("/en/practices/").content.decode().count("Adopted by 2 cities") == 1


def test_adopting_city_and_organisation_are_kept(sheet, citizen):
    organisation = OrganisationFactory(city=citizen.city)
    assert declare(sheet, citizen, organisation=organisation).organisation == Organisation.objects.get()
    assert timezone.localdate(Adoption.objects.get().declared_at) == timezone.localdate()
