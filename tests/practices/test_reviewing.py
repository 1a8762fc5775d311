from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import GroupApprovalTask, TaskState, Workflow, WorkflowState, WorkflowTask

from groups.actions import set_membership
from groups.enums import Role, Visibility
from notifications.models import OutgoingMail
from practices.actions.reviewing import (
    Confirmation,
    accept_sheet,
    remind_reviewers,
    send_back,
    submit_sheet,
    withdraw_sheet,
)
from practices.enums import Dimension, EvidenceLevel, ReviewLevel
from practices.models import Attachment, CoAuthor, EvidenceConfirmation, PracticeSheet, ReviewState
from practices.permissions import is_reviewer
from practices.reviewing import remarks_on, rounds_of, waiting_for
from tests.factories import StandardPageFactory, UserFactory, WorkingGroupFactory, translate
from tests.practices.complete import complete_sheet, publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def everybody(group, people):
    """Everybody who can stand towards a sheet, by what they are to it."""
    author = UserFactory(email="author@example.com", languages=["fr"])
    other = UserFactory(email="elsewhere@example.com")
    set_membership(group=WorkingGroupFactory(title="Elsewhere", slug="elsewhere"), user=other, role=Role.COORDINATOR)
    return {**people, "author": author, "co-author": UserFactory(email="co-author@example.com"), "elsewhere": other}


@pytest.fixture
def sheet(group, everybody):
    """A complete draft of the group."""
    found = complete_sheet(author=everybody["author"], group=group, slug="lights")
    CoAuthor.objects.create(practice=found.practice, user=everybody["co-author"])
    return found


@pytest.fixture
def review(sheet, everybody):
    submitted = submit_sheet(sheet=sheet, user=everybody["author"])
    OutgoingMail.objects.all().delete()
    return submitted


def accept(review, reviewer, **arguments):
    return accept_sheet(
        **{"review": review, "reviewer": reviewer, "level": ReviewLevel.CHECKED, "reason": "Clear."} | arguments
    )


def told(kind):
    return set(OutgoingMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def again(sheet):
    return PracticeSheet.objects.get(pk=sheet.pk)


# ---------------------------------------------------------------- submitting


WHO_WRITES = [
    ("author", True),
    ("co-author", True),
    ("coordinator", True),
    ("administrator", True),
    ("member", False),
    ("elsewhere", False),
    ("stranger", False),
]


@pytest.mark.parametrize(("who", "may"), WHO_WRITES)
def test_submitting_is_for_those_who_may_write(sheet, everybody, who, may):
    if may:
        assert submit_sheet(sheet=sheet, user=everybody[who]).is_open
    else:
        with pytest.raises(PermissionDenied):
            submit_sheet(sheet=sheet, user=everybody[who])
    assert again(sheet).workflow_in_progress == may


def test_submitted_sheet_waits_for_its_group_for_two_weeks(sheet, everybody):
    review = submit_sheet(sheet=sheet, user=everybody["author"], note="  The figures are new. ")
    assert (review.due_on, review.note, review.revision) == (
        timezone.localdate() + timedelta(days=14),
        "The figures are new.",
        sheet.get_latest_revision(),
    )
    assert again(sheet).live is False


def test_submitting_twice_says_that_it_waits_already(sheet, review, everybody):
    with pytest.raises(ValidationError, match="waits for the reviewers already"):
        submit_sheet(sheet=sheet, user=everybody["co-author"])
    assert ReviewState.objects.count() == 1


def test_incomplete_sheet_is_refused_at_its_fields(group, everybody):
    sheet = complete_sheet(author=everybody["author"], group=group, problem="", started=None)
    with pytest.raises(ValidationError) as refused:
        submit_sheet(sheet=sheet, user=everybody["author"])
    assert set(refused.value.message_dict) == {"problem", "started"}
    assert not ReviewState.objects.exists()


def test_draft_goes_to_the_group_that_its_last_revision_names(sheet, everybody):
    draft = sheet.get_latest_revision_as_object()
    draft.group = None
    draft.save_revision()
    submit_sheet(sheet=sheet, user=everybody["author"])
    assert again(sheet).group is None
    assert told("sheet-waits") == {"coordinator@example.com", "elsewhere@example.com"}


def test_submitting_tells_reviewers_and_authors_each_in_their_language(sheet, everybody):
    submit_sheet(sheet=sheet, user=everybody["author"], note="Figures of *2021*")
    review = ReviewState.objects.get()
    assert told("sheet-waits") == {"coordinator@example.com"}
    assert told("sheet-received") == {"author@example.com", "co-author@example.com"}
    to_reviewer = OutgoingMail.objects.get(kind="sheet-waits")
    assert (to_reviewer.language, to_reviewer.subject) == ("en", "To review: Mended lights")
    assert f"/en/sheets/review/{review.pk}/>" in to_reviewer.text
    assert "> Figures of \\*2021\\*" in to_reviewer.text
    to_author = OutgoingMail.objects.get(recipient="author@example.com")
    assert to_author.language == "fr"
    assert f"/fr/sheets/drafts/{sheet.pk}/status/>" in to_author.text


def test_people_who_cannot_log_in_are_not_told(sheet, everybody, people):
    for who in ("coordinator", "co-author"):
        everybody[who].is_active = False
        everybody[who].save()
    submit_sheet(sheet=sheet, user=everybody["author"])
    assert told("sheet-waits") == {"administrator@example.com"}
    assert told("sheet-received") == {"author@example.com"}


def test_names_with_markdown_in_them_stay_names(group, everybody):
    author = everybody["author"]
    author.first_name, author.last_name = "*Ada*", "[Liar](http://example.net)"
    author.save()
    sheet = complete_sheet(author=author, group=group, title="# Lights <b>_now_</b>")
    submit_sheet(sheet=sheet, user=author)
    mail = OutgoingMail.objects.get(kind="sheet-waits")
    assert mail.subject == "To review: # Lights <b>_now_</b>"
    assert r"\*Ada\* \[Liar\](http://example.net) has submitted" in mail.text
    assert r"“\# Lights \<b>\_now\_\</b>”" in mail.text


def test_wagtails_own_letters_stay_at_home(sheet, everybody, mailoutbox, django_capture_on_commit_callbacks):
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    send_back(review=review, reviewer=everybody["coordinator"], comment="More, please.")
    accept(submit_sheet(sheet=sheet, user=everybody["author"]), everybody["coordinator"])
    assert mailoutbox == []


def test_wagtails_letters_about_other_pages_still_go_out_once(everybody, mailoutbox):
    task = GroupApprovalTask.objects.create(name="Other pages")
    workflow = Workflow.objects.create(name="Other pages")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    page = StandardPageFactory()
    page.save_revision()
    state = workflow.start(page, everybody["author"])
    mailoutbox.clear()
    state.current_task_state.reject(user=everybody["administrator"])
    assert [mail.to for mail in mailoutbox] == [["author@example.com"]]


# ---------------------------------------------------------------- taking back


@pytest.mark.parametrize(
    ("who", "may"),
    [("author", True), ("co-author", True), ("coordinator", False), ("administrator", False), ("stranger", False)],
)
def test_taking_back_is_for_authors(sheet, review, everybody, who, may):
    if may:
        withdraw_sheet(sheet=sheet, user=everybody[who])
    else:
        with pytest.raises(PermissionDenied):
            withdraw_sheet(sheet=sheet, user=everybody[who])
    assert again(sheet).workflow_in_progress != may
    assert told("sheet-taken-back") == ({"coordinator@example.com"} if may else set())


def test_what_was_taken_back_can_be_submitted_again(sheet, review, everybody):
    withdraw_sheet(sheet=sheet, user=everybody["author"])
    with pytest.raises(ValidationError, match="nothing to take back"):
        withdraw_sheet(sheet=sheet, user=everybody["author"])
    submit_sheet(sheet=sheet, user=everybody["author"])
    assert [found.status for found in rounds_of(sheet)] == ["cancelled", "in_progress"]


# ---------------------------------------------------------------- deciding


WHO_DECIDES = [
    ("coordinator", True),
    ("administrator", True),
    ("author", False),
    ("co-author", False),
    ("member", False),
    ("elsewhere", False),
    ("stranger", False),
]


@pytest.mark.parametrize(("who", "may"), WHO_DECIDES)
def test_accepting_is_for_reviewers(sheet, review, everybody, who, may):
    if may:
        accept(review, everybody[who])
    else:
        with pytest.raises(PermissionDenied):
            accept(review, everybody[who])
    assert again(sheet).live == may


@pytest.mark.parametrize(("who", "may"), WHO_DECIDES)
def test_sending_back_is_for_reviewers(sheet, review, everybody, who, may):
    if may:
        send_back(review=review, reviewer=everybody[who], comment="More.")
    else:
        with pytest.raises(PermissionDenied):
            send_back(review=review, reviewer=everybody[who], comment="More.")
    assert again(sheet).workflow_in_progress != may


@pytest.mark.parametrize(
    "who", ["author", "co-author", "coordinator", "administrator", "member", "elsewhere", "stranger"]
)
def test_list_of_sheets_to_review_says_the_same_as_the_rule_for_one(sheet, everybody, who):
    without_group = complete_sheet(author=everybody["author"], title="No group")
    for found in (sheet, without_group):
        assert PracticeSheet.objects.reviewed_by(everybody[who]).filter(pk=found.pk).exists() == is_reviewer(
            everybody[who], found
        )


def test_accepted_sheet_is_published_with_level_reason_and_date(sheet, review, everybody):
    accept(review, everybody["coordinator"], reason=" Clear and honest. ", level=ReviewLevel.CHECKED)
    found = again(sheet)
    kept = ReviewState.objects.get()
    assert (found.live, found.workflow_in_progress, found.practice.verified_on) == (True, False, timezone.localdate())
    assert (kept.status, kept.level, kept.reason, kept.finished_by) == (
        TaskState.STATUS_APPROVED,
        ReviewLevel.CHECKED,
        "Clear and honest.",
        everybody["coordinator"],
    )
    assert found.versions.get().review == kept


def test_acceptance_is_told_to_the_authors_each_in_their_language(sheet, review, everybody):
    accept(review, everybody["coordinator"], reason="Clear.\n*Honest.*")
    assert told("sheet-accepted") == {"author@example.com", "co-author@example.com"}
    texts = {mail.language: mail.text for mail in OutgoingMail.objects.all()}
    assert "> Clear.\\\n> \\*Honest.\\*" in texts["en"]
    assert "/en/practices/lights/>" in texts["en"]
    assert "/fr/practices/lights/>" in texts["fr"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"reason": "  "}, "reason"),
        ({"level": None}, "level"),
        ({"level": 3}, "level"),
        ({"level": ReviewLevel.VALIDATED}, "level"),
    ],
)
def test_acceptance_needs_a_reason_and_a_level_that_fits(sheet, review, everybody, arguments, field):
    with pytest.raises(ValidationError) as refused:
        accept(review, everybody["coordinator"], **arguments)
    assert list(refused.value.message_dict) == [field]
    assert (again(sheet).live, again(sheet).workflow_in_progress) == (False, True)


def test_sheet_with_everything_can_be_validated(group, everybody):
    sheet = complete_sheet(author=everybody["author"], group=group, is_validated=True)
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    accept(review, everybody["coordinator"], level=ReviewLevel.VALIDATED)
    assert again(sheet).versions.get().review.level == ReviewLevel.VALIDATED


def test_evidence_is_confirmed_where_the_city_claims_something(sheet, review, everybody):
    confirmation = Confirmation(Dimension.EFFECT, EvidenceLevel.MEASURED, "The register of 2021")
    accept(review, everybody["coordinator"], confirmations=[confirmation])
    kept = EvidenceConfirmation.objects.get(practice=sheet.practice)
    assert (kept.dimension, kept.level, kept.note, kept.reviewer, kept.confirmed_on) == (
        "effect",
        2,
        "The register of 2021",
        everybody["coordinator"],
        timezone.localdate(),
    )


@pytest.mark.parametrize(
    "confirmation",
    [Confirmation("economics", 2, "Books"), Confirmation("effect", 5, "Books"), Confirmation("effect", 2, " ")],
)
def test_confirmation_of_what_nobody_claims_or_looked_at_is_refused(sheet, review, everybody, confirmation):
    with pytest.raises(ValidationError):
        accept(review, everybody["coordinator"], confirmations=[confirmation])
    assert (again(sheet).live, EvidenceConfirmation.objects.exists()) == (False, False)


def test_confirmation_goes_with_its_claim(sheet, review, everybody):
    accept(review, everybody["coordinator"], confirmations=[Confirmation("effect", 2, "Register")])
    draft = again(sheet).get_latest_revision_as_object()
    draft.evidence = []
    draft.save_revision()
    accept(submit_sheet(sheet=sheet, user=everybody["author"]), everybody["coordinator"])
    assert not EvidenceConfirmation.objects.exists()


def test_sheet_sent_back_keeps_its_remarks_for_the_form(sheet, review, everybody):
    remarks = [("problem", "Since when?"), ("", "Well written."), ("impact", "  ")]
    send_back(review=review, reviewer=everybody["coordinator"], remarks=remarks, comment="Nearly there.")
    found = again(sheet)
    assert (found.live, found.current_workflow_state.status) == (False, WorkflowState.STATUS_NEEDS_CHANGES)
    assert {name: [remark.text for remark in kept] for name, kept in remarks_on(sheet).items()} == {
        "problem": ["Since when?"],
        "": ["Well written."],
    }


def test_remarks_are_told_with_the_labels_of_their_fields(sheet, review, everybody):
    send_back(
        review=review, reviewer=everybody["coordinator"], remarks=[("problem", "Since *when*?")], comment="Nearly."
    )
    assert told("sheet-sent-back") == {"author@example.com", "co-author@example.com"}
    text = OutgoingMail.objects.get(recipient="co-author@example.com").text
    assert (
        f"**Problem and context:** <http://localhost:8000/en/sheets/drafts/{sheet.pk}/write/intelligence/#id_problem>"
        in text
    )
    assert "> Since \\*when\\*?" in text
    assert "> Nearly." in text


@pytest.mark.parametrize(("remarks", "comment"), [([], ""), ([("problem", " ")], "  "), ([("colour", "Blue?")], "")])
def test_sending_back_needs_something_to_say_on_a_field_that_there_is(sheet, review, everybody, remarks, comment):
    with pytest.raises(ValidationError):
        send_back(review=review, reviewer=everybody["coordinator"], remarks=remarks, comment=comment)
    assert again(sheet).workflow_in_progress


def test_sheet_sent_back_is_submitted_again_and_its_remarks_end_with_acceptance(sheet, review, everybody):
    send_back(review=review, reviewer=everybody["coordinator"], remarks=[("problem", "Since when?")])
    second = submit_sheet(sheet=sheet, user=everybody["author"])
    assert list(remarks_on(sheet)) == ["problem"]
    accept(second, everybody["coordinator"])
    assert [found.status for found in rounds_of(sheet)] == ["rejected", "approved"]
    assert remarks_on(sheet) == {}


@pytest.mark.parametrize("second", ["accept", "send back"])
@pytest.mark.parametrize(
    ("first", "sentence"),
    [("accept", "has accepted this sheet already"), ("send back", "has sent this sheet back already")],
)
def test_second_of_two_decisions_is_told_of_the_first(sheet, review, everybody, first, second, sentence):
    def decide(how, reviewer):
        known = ReviewState(pk=review.pk, workflow_state=review.workflow_state, status=TaskState.STATUS_IN_PROGRESS)
        if how == "accept":
            accept(known, reviewer)
        else:
            send_back(review=known, reviewer=reviewer, comment="More.")

    decide(first, everybody["coordinator"])
    letters = OutgoingMail.objects.count()
    with pytest.raises(ValidationError, match=f"{everybody['coordinator']} {sentence}"):
        decide(second, everybody["administrator"])
    assert OutgoingMail.objects.count() == letters


def test_decision_on_what_was_taken_back_is_refused(sheet, review, everybody):
    withdraw_sheet(sheet=sheet, user=everybody["author"])
    with pytest.raises(ValidationError, match="taken back"):
        accept(review, everybody["coordinator"])
    assert again(sheet).live is False


def test_only_the_draft_that_was_read_is_accepted(sheet, review, everybody):
    read = sheet.get_latest_revision().pk
    draft = sheet.get_latest_revision_as_object()
    draft.problem = "Another problem."
    draft.save_revision()
    with pytest.raises(ValidationError, match="changed after you opened it"):
        accept(review, everybody["coordinator"], revision=read)
    accepted = accept(review, everybody["coordinator"], revision=draft.latest_revision.pk)
    assert (again(sheet).problem, accepted.revision) == ("Another problem.", draft.latest_revision)


# ---------------------------------------------------------------- conflict of interest


def test_reviewer_does_not_accept_an_own_sheet_while_somebody_else_can(group, everybody):
    set_membership(group=group, user=everybody["author"], role=Role.COORDINATOR)
    sheet = complete_sheet(author=everybody["author"], group=group)
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    assert told("sheet-waits") == {"coordinator@example.com"}
    with pytest.raises(PermissionDenied, match="somebody else in the working group has to accept it"):
        accept(review, everybody["author"])
    accept(review, everybody["coordinator"])


def test_only_reviewer_accepts_an_own_sheet(group, everybody):
    sheet = complete_sheet(author=everybody["coordinator"], group=group)
    review = submit_sheet(sheet=sheet, user=everybody["coordinator"])
    assert told("sheet-waits") == {"coordinator@example.com"}
    accept(review, everybody["coordinator"])
    assert again(sheet).live


# ---------------------------------------------------------------- a published sheet changes


def test_published_version_stays_up_during_a_second_review(client, sheet, review, everybody):
    accept(review, everybody["coordinator"])
    draft = again(sheet).get_latest_revision_as_object()
    draft.problem = "A problem of today."
    draft.save_revision()
    second = submit_sheet(sheet=sheet, user=everybody["author"])
    assert "About problem." in client.get(again(sheet).url).content.decode()
    send_back(review=second, reviewer=everybody["coordinator"], comment="Source?")
    assert "About problem." in client.get(again(sheet).url).content.decode()
    accept(submit_sheet(sheet=sheet, user=everybody["author"]), everybody["coordinator"])
    assert "A problem of today." in client.get(again(sheet).url).content.decode()
    assert [version.number for version in again(sheet).versions.all()] == [2, 1]


# ---------------------------------------------------------------- reminders


@pytest.mark.parametrize(
    ("days_left", "kinds"),
    [(4, set()), (3, {"review-due"}), (0, {"review-due"}), (-1, {"review-late"}), (-30, {"review-late"})],
)
def test_reviewers_are_reminded_before_and_after_the_day(sheet, review, days_left, kinds):
    ReviewState.objects.update(due_on=timezone.localdate() + timedelta(days=days_left))
    assert (remind_reviewers(), remind_reviewers()) == (len(kinds), 0)
    assert set(OutgoingMail.objects.values_list("kind", "recipient")) == {
        (kind, "coordinator@example.com") for kind in kinds
    }


def test_reviewers_reminded_before_are_reminded_once_more_when_late(sheet, review):
    today = timezone.localdate()
    ReviewState.objects.update(due_on=today - timedelta(days=1), reminded_on=today - timedelta(days=3))
    assert (remind_reviewers(), remind_reviewers()) == (1, 0)
    assert told("review-late") == {"coordinator@example.com"}


def test_nobody_is_reminded_of_what_is_decided(sheet, review, everybody):
    send_back(review=review, reviewer=everybody["coordinator"], comment="More.")
    ReviewState.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert remind_reviewers() == 0


# ---------------------------------------------------------------- the editor


@pytest.fixture
def plain_templates(settings):
    """Wagtail's own templates count on variables that are not there."""
    options = {**settings.TEMPLATES[0]["OPTIONS"], "string_if_invalid": ""}
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "OPTIONS": options}]


@pytest.mark.usefixtures("plain_templates")
def test_editor_shows_the_workflow_and_leaves_the_decision_to_the_portal(client, sheet, review, everybody):
    client.force_login(everybody["coordinator"])
    editor = client.get(f"/cms/pages/{sheet.pk}/edit/").content.decode()
    assert f'href="/en/sheets/review/{review.pk}/"' in editor
    for name in ("action-submit", "action-cancel-workflow", "action-publish", "approve", "reject"):
        assert f'name="{name}"' not in editor
        assert f'data-workflow-action-name="{name}"' not in editor
    for report in ("/cms/reports/workflow/", "/cms/reports/workflow_tasks/"):
        response = client.get(report)
        assert (response.status_code, "Mended lights" in response.content.decode()) == (200, True)
    assert "Mended lights" in client.get("/cms/").content.decode()


@pytest.mark.usefixtures("plain_templates")
@pytest.mark.parametrize("way", ["one", "in bulk"])
@pytest.mark.parametrize("waits", [True, False])
def test_editor_publishes_only_what_does_not_wait(client, sheet, everybody, way, waits):
    if waits:
        submit_sheet(sheet=sheet, user=everybody["author"])
    client.force_login(everybody["administrator"])
    if way == "in bulk":
        client.post(f"/cms/bulk/wagtailcore/page/publish/?id={sheet.pk}&next=/cms/", {"include_descendants": "off"})
    else:
        address = f"/cms/pages/{sheet.pk}/edit/"
        fields = fields_of_form(client.get(address).content)
        client.post(address, {**fields, "action-publish": "1"})
    assert (again(sheet).live, again(sheet).workflow_in_progress) == (not waits, waits)


def fields_of_form(page):
    """What a browser would send of the editor's form."""
    form = BeautifulSoup(page, "html.parser").select_one("form[data-edit-form]")
    fields = {}
    for element in form.select("input[name], textarea[name], select[name]"):
        if element.name == "select":
            values = [option["value"] for option in element.select("option[selected]")]
        elif element.get("type") in {"checkbox", "radio"}:
            values = [element.get("value", "on")] if element.has_attr("checked") else []
        else:
            values = [element.text if element.name == "textarea" else element.get("value", "")]
        fields.setdefault(element["name"], []).extend(values)
    return fields


@pytest.mark.parametrize(
    ("who", "is_locked"),
    [("author", True), ("co-author", True), ("elsewhere", True), ("coordinator", False), ("administrator", False)],
)
def test_sheet_under_review_is_locked_to_all_but_its_reviewers(sheet, review, everybody, who, is_locked):
    assert again(sheet).get_lock().for_user(everybody[who]) == is_locked
    assert waiting_for(everybody[who]).filter(pk=review.pk).exists() != is_locked
    reviewable = TaskState.objects.reviewable_by(everybody[who]).filter(pk=review.pk)
    assert reviewable.exists() != is_locked


# ---------------------------------------------------------------- screens


def as_(client, person):
    if person is not None:
        client.force_login(person)
    return client


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("coordinator", 200),
        ("administrator", 200),
        ("elsewhere", 200),
        ("author", 403),
        ("member", 403),
        ("visitor", 302),
    ],
)
def test_queue_is_for_those_who_coordinate(client, everybody, who, status):
    assert as_(client, everybody[who]).get("/en/sheets/review/").status_code == status


@pytest.mark.parametrize(
    ("who", "is_published", "status"),
    [
        ("coordinator", False, 200),
        ("administrator", False, 200),
        ("author", False, 403),
        ("co-author", False, 403),
        ("member", False, 404),
        ("elsewhere", False, 404),
        ("visitor", False, 302),
        ("member", True, 403),
        ("elsewhere", True, 403),
    ],
)
def test_review_screen_is_for_reviewers(client, sheet, everybody, who, is_published, status):
    if is_published:
        publish(sheet)
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    assert as_(client, everybody[who]).get(f"/en/sheets/review/{review.pk}/").status_code == status


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("author", 200),
        ("co-author", 200),
        ("coordinator", 200),
        ("administrator", 200),
        ("member", 404),
        ("elsewhere", 404),
        ("stranger", 404),
        ("visitor", 302),
    ],
)
def test_status_is_for_those_who_may_write(client, sheet, review, everybody, who, status):
    assert as_(client, everybody[who]).get(f"/en/sheets/drafts/{sheet.pk}/status/").status_code == status


def test_queue_shows_what_is_due_first_and_says_what_is_late(client, group, everybody):
    pks = [
        submit_sheet(
            sheet=complete_sheet(author=everybody["author"], group=group, title=title), user=everybody["author"]
        ).pk
        for title in ("Later", "Late")
    ]
    ReviewState.objects.filter(pk=pks[1]).update(due_on=timezone.localdate() - timedelta(days=2))
    response = as_(client, everybody["coordinator"]).get("/en/sheets/review/")
    assert [entry.sheet.title for entry in response.context["waiting"]] == ["Late", "Later"]
    assert response.content.decode().count("Late: an answer was due by") == 1
    elsewhere = as_(client, everybody["elsewhere"]).get("/en/sheets/review/")
    assert (elsewhere.context["waiting"], elsewhere.context["decided"]) == ([], [])


@pytest.mark.parametrize("rows", [1, 3])
def test_queue_query_count_is_constant(client, group, everybody, rows, django_assert_num_queries):
    for _row in range(rows):
        author = UserFactory()
        done = submit_sheet(sheet=complete_sheet(author=author, group=group), user=author)
        accept(done, everybody["coordinator"])
        submit_sheet(sheet=complete_sheet(author=author, group=group), user=author)
    as_(client, everybody["coordinator"]).get("/en/sheets/review/")
    with django_assert_num_queries(14):
        response = client.get("/en/sheets/review/")
    assert (len(response.context["waiting"]), len(response.context["decided"])) == (rows, rows)


@pytest.mark.parametrize("rows", [1, 3])
def test_review_screen_query_count_is_constant(client, sheet, review, everybody, rows, django_assert_num_queries):
    draft = sheet.get_latest_revision_as_object()
    draft.objectives = [type(row)(text=f"Objective {row.pk}") for row in list(draft.objectives.all()) * rows]
    draft.save_revision()
    as_(client, everybody["coordinator"]).get(f"/en/sheets/review/{review.pk}/")
    with django_assert_num_queries(39):
        client.get(f"/en/sheets/review/{review.pk}/")


def test_review_screen_marks_what_changed_and_what_is_empty(client, sheet, review, everybody):
    accept(review, everybody["coordinator"])
    draft = again(sheet).get_latest_revision_as_object()
    draft.problem, draft.place = "A problem of today.", "Harbour"
    draft.members_note = "Between us."
    draft.save_revision()
    second = submit_sheet(sheet=sheet, user=everybody["author"])
    response = as_(client, everybody["coordinator"]).get(f"/en/sheets/review/{second.pk}/")
    under_review = response.context["under_review"]
    assert {field.name for field in under_review.changed} == {"problem", "place", "members_note"}
    assert {"mechanism", "setup_cost"} <= {field.name for field in under_review.missing}
    page = response.content.decode()
    assert "About problem." in page
    assert "A problem of today." in page
    assert "lighting@example.org" in page


def form_for(sheet, **values):
    return {"revision": sheet.get_latest_revision().pk, **values}


def test_reviewer_accepts_on_the_screen(client, sheet, review, everybody):
    values = {
        "decision": "accept",
        "level": "1",
        "reason": "Clear.",
        "evidence_effect": "2",
        "evidence_effect_note": "Books",
    }
    response = as_(client, everybody["coordinator"]).post(f"/en/sheets/review/{review.pk}/", form_for(sheet, **values))
    assert (response.status_code, response["Location"]) == (302, "/en/sheets/review/")
    assert (again(sheet).live, EvidenceConfirmation.objects.get().note) == (True, "Books")


def test_reviewer_sends_back_on_the_screen(client, sheet, review, everybody):
    values = {"decision": "send-back", "remark_problem": "Since when?", "comment": ""}
    response = as_(client, everybody["coordinator"]).post(f"/en/sheets/review/{review.pk}/", form_for(sheet, **values))
    assert response.status_code == 302
    assert [remark.text for remark in remarks_on(sheet)["problem"]] == ["Since when?"]


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ({"decision": "accept", "level": "1", "reason": ""}, {"reason"}),
        ({"decision": "accept", "level": "2", "reason": "Fine."}, {"level"}),
        ({"decision": "accept", "level": "9", "reason": "Fine."}, {"level"}),
        ({"decision": "accept", "level": "1", "reason": "Fine.", "remark_problem": "Since when?"}, {"__all__"}),
        ({"decision": "accept", "level": "1", "reason": "Fine.", "evidence_effect": "2"}, {"evidence_effect_note"}),
        ({"decision": "accept", "level": "1", "reason": "Fine.", "evidence_effect_note": "Books"}, {"evidence_effect"}),
        ({"decision": "accept", "level": "1", "reason": "Fine.", "revision": "1"}, {"__all__"}),
        ({"decision": "send-back"}, {"comment"}),
        ({"decision": "send-back", "remark_problem": "x" * 1501}, {"remark_problem"}),
        ({"decision": "burn"}, {"decision"}),
        ({}, {"decision"}),
    ],
)
def test_review_form_refuses_at_the_field_and_keeps_what_was_typed(client, sheet, review, everybody, values, wrong):
    typed = form_for(sheet) | {"comment": ""} | values
    response = as_(client, everybody["coordinator"]).post(f"/en/sheets/review/{review.pk}/", typed)
    assert (response.status_code, set(response.context["form"].errors)) == (422, wrong)
    assert (again(sheet).live, again(sheet).workflow_in_progress) == (False, True)
    for text in {"remark_problem", "reason", "evidence_effect_note"} & set(values):
        assert values[text] in response.content.decode()


def test_second_reviewer_is_shown_the_first_ones_decision(client, sheet, review, everybody):
    accept(review, everybody["administrator"])
    client = as_(client, everybody["coordinator"])
    sentence = f"{everybody['administrator']} has accepted this sheet already."
    response = client.get(f"/en/sheets/review/{review.pk}/")
    assert (response.status_code, sentence in response.content.decode()) == (200, True)
    response = client.post(f"/en/sheets/review/{review.pk}/", form_for(sheet, decision="send-back", comment="No."))
    assert (response.status_code, sentence in response.content.decode()) == (422, True)


def test_author_with_a_group_is_told_on_the_screen_to_leave_it_to_others(client, group, sheet, everybody):
    set_membership(group=group, user=everybody["author"], role=Role.COORDINATOR)
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    client = as_(client, everybody["author"])
    assert (
        "somebody else in the working group has to accept it"
        in client.get(f"/en/sheets/review/{review.pk}/").content.decode()
    )
    values = {"decision": "accept", "level": "1", "reason": "Mine."}
    assert client.post(f"/en/sheets/review/{review.pk}/", form_for(sheet, **values)).status_code == 403


def test_status_tells_the_story_and_leads_to_the_field(client, sheet, review, everybody):
    send_back(review=review, reviewer=everybody["coordinator"], remarks=[("problem", "Since when?")])
    submit_sheet(sheet=sheet, user=everybody["author"], note="Now it says so.")
    page = as_(client, everybody["author"]).get(f"/en/sheets/drafts/{sheet.pk}/status/").content.decode()
    steps = [step.partition("<")[0] for step in page.split('class="timeline__what">')[1:]]
    assert steps == ["Draft begun", "Submitted", "Sent back", "Submitted"]
    assert f'<a href="/en/sheets/drafts/{sheet.pk}/write/intelligence/#id_problem">Problem and context</a>' in page
    assert "Now it says so." in page


def test_author_submits_and_takes_back_on_the_screen(client, sheet, everybody):
    client = as_(client, everybody["author"])
    assert client.post(f"/en/sheets/drafts/{sheet.pk}/submit/", {"note": "New."}).status_code == 302
    assert again(sheet).workflow_in_progress
    assert client.post(f"/en/sheets/drafts/{sheet.pk}/submit/", {"note": "New."}).status_code == 422
    assert client.post(f"/en/sheets/drafts/{sheet.pk}/withdraw/").status_code == 302
    assert not again(sheet).workflow_in_progress
    assert client.get(f"/en/sheets/drafts/{sheet.pk}/submit/")["Location"] == f"/en/sheets/drafts/{sheet.pk}/status/"
    assert not again(sheet).workflow_in_progress


def test_submitting_too_little_names_the_fields_and_keeps_the_note(client, group, everybody):
    sheet = complete_sheet(author=everybody["author"], group=group, problem="")
    response = as_(client, everybody["author"]).post(f"/en/sheets/drafts/{sheet.pk}/submit/", {"note": "Please hurry."})
    page = response.content.decode()
    assert (response.status_code, [field.name for field, _texts in response.context["lacking"]]) == (422, ["problem"])
    assert (
        f'<a href="/en/sheets/drafts/{sheet.pk}/write/intelligence/#id_problem">Problem and context</a>: Readers cannot tell'
        in page
    )
    assert "Please hurry." in page


@pytest.mark.parametrize("who", ["visitor", "member"])
def test_criteria_are_public(client, everybody, who):
    response = as_(client, everybody[who]).get("/en/sheets/criteria/")
    assert (response.status_code, response.content.decode().count("<h2>")) == (200, 5)


@pytest.mark.parametrize(
    ("who", "is_shown"), [("coordinator", True), ("administrator", True), ("member", False), ("visitor", False)]
)
def test_way_to_the_queue_is_in_the_menu_of_those_who_coordinate(client, everybody, who, is_shown):
    assert ('href="/en/queue/"' in as_(client, everybody[who]).get("/en/").content.decode()) == is_shown


@pytest.mark.parametrize("act", ["submit", "withdraw"])
def test_address_of_an_act_that_is_only_opened_shows_where_the_sheet_stands(client, sheet, everybody, act):
    response = as_(client, everybody["author"]).get(f"/en/sheets/drafts/{sheet.pk}/{act}/")
    assert (response.status_code, response["Location"]) == (302, f"/en/sheets/drafts/{sheet.pk}/status/")
    assert as_(client, everybody["stranger"]).get(f"/en/sheets/drafts/{sheet.pk}/{act}/").status_code == 404
    assert not ReviewState.objects.exists()


# ---------------------------------------------------------------- what readers see


def test_sheet_shows_by_whom_and_why_it_was_accepted(client, sheet, review, everybody):
    accept(review, everybody["coordinator"], reason="Clear and honest.")
    page = client.get(again(sheet).url).content.decode()
    assert "as checked: complete and clear, by the working group" in page
    assert "Why: Clear and honest." in page
    assert "Last confirmed to be true:" in page
    assert 'href="/en/sheets/criteria/"' in page


def test_older_version_keeps_the_review_of_its_own(client, sheet, review, everybody):
    accept(review, everybody["coordinator"], reason="First reason.")
    draft = again(sheet).get_latest_revision_as_object()
    draft.problem = "A problem of today."
    draft.save_revision()
    accept(submit_sheet(sheet=sheet, user=everybody["author"]), everybody["coordinator"], reason="Second reason.")
    address = f"/en/sheets/{sheet.practice_id}/en/v1/"
    page = client.get(address).content.decode()
    assert ("First reason." in page, "Second reason." in page) == (True, False)


@pytest.mark.parametrize(
    ("verified", "published", "sentence"),
    [
        (timedelta(days=10), timedelta(days=800), "Last confirmed to be true:"),
        (timedelta(days=366), timedelta(days=800), "It may be out of date"),
        (None, timedelta(days=366), "It may be out of date"),
        (None, timedelta(days=10), "Not confirmed since it was published on"),
    ],
)
def test_sheet_says_since_when_nobody_confirmed_it(client, sheet, verified, published, sentence):
    found = publish(sheet)
    found.practice.verified_on = timezone.localdate() - verified if verified else None
    found.practice.save()
    PracticeSheet.objects.update(first_published_at=timezone.now() - published)
    page = client.get(found.url).content.decode()
    assert [text in page for text in ("Last confirmed to be true:", "It may be out of date")] == [
        sentence.startswith("Last"),
        sentence.startswith("It may"),
    ]
    assert sentence in page


def test_sheet_published_without_a_review_says_so(client, sheet):
    assert "Published without a review." in client.get(publish(sheet).url).content.decode()


def test_change_published_around_the_review_is_not_credited_to_an_earlier_one(client, sheet, review, everybody):
    accept(review, everybody["coordinator"], reason="Clear and honest.")
    draft = again(sheet).get_latest_revision_as_object()
    draft.problem = "A problem that nobody has looked at."
    draft.save_revision().publish()
    page = client.get(again(sheet).url).content.decode()
    assert ("Published without a review." in page, "Clear and honest." in page) == (True, False)


def test_translation_that_takes_over_facts_keeps_the_review_of_its_words(sheet, review, everybody):
    accept(review, everybody["coordinator"])
    translation_of = publish(translate(again(sheet), "nl", title="Gemaakte lampen", owner=everybody["author"]))
    words = translation_of.get_latest_revision_as_object()
    words.problem = "Donkere straten."
    words.save_revision()
    accepted = accept(submit_sheet(sheet=translation_of, user=everybody["author"]), everybody["coordinator"])
    original = again(sheet).get_latest_revision_as_object()
    original.started = 2001
    original.save_revision().publish()
    assert [version.review for version in translation_of.versions.order_by("number")] == [None, accepted, accepted]


def test_sheet_for_members_stays_hidden_while_it_is_reviewed(client, sheet, everybody):
    PracticeSheet.objects.filter(pk=sheet.pk).update(visibility=Visibility.NETWORK)
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    assert as_(client, everybody["member"]).get(f"/en/sheets/review/{review.pk}/").status_code == 404


# Wagtail leaves a temporary file to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_reviewer_sees_the_picture_and_where_links_lead(client, group, everybody, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    image = Image.objects.create(title="Ladder", file=get_test_image_file())
    sheet = complete_sheet(author=everybody["author"], group=group, image=image, image_alt="A ladder")
    draft = sheet.get_latest_revision_as_object()
    draft.attachments = [Attachment(title="Report", address="https://www.example.org/report")]
    draft.save_revision()
    review = submit_sheet(sheet=sheet, user=everybody["author"])
    page = as_(client, everybody["coordinator"]).get(f"/en/sheets/review/{review.pk}/").content.decode()
    assert 'alt="A ladder"' in page
    assert '<a href="https://www.example.org/report" rel="nofollow noopener">' in page
