"""From a blank form to a sheet that is handed in."""

import re
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation
from wagtail.models import Revision

from groups.actions import set_membership
from groups.enums import Role
from notifications.models import OutgoingMail
from practices.actions.publishing import share_facts
from practices.actions.reviewing import submit_sheet
from practices.actions.writing import begin_sheet
from practices.completeness import check_complete, completeness_of
from practices.models import CoAuthor, Contact, Objective, Practice, PracticeSheet
from practices.schema import QUICK_FIELDS, Level, Tab
from tests.conftest import StrictClient
from tests.factories import (
    CityFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    UserFactory,
    WorkingGroupFactory,
    translate,
)
from tests.practices.sent_forms import sent_by

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _english():
    """Requests leave their language behind, and addresses are made in it."""
    with translation.override("en"):
        yield


@pytest.fixture
def author(people):
    return people["member"]


@pytest.fixture
def sheet(author):
    return begin_sheet(user=author, title="Street lights", language="en", city=CityFactory(), group=None)


@pytest.fixture
def client_of():
    def log_in(user):
        client = StrictClient()
        client.force_login(user)
        return client

    return log_in


def draft_of(sheet):
    return PracticeSheet.objects.get(pk=sheet.pk).get_latest_revision_as_object()


def address(sheet, tab=""):
    return reverse("practices:write", args=[sheet.pk, tab] if tab else [sheet.pk])


def write(client, sheet, tab="", autosave=False, **changes):
    """Open a page of the form, change something, and send it."""
    data = {**sent_by(client.get(address(sheet, tab))), **changes}
    return client.post(address(sheet, tab), data, headers={"X-Portal-Autosave": "1"} if autosave else {})


def quick_answers():
    """All that a quick sheet needs besides title, city and licence, as a browser would send it."""
    return {
        "summary": "Broken lights are mended sooner.",
        "organisation": OrganisationFactory().pk,
        "themes": [ConceptFactory().pk],
        "problem": "Dark streets.",
        "objectives-TOTAL_FORMS": 1,
        "objectives-0-text": "Mend nine of ten within three days",
        "target_groups": [ConceptFactory(scheme="target-group").pk],
        "solution": "A number on every light.",
        "stage": "running",
        "started": "2019",
        "impact": "Four days instead of 24.",
        "lessons": "Begin with one district.",
        "contacts-TOTAL_FORMS": 1,
        "contacts-0-name": "Street lighting department",
        "contacts-0-email": "lighting@example.org",
    }


# ---------------------------------------------------------------- beginning


def test_new_sheet_is_a_draft_of_its_author_in_the_language_chosen(client_of, author):
    city = CityFactory()
    data = {"title": "Luci  della città", "language": "it", "city": city.pk}
    response = client_of(author).post(reverse("practices:new"), data)
    sheet = PracticeSheet.objects.get(owner=author)
    assert response.headers["Location"] == f"{address(sheet)}?begun=1"
    assert (sheet.language, sheet.slug, sheet.live, sheet.city) == ("it", "luci-della-citta", False, city)
    assert sheet.practice.sheets.get() == sheet
    assert sheet.latest_revision.user == author


def test_second_sheet_of_one_title_gets_a_slug_of_its_own(author):
    slugs = [
        begin_sheet(user=author, title=title, language="en", city=CityFactory(), group=None).slug
        for title in ("Lights", "Lights", "???")
    ]
    assert slugs == ["lights", "lights-1", "practice"]


def test_new_sheet_begins_with_what_the_profile_says(client_of):
    city = CityFactory()
    author = UserFactory(city=city, languages=["xx", "nl", "fr"])
    form = client_of(author).get(reverse("practices:new")).context["form"]
    assert (form.initial, "group" in form.fields) == ({"language": "nl", "city": city.pk}, False)


def test_new_sheet_takes_only_ones_own_groups(client_of, author, group):
    other = WorkingGroupFactory()
    begun = {"title": "Lights", "language": "en", "city": CityFactory().pk}
    client = client_of(author)
    refused = client.post(reverse("practices:new"), {**begun, "group": other.pk})
    taken = client.post(reverse("practices:new"), {**begun, "group": group.pk})
    assert (refused.status_code, taken.status_code) == (422, 302)
    assert PracticeSheet.objects.get(owner=author).group == group


@pytest.mark.parametrize("missing", ["title", "city", "language"])
def test_new_sheet_asks_again_for_what_is_missing(client_of, author, missing):
    data = {"title": "Lights", "language": "en", "city": CityFactory().pk, missing: ""}
    response = client_of(author).post(reverse("practices:new"), data)
    assert (response.status_code, list(response.context["form"].errors)) == (422, [missing])
    assert not PracticeSheet.objects.filter(owner=author).exists()


# ---------------------------------------------------------------- who may

SCREENS = ["write", "preview", "status", "authors", "delete"]


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize(
    ("who", "status"),
    [("member", 200), ("coordinator", 200), ("administrator", 200), ("stranger", 404), ("visitor", 302)],
)
def test_draft_is_open_to_authors_and_reviewers_only(client_as, sheet, screen, who, status):
    if (screen, who) == ("delete", "coordinator"):
        status = 403
    assert client_as(who).get(reverse(f"practices:{screen}", args=[sheet.pk])).status_code == status


@pytest.mark.parametrize(
    ("who", "status"), [("member", 302), ("coordinator", 302), ("stranger", 404), ("visitor", 302)]
)
def test_only_those_who_may_write_change_a_sheet(client_as, sheet, who, status):
    token = client_as("member").get(address(sheet)).context["token"]
    data = {**sent_by(client_as("member").get(address(sheet))), "token": token, "summary": "Changed"}
    response = client_as(who).post(address(sheet), data)
    assert response.status_code == status
    assert draft_of(sheet).summary == ("Changed" if who in {"member", "coordinator"} else "")


def test_published_sheet_refuses_others_openly(client_as):
    sheet = PracticeSheetFactory()
    assert client_as("stranger").get(address(sheet)).status_code == 403


@pytest.mark.parametrize("path", ["/en/sheets/drafts/999999/write/", "/en/sheets/drafts/{pk}/write/nothing/"])
def test_form_that_is_not_there_is_not_found(client_of, author, sheet, path):
    assert client_of(author).get(path.format(pk=sheet.pk)).status_code == 404


# ---------------------------------------------------------------- the form


@pytest.mark.parametrize("tab", ["", *Tab.values])
def test_page_sent_back_unchanged_changes_nothing(client_of, author, sheet, tab):
    revisions = Revision.objects.count()
    response = write(client_of(author), sheet, tab)
    assert response.status_code == 302
    assert Revision.objects.count() == revisions
    assert draft_of(sheet).latest_revision_id == sheet.latest_revision_id


def test_quick_sheet_is_written_on_one_page(client_of, author, sheet):
    client = client_of(author)
    response = write(client, sheet, **quick_answers())
    assert response.status_code == 302
    draft = draft_of(sheet)
    completeness = completeness_of(draft.serializable_data(), Level.QUICK)
    assert (completeness.filled, completeness.needed) == (15, 15)
    assert [objective.text for objective in draft.objectives.all()] == ["Mend nine of ten within three days"]
    assert (draft.live, PracticeSheet.objects.get(pk=sheet.pk).summary) == (False, "")


def test_every_field_of_the_schema_is_on_a_page(client_of, author, sheet):
    client = client_of(author)
    shown = [entry.name for tab in Tab.values for entry in client.get(address(sheet, tab)).context["form"].entries]
    assert len(shown) == len(set(shown))
    assert set(shown) - {field.name for tab in Tab for field in []} >= {field.name for field in QUICK_FIELDS}
    assert {"visibility", "group", "evidence", "attachments"} <= set(shown)


def test_title_of_a_draft_can_be_changed(client_of, author, sheet):
    write(client_of(author), sheet, title="Street lights and signs")
    sheet.refresh_from_db()
    assert (sheet.draft_title, draft_of(sheet).title) == ("Street lights and signs", "Street lights and signs")


@pytest.mark.parametrize(
    ("tab", "typed", "wrong"),
    [
        ("basics", {"title": " "}, "id_title"),
        ("basics", {"city": ""}, "id_city"),
        ("basics", {"summary": "x" * 601}, "id_summary"),
        ("basics", {"goals": ["99"]}, "id_goals"),
        ("basics", {"themes": ["999999"]}, "id_themes"),
        ("implementation", {"started": "2020", "ended": "2019", "stage": "ended"}, "id_ended"),
        ("implementation", {"started": "later"}, "id_started"),
        ("implementation", {"setup_cost": "12"}, "id_currency"),
        ("implementation", {"dpia": "published"}, "id_dpia_address"),
        ("implementation", {"register_address": "not an address"}, "id_register_address"),
        ("implementation", {"ai_use": "none", "ai_purpose": "finds"}, "id_ai_use"),
        ("implementation", {"milestones-0-text": "All are numbered"}, "id_milestones-0-year"),
        (
            "implementation",
            {"milestones-0-text": "All", "milestones-0-year": "2020", "milestones-0-month": "13"},
            "id_milestones-0-month",
        ),
        ("involvement", {"partners-0-role": "Walks the streets"}, "id_partners-0-name"),
        ("impact", {"indicators-0-name": "Days", "indicators-0-value": "4"}, "id_indicators-0-unit"),
        ("impact", {"evaluation_from": "2021", "evaluated_by": "self", "evaluation_to": "2019"}, "id_evaluation_to"),
        ("impact", {"evidence-1-statement": "It works"}, "id_evidence-1-level"),
        ("publication", {"contacts-0-name": "Ada", "contacts-0-email": "ada"}, "id_contacts-0-email"),
        ("publication", {"sensitivity": "green"}, "id_sensitivity"),
        ("publication", {"visibility": "group"}, "id_group"),
        ("publication", {"attachments-0-title": "Report"}, "id_attachments-0-address"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(client_of, author, sheet, tab, typed, wrong):
    response = write(client_of(author), sheet, tab, **typed)
    assert response.status_code == 422
    assert wrong in [id_ for id_, _label, _message in response.context["form"].problems]
    page = response.content.decode()
    for value in typed.values():
        assert all(one in page for one in ([value] if isinstance(value, str) else [])), value
    assert draft_of(sheet).latest_revision_id == sheet.latest_revision_id


def test_rule_between_two_pages_waits_until_the_sheet_is_handed_in(client_of, author, sheet):
    client = client_of(author)
    write(client, sheet, **quick_answers())
    write(client, sheet, "implementation", started="2015", ended="2018", stage="ended")
    # The page of the quick sheet has the start without the end.
    assert write(client, sheet, started="2020").status_code == 302
    with pytest.raises(ValidationError) as refused:
        check_complete(draft_of(sheet))
    assert list(refused.value.message_dict) == ["ended"]


def test_rows_keep_their_keys_and_their_order(client_of, author, sheet):
    client = client_of(author)
    keys = [str(uuid.uuid4()) for _row in range(3)]
    rows = {"objectives-TOTAL_FORMS": 3}
    for place, key in enumerate(keys):
        rows |= {f"objectives-{place}-key": key, f"objectives-{place}-text": f"Objective {place}"}
    write(client, sheet, "intervention", **rows)
    write(client, sheet, "intervention", **{"objectives-0-text": "Changed", "objectives-1-DELETE": "on"})
    found = [(str(row.key), row.text, row.sort_order) for row in draft_of(sheet).objectives.all()]
    assert found == [(keys[0], "Changed", 0), (keys[2], "Objective 2", 1)]


@pytest.mark.parametrize("key", ["", "no key", "{first}"])
def test_row_with_a_bad_or_doubled_key_is_a_row_of_its_own(client_of, author, sheet, key):
    first = str(uuid.uuid4())
    rows = {
        "objectives-TOTAL_FORMS": 2,
        "objectives-0-key": first,
        "objectives-0-text": "One",
        "objectives-1-key": key.format(first=first),
        "objectives-1-text": "Two",
    }
    response = write(client_of(author), sheet, "intervention", **rows)
    if key == "no key":
        assert response.status_code == 422
        return
    assert [row.text for row in draft_of(sheet).objectives.all()] == ["One", "Two"]
    assert len({row.key for row in draft_of(sheet).objectives.all()}) == 2


@pytest.mark.parametrize("count", ["", "-1", "many", "100000"])
def test_number_of_rows_that_cannot_be_is_refused(client_of, author, sheet, count):
    response = write(client_of(author), sheet, "intervention", **{"objectives-TOTAL_FORMS": count})
    assert response.status_code in {302, 422}
    assert draft_of(sheet).objectives.count() == 0


def test_evidence_has_its_five_dimensions_and_keeps_those_that_are_claimed(client_of, author, sheet):
    client = client_of(author)
    assert len(client.get(address(sheet, "impact")).context["form"].row_sets["evidence"].forms) == 5
    claimed = {"evidence-0-statement": "Sooner", "evidence-0-level": "2", "evidence-0-direction": "better"}
    claimed |= {"evidence-4-statement": "Cheap", "evidence-4-level": "1"}
    write(client, sheet, "impact", **claimed)
    assert [row.dimension for row in draft_of(sheet).evidence.all()] == ["effect", "economics"]
    assert len(client.get(address(sheet, "impact")).context["form"].row_sets["evidence"].forms) == 5
    write(client, sheet, "impact", **{"evidence-0-statement": "", "evidence-0-level": "", "evidence-0-direction": ""})
    assert [row.dimension for row in draft_of(sheet).evidence.all()] == ["economics"]


def test_ends_of_lines_do_not_count_against_the_length_of_a_text(client_of, author, sheet):
    text = "\r\n".join(["x" * 99] * 6)
    assert write(client_of(author), sheet, summary=text).status_code == 302
    assert draft_of(sheet).summary == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("go", "leads_to"),
    [
        ("", "/en/sheets/drafts/{pk}/write/impact/"),
        ("next", "/en/sheets/drafts/{pk}/write/publication/"),
        ("basics", "/en/sheets/drafts/{pk}/write/basics/"),
        ("quick", "/en/sheets/drafts/{pk}/write/"),
        ("preview", "/en/sheets/drafts/{pk}/preview/"),
        ("status", "/en/sheets/drafts/{pk}/status/"),
        ("https://elsewhere.example", "/en/sheets/drafts/{pk}/write/impact/"),
    ],
)
def test_each_button_saves_and_leads_on(client_of, author, sheet, go, leads_to):
    response = write(client_of(author), sheet, "impact", impact="Sooner.", go=go)
    assert response.headers["Location"] == leads_to.format(pk=sheet.pk)
    assert draft_of(sheet).impact == "Sooner."


def test_writing_is_taken_up_where_it_stopped(client_of, author, sheet):
    client = client_of(author)
    first = client.get(f"{address(sheet)}?resume")
    write(client, sheet, "impact", impact="Sooner.")
    second = client.get(f"{address(sheet)}?resume")
    assert (first.headers["Location"], second.headers["Location"]) == (
        f"{address(sheet)}#id_summary",
        address(sheet, "impact"),
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_form_query_count_is_constant(client_of, author, sheet, rows, django_assert_num_queries):
    """However much there is to choose from. (Wagtail reads a draft row by row; nothing is added to that.)"""
    for _row in range(rows):
        OrganisationFactory(city=CityFactory())
        ConceptFactory(scheme="technology")
    client = client_of(author)
    client.get(address(sheet, "implementation"))
    with django_assert_num_queries(24):
        client.get(address(sheet, "implementation"))
    with django_assert_num_queries(23):
        response = client.get(address(sheet, "involvement"))
    assert len(response.context["form"].row_sets["partners"].forms[0]["organisation"].field.choices) == rows + 1


# ---------------------------------------------------------------- saves


def test_saves_of_one_sitting_are_one_revision(client_of, author, sheet, people):
    client = client_of(author)
    before = Revision.objects.count()
    for text in ("One", "Two", "Three"):
        write(client, sheet, summary=text)
    assert Revision.objects.count() == before
    write(client_of(people["coordinator"]), sheet, problem="Dark")
    write(client, sheet, summary="Four")
    assert Revision.objects.count() == before + 2


def test_revision_of_long_ago_is_left_as_it_was(client_of, author, sheet):
    Revision.objects.filter(pk=sheet.latest_revision_id).update(created_at="2019-01-01T00:00Z")
    write(client_of(author), sheet, summary="One")
    assert Revision.objects.get(pk=sheet.latest_revision_id).content["summary"] == ""


def test_published_revision_is_left_as_it_was(client_of, author, sheet):
    sheet.latest_revision.publish()
    write(client_of(author), sheet, summary="One")
    sheet.refresh_from_db()
    assert (sheet.live, sheet.summary, draft_of(sheet).summary) == (True, "", "One")
    assert sheet.live_revision_id != sheet.latest_revision_id


def test_autosave_answers_what_was_kept(client_of, author, sheet):
    client = client_of(author)
    response = write(client, sheet, autosave=True, summary="Sooner.")
    answer = response.json()
    assert (response.status_code, answer["errors"], answer["completeness"]) == (200, [], {"filled": 4, "needed": 15})
    assert re.search(r"\d", answer["saved_at"])
    again = {**sent_by(client.get(address(sheet))), "summary": "Much sooner.", "token": answer["token"]}
    assert client.post(address(sheet), again, headers={"X-Portal-Autosave": "1"}).status_code == 200
    assert draft_of(sheet).summary == "Much sooner."


def test_autosave_names_what_is_wrong(client_of, author, sheet):
    response = write(client_of(author), sheet, "implementation", autosave=True, started="later")
    assert response.status_code == 422
    assert [(error["id"], error["label"]) for error in response.json()["errors"]] == [("id_started", "Started in")]


def test_autosave_of_nobody_is_refused_and_kept_nowhere(client, client_of, author, sheet):
    data = sent_by(client_of(author).get(address(sheet)))
    response = client.post(address(sheet), data, headers={"X-Portal-Autosave": "1"})
    assert response.status_code == 401
    assert "kept_form" not in client.session


# ---------------------------------------------------------------- translations


def test_translation_has_its_own_words_and_the_facts_of_the_original(client_of, author):
    row = Objective(text="Mend nine of ten", measure="Register")
    original = PracticeSheetFactory(owner=author, stage="running", summary="Sooner.")
    original.objectives = [row]
    original.save_revision().publish()
    version = translate(original, "fr", live=False, title="Réverbères")
    version.owner = author
    version.save()
    share_facts(sheet=original)
    client = client_of(author)
    form = client.get(address(version, "implementation")).context["form"]
    facts = {entry.name: entry.fact for entry in form.entries}
    assert (facts["stage"], "stage" in form.names, "solution" in form.names) == ("running", False, False)
    response = write(
        client, version, "intervention", **{"objectives-0-text": "Réparer neuf sur dix", "solution": "Un numéro."}
    )
    assert response.status_code == 302
    draft = draft_of(version)
    rows = [(one.text, one.measure, one.key, one.language) for one in draft.objectives.all()]
    assert rows == [("Réparer neuf sur dix", "Register", original.objectives.get().key, "fr")]
    assert draft.solution == "Un numéro."


def test_translation_does_not_take_facts_that_are_sent_all_the_same(client_of, author):
    original = PracticeSheetFactory(owner=author, stage="running")
    version = translate(original, "fr", live=False)
    write(client_of(author), version, stage="stopped", **{"contacts-TOTAL_FORMS": 1, "contacts-0-name": "X"})
    assert (draft_of(version).stage, draft_of(version).contacts.count()) == ("running", 0)


# ---------------------------------------------------------------- my sheets


@pytest.mark.parametrize("rows", [1, 3])
def test_my_sheets_query_count_is_constant(client_of, author, rows, django_assert_num_queries):
    for _row in range(rows):
        begin_sheet(user=author, title="Lights", language="en", city=CityFactory(), group=None)
    client = client_of(author)
    client.get(reverse("practices:mine"))
    with django_assert_num_queries(8):
        response = client.get(reverse("practices:mine"))
    assert len(response.context["own_sheets"]) == rows


def test_my_sheets_are_those_that_one_writes(client_of, author, sheet, people):
    shared = PracticeSheetFactory(owner=people["stranger"], title="Shared")
    CoAuthor.objects.create(practice=shared.practice, user=author)
    PracticeSheetFactory(title="Another's")
    found = client_of(author).get(reverse("practices:mine")).context["own_sheets"]
    assert {own.sheet.draft_title: own.progress.value for own in found} == {
        "Street lights": "draft",
        "Shared": "published",
    }
    assert client_of(people["coordinator"]).get(reverse("practices:mine")).context["own_sheets"] == []


def test_my_sheets_say_where_each_is(client_of, author, sheet, people):
    client = client_of(author)

    def progress():
        return [own.progress.value for own in client.get(reverse("practices:mine")).context["own_sheets"]]

    seen = progress()
    write(client, sheet, **quick_answers())
    client.post(reverse("practices:submit", args=[sheet.pk]))
    seen += progress()
    sheet.refresh_from_db()
    sheet.current_workflow_task_state.reject(user=people["coordinator"])
    seen += progress()
    sheet.current_workflow_state.cancel(user=author)
    sheet.get_latest_revision().publish()
    seen += progress()
    write(client, sheet, summary="Changed")
    seen += progress()
    sheet.refresh_from_db()
    sheet.unpublish()
    seen += progress()
    assert seen == ["draft", "in-review", "sent-back", "published", "changed", "withdrawn"]


# ---------------------------------------------------------------- handing in


def test_unfinished_sheet_says_what_it_lacks_and_where(client_of, author, sheet):
    response = client_of(author).post(reverse("practices:submit", args=[sheet.pk]))
    assert response.status_code == 422
    lacking = {field.name: found for field, found in response.context["lacking"]}
    assert len(lacking) == 12
    assert lacking["lessons"] == ["Readers will repeat your mistakes."]
    assert f'href="{address(sheet, "impact")}#id_lessons"' in response.content.decode()
    sheet.refresh_from_db()
    assert not sheet.workflow_in_progress


def test_finished_sheet_is_handed_in_and_then_only_looked_at(client_of, author, sheet, people):
    client = client_of(author)
    write(client, sheet, **quick_answers())
    assert client.post(reverse("practices:submit", args=[sheet.pk])).headers["Location"] == reverse(
        "practices:status", args=[sheet.pk]
    )
    sent = {**sent_by(client_of(people["coordinator"]).get(address(sheet))), "summary": "Changed"}
    looked, refused = client.get(address(sheet)), client.post(address(sheet), sent)
    assert (looked.status_code, refused.status_code, draft_of(sheet).summary) == (
        200,
        409,
        "Broken lights are mended sooner.",
    )
    assert b"under review" in looked.content
    assert client_of(people["coordinator"]).post(address(sheet), sent).status_code == 302
    assert draft_of(sheet).summary == "Changed"


def test_sheet_is_taken_back_by_its_authors_only(client_of, author, sheet, people):
    client = client_of(author)
    write(client, sheet, **quick_answers())
    submit_sheet(sheet=PracticeSheet.objects.get(pk=sheet.pk), user=author)
    back = reverse("practices:withdraw", args=[sheet.pk])
    assert [client_of(people[who]).post(back).status_code for who in ("stranger", "coordinator", "member")] == [
        404,
        403,
        302,
    ]
    assert client.get(address(sheet)).context["sheet"].summary == "Broken lights are mended sooner."


@pytest.mark.parametrize(
    ("break_it", "field"),
    [
        (lambda draft: setattr(draft, "image_alt", ""), None),
        (lambda draft: setattr(draft, "summary", ""), "summary"),
        (lambda draft: setattr(draft, "contacts", []), "contacts"),
        (lambda draft: setattr(draft, "contacts", [Contact(name="Ada", email="ada")]), "contacts"),
        (lambda draft: setattr(draft, "setup_cost", 5), "currency"),
        (lambda draft: setattr(draft, "doi", "x" * 101), "doi"),
    ],
)
def test_whole_sheet_is_checked_before_it_is_handed_in(client_of, author, sheet, break_it, field):
    write(client_of(author), sheet, **quick_answers())
    draft = draft_of(sheet)
    break_it(draft)
    if field is None:
        check_complete(draft)
        return
    with pytest.raises(ValidationError) as refused:
        check_complete(draft)
    assert field in refused.value.message_dict


def test_preview_shows_the_draft_to_those_who_write_and_to_no_search_engine(client_of, author, sheet):
    write(client_of(author), sheet, problem="Streets were **dark**.")
    response = client_of(author).get(reverse("practices:preview", args=[sheet.pk]))
    assert b"Streets were <strong>dark</strong>." in response.content
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert b'rel="canonical"' not in response.content


# ---------------------------------------------------------------- authors, and the end of a draft


@pytest.mark.parametrize(
    ("email", "status"),
    [
        ("stranger@example.com", 302),
        ("STRANGER@example.com", 302),
        ("nobody@example.com", 422),
        ("member@example.com", 422),
        ("no address", 422),
        ("", 422),
    ],
)
def test_co_author_is_added_by_address(client_of, author, sheet, people, email, status):
    response = client_of(author).post(reverse("practices:authors", args=[sheet.pk]), {"email": email})
    assert response.status_code == status
    added = [people["stranger"]] if status == 302 else []
    assert [row.user for row in CoAuthor.objects.filter(practice=sheet.practice)] == added
    told = OutgoingMail.objects.filter(kind="practices.co_author_added")
    assert [mail.user for mail in told] == added
    assert all("Street lights" in mail.subject and "/sheets/mine/" in mail.text for mail in told)


def test_co_author_writes_until_removed(client_of, author, sheet, people):
    page = reverse("practices:authors", args=[sheet.pk])
    client = client_of(author)
    client.post(page, {"email": "stranger@example.com"})
    colleague = client_of(people["stranger"])
    assert colleague.get(address(sheet)).status_code == 200
    shown = client.get(page).content.decode()
    assert "stranger@example.com" not in shown
    co_author = CoAuthor.objects.get()
    assert colleague.post(page, {"remove": str(co_author.pk)}).headers["Location"] == reverse("practices:mine")
    assert colleague.get(address(sheet)).status_code == 404


@pytest.mark.parametrize("chosen", ["0", "x", "", "9" * 30])
def test_owner_and_nobody_else_cannot_be_removed(client_of, author, sheet, chosen):
    assert client_of(author).post(reverse("practices:authors", args=[sheet.pk]), {"remove": chosen}).status_code == 404


def test_draft_is_deleted_by_its_owner_after_being_asked(client_of, author, sheet):
    page = reverse("practices:delete", args=[sheet.pk])
    client = client_of(author)
    assert client.get(page).status_code == 200
    assert PracticeSheet.objects.filter(pk=sheet.pk).exists()
    assert client.post(page).headers["Location"] == reverse("practices:mine")
    assert not PracticeSheet.objects.filter(pk=sheet.pk).exists()
    assert not Practice.objects.filter(pk=sheet.practice_id).exists()


@pytest.mark.parametrize("reason", ["co-author", "published", "withdrawn", "under review"])
def test_what_others_rely_on_is_not_deleted(client_of, author, sheet, people, reason):
    person = author
    if reason == "co-author":
        person = people["stranger"]
        CoAuthor.objects.create(practice=sheet.practice, user=person)
    elif reason in {"published", "withdrawn"}:
        sheet.latest_revision.publish()
        if reason == "withdrawn":
            PracticeSheet.objects.get(pk=sheet.pk).unpublish()
    else:
        write(client_of(author), sheet, **quick_answers())
        submit_sheet(sheet=PracticeSheet.objects.get(pk=sheet.pk), user=author)
    response = client_of(person).post(reverse("practices:delete", args=[sheet.pk]))
    assert response.status_code == 403
    assert PracticeSheet.objects.filter(pk=sheet.pk).exists()


def test_coordinators_of_other_groups_do_not_write_on_a_groups_sheet(client_of, author, group):
    sheet = begin_sheet(user=author, title="Lights", language="en", city=CityFactory(), group=group)
    elsewhere = UserFactory()
    set_membership(group=WorkingGroupFactory(), user=elsewhere, role=Role.COORDINATOR)
    assert client_of(elsewhere).get(address(sheet)).status_code == 404


TOO_LARGE = ["9" * 30, "9" * 5000]


@pytest.mark.parametrize("number", TOO_LARGE)
@pytest.mark.parametrize(
    ("tab", "field"),
    [
        ("", "themes"),
        ("", "organisation"),
        ("basics", "image"),
        ("basics", "related_project"),
        ("publication", "group"),
        ("publication", "attachments-0-document"),
    ],
)
def test_number_that_no_database_holds_is_refused_like_any_other_that_is_none(
    client_of, author, sheet, tab, field, number
):
    sent = {field: number, "attachments-TOTAL_FORMS": 1, "attachments-0-title": "Report"}
    if field != "attachments-0-document":
        sent = {field: number}
    assert write(client_of(author), sheet, tab, **sent).status_code == 422


def test_tag_that_is_too_long_for_its_table_is_refused(client_of, author, sheet):
    refused = write(client_of(author), sheet, "basics", tags="a" * 101)
    assert (refused.status_code, [name for name, _label, _message in refused.context["form"].problems]) == (
        422,
        ["id_tags"],
    )
    assert write(client_of(author), sheet, "basics", tags="a" * 100).status_code == 302
