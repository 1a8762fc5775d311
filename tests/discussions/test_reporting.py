"""From a report to the last word: who decides, what each side learns, and what becomes of the post."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.utils import timezone

from discussions.actions.moderating import mark_answer
from discussions.actions.reporting import (
    appeal,
    appeal_as_guest,
    decide_appeal,
    decide_report,
    hide_post,
    remind_of_reports,
    report_post,
    show_post,
)
from discussions.limits import MOST_REPORTS_A_DAY
from discussions.models import Post, Report, Thread, ThreadGuest
from discussions.reported_posts import (
    decided_lately,
    deciders_of,
    get_report,
    guest_token,
    report_of_token,
    waiting_for,
)
from groups.actions import set_membership
from groups.audit import act_in_words
from groups.enums import Role
from groups.models import AuditEntry
from notifications.models import OutgoingMail
from search.models import PendingUpdate
from tests.factories import PostFactory, ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db

SECRET = "The address of Mr Smith is 3 High Street."


@pytest.fixture
def author(group):
    author = UserFactory(email="author@example.com", first_name="Ada", last_name="Author")
    set_membership(group=group, user=author, role=Role.MEMBER)
    return author


@pytest.fixture
def post(group, people, author):
    thread = ThreadFactory(group=group, author=people["member"], title="Cameras")
    return PostFactory(thread=thread, author=author, text=SECRET)


@pytest.fixture
def coordinator(people):
    return people["coordinator"]


@pytest.fixture
def second(group):
    second = UserFactory(email="second@example.com")
    set_membership(group=group, user=second, role=Role.COORDINATOR)
    return second


@pytest.fixture
def report(post, people):
    return report_post(post=post, reporter=people["member"], reason="personal-data", words="A private address")


def letters():
    return [(mail.kind, mail.recipient) for mail in OutgoingMail.objects.exclude(kind__startswith="sheet")]


def recorded():
    return [(act_in_words(entry), entry.reason) for entry in AuditEntry.objects.order_by("pk")]


# ---------------------------------------------------------------- reporting


def test_report_is_told_to_those_who_decide(report, post, people, second):
    assert letters() == [("report-received", "coordinator@example.com")]
    later = report_post(post=post, reporter=second, reason="hurtful")
    assert letters() == [("report-received", "coordinator@example.com")]
    assert waiting_for(people["coordinator"]) == [report]
    assert later.decided_at is None


def test_letter_about_a_report_holds_no_text_of_the_post(report):
    mail = OutgoingMail.objects.get()
    assert "High Street" not in mail.text
    assert "A private address" in mail.text


@pytest.mark.parametrize(
    ("reporter", "reason", "words", "refused"),
    [
        ("author", "hurtful", "", "You wrote this post"),
        ("member", "other", " ", "Say in your words"),
        ("again", "hurtful", "", "already"),
    ],
)
def test_report_is_refused_with_the_reason(post, people, author, reporter, reason, words, refused):
    if reporter == "again":
        report_post(post=post, reporter=people["member"], reason="hurtful")
    person = author if reporter == "author" else people["member"]
    with pytest.raises(ValidationError, match=refused):
        report_post(post=post, reporter=person, reason=reason, words=words)


def test_nobody_reports_more_in_a_day_than_somebody_can_read(group, people, author):
    thread = ThreadFactory(group=group, author=author)
    posts = PostFactory.create_batch(MOST_REPORTS_A_DAY + 2, thread=thread, author=author)
    for post in posts[:MOST_REPORTS_A_DAY]:
        report_post(post=post, reporter=people["member"], reason="hurtful")
    with pytest.raises(ValidationError) as refused:
        report_post(post=posts[-1], reporter=people["member"], reason="hurtful")
    assert refused.value.code == "many"
    assert report_post(post=posts[-1], reporter=people["coordinator"], reason="hurtful").pk
    Report.objects.filter(post=posts[0]).update(created_at=timezone.now() - timedelta(days=1))
    assert report_post(post=posts[-2], reporter=people["member"], reason="hurtful").pk


def test_post_that_does_not_stand_is_not_reported(post, people, coordinator):
    hide_post(post=post, by=coordinator, reason="hurtful", statement="No.")
    with pytest.raises(ValidationError, match="does not stand"):
        report_post(post=post, reporter=people["member"], reason="hurtful")


# ---------------------------------------------------------------- who decides


def test_decision_is_for_coordinators_who_are_not_concerned(group, people, coordinator, second):
    own = PostFactory(thread=ThreadFactory(group=group), author=coordinator)
    by_second = report_post(post=own, reporter=second, reason="hurtful")
    assert deciders_of(by_second) == [people["administrator"]]
    by_member = report_post(
        post=PostFactory(thread=own.thread, author=coordinator), reporter=people["member"], reason="hurtful"
    )
    assert deciders_of(by_member) == [second]


def test_thread_of_the_network_is_for_the_coordinators_of_all_groups(coordinator, people):
    post = PostFactory(thread=ThreadFactory(group=None))
    assert deciders_of(report_post(post=post, reporter=people["stranger"], reason="hurtful")) == [coordinator]


def test_somebody_decides_where_everybody_is_concerned(group, people, coordinator):
    people["administrator"].delete()
    own = PostFactory(thread=ThreadFactory(group=group), author=coordinator)
    assert deciders_of(report_post(post=own, reporter=people["member"], reason="hurtful")) == [coordinator]


@pytest.mark.parametrize("reports", [1, 3])
def test_queue_asks_no_more_for_more_reports(group, people, coordinator, reports, django_assert_num_queries):
    thread = ThreadFactory(group=group)
    for _ in range(reports):
        report_post(post=PostFactory(thread=thread), reporter=people["member"], reason="hurtful")
    with django_assert_num_queries(5):
        assert len(waiting_for(coordinator)) == reports


@pytest.mark.parametrize("who", ["member", "stranger", "author"])
def test_others_decide_nothing(report, people, author, who):
    person = author if who == "author" else people[who]
    with pytest.raises((PermissionDenied, Http404)):
        decide_report(report=report, by=person, decision="hidden", statement="So.")
    report.refresh_from_db()
    assert report.decision == ""


# ---------------------------------------------------------------- the decision


def test_hidden_post_is_told_to_both_sides_and_recorded(report, post, coordinator):
    decide_report(report=report, by=coordinator, decision="hidden", statement=" A private address. ")
    post.refresh_from_db()
    assert post.hidden_at is not None
    assert letters()[1:] == [("report-decided", "member@example.com"), ("post-decided", "author@example.com")]
    assert recorded() == [("hid a post of Ada Author in “Cameras”", "A private address.")]
    assert waiting_for(coordinator) == []


def test_author_does_not_learn_who_reported(report, people, coordinator):
    people["member"].first_name, people["member"].last_name = "Rita", "Reporter"
    people["member"].save()
    decide_report(report=report, by=coordinator, decision="hidden", statement="Private.")
    mail = OutgoingMail.objects.get(kind="post-decided")
    assert "Reporter" not in mail.text + mail.subject
    assert "A private address" not in mail.text
    assert "It shows personal data of somebody." in mail.text
    assert "/en/discussions/reports/" in mail.text


def test_post_that_stays_stays(report, post, coordinator):
    decide_report(report=report, by=coordinator, decision="kept", statement="It is a public address.")
    post.refresh_from_db()
    assert post.is_standing
    assert recorded() == [("decided that a post of Ada Author stays in “Cameras”", "It is a public address.")]
    assert [kind for kind, _to in letters()[1:]] == ["report-decided", "post-decided"]


def test_decision_is_on_all_reports_of_the_post_that_wait(report, post, coordinator, group):
    other = UserFactory(email="other@example.com")
    set_membership(group=group, user=other, role=Role.MEMBER)
    report_post(post=post, reporter=other, reason="hurtful")
    decide_report(report=report, by=coordinator, decision="hidden", statement="Private.")
    assert Report.objects.filter(decision="hidden", decided_by=coordinator).count() == 2
    assert sorted(to for kind, to in letters() if kind == "report-decided") == [
        "member@example.com",
        "other@example.com",
    ]
    assert [to for kind, to in letters() if kind == "post-decided"] == ["author@example.com"]


def test_second_coordinator_finds_the_decision_taken(report, coordinator, second):
    decide_report(report=report, by=coordinator, decision="kept", statement="It is public.")
    with pytest.raises(ValidationError, match="decided already"):
        decide_report(report=report, by=second, decision="hidden", statement="Private.")


def test_decision_needs_reasons(report, coordinator):
    with pytest.raises(ValidationError) as refused:
        decide_report(report=report, by=coordinator, decision="hidden", statement=" ")
    assert list(refused.value.message_dict) == ["statement"]


def test_hidden_post_is_no_answer_and_leaves_the_search(report, post, people, coordinator):
    mark_answer(post=post, by=people["member"])
    PendingUpdate.objects.all().delete()
    decide_report(report=report, by=coordinator, decision="hidden", statement="Private.")
    assert Thread.objects.get(pk=post.thread_id).answer is None
    assert list(PendingUpdate.objects.values_list("document_id", flat=True)) == [f"discussions.thread:{post.thread_id}"]


@pytest.mark.parametrize(("reason", "said"), [("hurtful", True), ("other", False)])
def test_author_is_told_no_reason_but_the_words_where_none_was_chosen(post, coordinator, reason, said):
    hide_post(post=post, by=coordinator, reason=reason, statement="It names a child.")
    mail = OutgoingMail.objects.get(kind="post-decided")
    assert ("The reason:" in mail.text, "say what" in mail.text, "It names a child." in mail.text) == (
        said,
        False,
        True,
    )


# ---------------------------------------------------------------- letters


def test_letters_lead_each_reader_to_the_page_in_his_or_her_language(report, post, people, author, coordinator, second):
    languages = {people["member"]: "es", author: "de", coordinator: "fr", second: "it"}
    for person, language in languages.items():
        person.languages = [language]
        person.save()
    remind_of_reports(timezone.now() + timedelta(days=6))
    decide_report(report=report, by=coordinator, decision="kept", statement="It is public.")
    appeal(report=report, by=people["member"], words="It is not.")
    hide_post(post=PostFactory(thread=post.thread, author=author), by=coordinator, reason="hurtful", statement="No.")
    found = {
        (mail.kind, mail.language, mail.text.split("localhost:8000/")[1][:2])
        for mail in OutgoingMail.objects.all()
        if "localhost:8000/" in mail.text
    }
    assert found == {
        ("report-received", "en", "en"),
        ("report-waits", "fr", "fr"),
        ("report-waits", "it", "it"),
        ("report-decided", "es", "es"),
        ("appeal-received", "it", "it"),
        ("post-decided", "de", "de"),
    }


# ---------------------------------------------------------------- reminders


@pytest.mark.parametrize(("days", "reminded"), [(4, 0), (6, 1), (61, 0)])
def test_coordinators_are_reminded_once_of_what_waits_for_long(report, days, reminded):
    for _ in range(2):
        remind_of_reports(timezone.now() + timedelta(days=days))
    assert [to for kind, to in letters() if kind == "report-waits"] == ["coordinator@example.com"] * reminded


def test_whoever_decides_on_the_appeal_is_reminded_of_it(report, author, coordinator, second):
    decide_report(report=report, by=coordinator, decision="hidden", statement="Private.")
    assert remind_of_reports(timezone.now() + timedelta(days=6)) == 0
    appeal(report=report, by=author, words="It is public.")
    remind_of_reports(timezone.now() + timedelta(days=6))
    assert letters()[-1] == ("report-waits", "second@example.com")


# ---------------------------------------------------------------- without a report


def test_coordinator_hides_and_shows_again_with_reasons(post, coordinator):
    hide_post(post=post, by=coordinator, reason="confidential", statement="Under investigation.")
    show_post(post=post, by=coordinator, statement="It is public now.")
    post.refresh_from_db()
    assert post.is_standing
    assert letters() == [("post-decided", "author@example.com"), ("post-shown", "author@example.com")]
    assert recorded() == [
        ("hid a post of Ada Author in “Cameras”", "Under investigation."),
        ("showed a post of Ada Author in “Cameras” again", "It is public now."),
    ]


def test_hiding_decides_what_was_reported(report, post, coordinator):
    hide_post(post=post, by=coordinator, reason="confidential", statement="Under investigation.")
    report.refresh_from_db()
    assert (report.decision, report.decided_by) == ("hidden", coordinator)
    assert ("report-decided", "member@example.com") in letters()


def test_who_shows_a_post_again_undoes_the_decision(post, author, coordinator):
    report = hide_post(post=post, by=coordinator, reason="confidential", statement="Under investigation.")
    assert (report.is_undone, get_report(author, report.pk).may_appeal) == (False, True)
    show_post(post=post, by=coordinator, statement="It is public now.")
    assert (Report.objects.get().is_undone, get_report(author, report.pk).may_appeal) == (True, False)
    with pytest.raises(ValidationError, match="not hidden"):
        appeal(report=report, by=author, words="Why?")
    again = hide_post(post=post, by=coordinator, reason="hurtful", statement="Not public after all.")
    found = {each.pk: (each.is_undone, get_report(author, each.pk).may_appeal) for each in Report.objects.all()}
    assert found == {report.pk: (True, False), again.pk: (False, True)}


@pytest.mark.parametrize("who", ["member", "stranger", "administrator"])
def test_hiding_is_for_coordinators(post, people, who):
    with pytest.raises(PermissionDenied):
        hide_post(post=post, by=people[who], reason="hurtful", statement="No.")


def test_own_post_is_taken_back_and_not_hidden(group, coordinator):
    with pytest.raises(ValidationError, match="take it back"):
        hide_post(
            post=PostFactory(thread=ThreadFactory(group=group), author=coordinator),
            by=coordinator,
            reason="hurtful",
            statement="No.",
        )


# ---------------------------------------------------------------- appeals


@pytest.fixture
def hidden(report, coordinator):
    return decide_report(report=report, by=coordinator, decision="hidden", statement="Private.")


def test_author_appeals_and_another_coordinator_decides(hidden, post, author, coordinator, second):
    appealed = appeal(report=hidden, by=author, words=" It is the address of the town hall. ")
    assert letters()[-1] == ("appeal-received", "second@example.com")
    assert (waiting_for(coordinator), waiting_for(second)) == ([], [appealed])
    decide_appeal(report=appealed, by=second, decision="kept", statement="It is the town hall.")
    post.refresh_from_db()
    assert post.is_standing
    assert letters()[-2:] == [("appeal-decided", "member@example.com"), ("appeal-decided", "author@example.com")]
    assert recorded()[-1] == (
        "decided on an appeal that a post of Ada Author stays in “Cameras”",
        "It is the town hall.",
    )


def test_last_decisions_are_those_of_who_took_them_last(hidden, author, people, coordinator):
    appealed = appeal(report=hidden, by=author, words="It is public.")
    decide_appeal(report=appealed, by=people["administrator"], decision="kept", statement="It is.")
    lists = {who: decided_lately(people[who]) for who in ("coordinator", "administrator", "stranger")}
    assert lists == {"coordinator": [hidden], "administrator": [hidden], "stranger": []}
    assert (lists["coordinator"][0].last_decision, lists["coordinator"][0].last_decided_by) == (
        "kept",
        people["administrator"],
    )


@pytest.mark.parametrize("number", [1, 3])
def test_last_decisions_ask_no_more_for_more_of_them(group, people, coordinator, number, django_assert_num_queries):
    for _ in range(number):
        hide_post(
            post=PostFactory(thread=ThreadFactory(group=group)), by=coordinator, reason="hurtful", statement="No."
        )
    with django_assert_num_queries(5):
        assert len(decided_lately(coordinator)) == number


def test_administrator_decides_where_there_is_no_other_coordinator(hidden, author, people, coordinator):
    appealed = appeal(report=hidden, by=author, words="It is public.")
    assert deciders_of(appealed) == [people["administrator"]]
    with pytest.raises(PermissionDenied, match="not concerned"):
        decide_appeal(report=appealed, by=coordinator, decision="hidden", statement="As I said.")
    decide_appeal(report=appealed, by=people["administrator"], decision="hidden", statement="It is private.")
    assert not Post.objects.get(pk=hidden.post_id).is_standing


def test_whoever_reported_appeals_against_a_post_that_stays(report, post, people, author, coordinator, second):
    kept = decide_report(report=report, by=coordinator, decision="kept", statement="It is public.")
    with pytest.raises(PermissionDenied, match="people concerned"):
        appeal(report=kept, by=author, words="I insist.")
    appealed = appeal(report=kept, by=people["member"], words="It is not.")
    decide_appeal(report=appealed, by=second, decision="hidden", statement="Private indeed.")
    post.refresh_from_db()
    assert post.hidden_at is not None


def test_appeal_comes_after_the_decision_once_and_with_words(report, author, coordinator):
    with pytest.raises(PermissionDenied, match="once there is a decision"):
        appeal(report=report, by=author, words="Too early.")
    decide_report(report=report, by=coordinator, decision="hidden", statement="Private.")
    with pytest.raises(ValidationError, match="Say why"):
        appeal(report=report, by=author, words=" ")
    appeal(report=report, by=author, words="Now.")
    with pytest.raises(ValidationError, match="made already"):
        appeal(report=report, by=author, words="Again.")


def test_appeal_is_decided_once(hidden, author, second, people):
    appealed = appeal(report=hidden, by=author, words="It is public.")
    decide_appeal(report=appealed, by=second, decision="kept", statement="It is.")
    with pytest.raises(ValidationError, match="decided already"):
        decide_appeal(report=appealed, by=second, decision="hidden", statement="It is not.")


def test_coordinator_does_not_go_round_an_appeal(hidden, author, coordinator, post):
    appeal(report=hidden, by=author, words="It is public.")
    with pytest.raises(ValidationError, match="An appeal was made"):
        show_post(post=post, by=coordinator, statement="Never mind.")


def test_author_who_left_the_group_may_still_appeal(hidden, author):
    author.memberships.all().delete()
    assert appeal(report=hidden, by=author, words="It is public.").appealed_by == author


def test_guest_appeals_by_the_address_in_the_letter(post, coordinator, second):
    guest = ThreadGuest.objects.create(thread=post.thread, email="guest@example.org", name="Gus", languages=["en"])
    by_guest = PostFactory(thread=post.thread, author=None, guest=guest)
    hidden = hide_post(post=by_guest, by=coordinator, reason="hurtful", statement="No.")
    mail = OutgoingMail.objects.get(kind="post-decided")
    token = guest_token(hidden)
    assert (mail.recipient, f"/en/discussions/appeals/{token}/" in mail.text) == ("guest@example.org", True)
    appealed = appeal_as_guest(report=report_of_token(token), words="Why?")
    assert (appealed.appealed_by, deciders_of(appealed)) == (None, [second])
    decide_appeal(report=appealed, by=second, decision="kept", statement="Harmless.")
    assert letters()[-1] == ("appeal-decided", "guest@example.org")
