"""Reports of posts, from the reader to the decision, and from the appeal to the last word.

Each decision names its reasons, is told to whoever reported and to whoever wrote, and stands in the audit log.
"""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions import acts  # noqa: F401 -- declares what is recorded here
from discussions.actions.moderating import check_moderates, name_of_author
from discussions.enums import ReportDecision, ReportReason
from discussions.limits import check_may_report
from discussions.models import Post, Report, Thread
from discussions.report_notifications import (
    AppealDecided,
    AppealReceived,
    PostDecided,
    PostShownAgain,
    ReportDecided,
    ReportReceived,
    ReportWaits,
)
from discussions.reported_posts import ReportAccess, get_report
from groups.audit import record
from members.models import User

# ---------------------------------------------------------------- by readers


@transaction.atomic
def report_post(*, post: Post, reporter: User, reason: str, words: str = "") -> Report:
    """Say that ``post`` should not stand. Its coordinators are told, once for all reports of a post that wait.

    Raises ValidationError, by argument, for one's own post, for one that does not stand, where one reported it before
    or very many others today, and where another reason is not said in words. The caller has seen to it that
    ``reporter`` may see the post.
    """
    post = _locked_post(post.pk)
    if post.author_id == reporter.pk:
        raise ValidationError(_("You wrote this post: take it back yourself."))
    if not post.is_standing:
        raise ValidationError(_("This post does not stand any more."))
    if reason == ReportReason.OTHER and not words.strip():
        raise ValidationError({"words": _("Say in your words what is wrong.")})
    if Report.objects.filter(post=post, reporter=reporter).exists():
        raise ValidationError(_("You have reported this post already."), code="reported")
    check_may_report(reporter)
    is_first = not Report.objects.filter(post=post, decided_at=None).exists()
    report = Report.objects.create(post=post, reporter=reporter, reason=reason, words=words.strip())
    if is_first:
        ReportReceived(report).send()
    return report


# ---------------------------------------------------------------- by those who look after the thread


@transaction.atomic
def decide_report(*, report: Report, by: User, decision: str, statement: str) -> Report:
    """Decide whether the post stays, for all reports of it that wait.

    Raises PermissionDenied for whoever may not decide, ValidationError without a statement and where it is decided.
    """
    access = _access(report, by)
    report = access.report
    if report.decided_at:
        raise ValidationError(_("This report is decided already."), code="decided")
    if not access.may_decide:
        raise PermissionDenied(_("Somebody who is not concerned has to decide on this."))
    _check_statement(statement)
    now = timezone.now()
    waiting = list(_with_post(Report.objects.filter(post=report.post_id, decided_at=None)))
    for each in waiting:
        _decide(each, by, decision, statement, now)
        ReportDecided(each).send()
    _apply(report.post, by, decision, statement, now, acts_by_decision=_FIRST)
    PostDecided(next(each for each in waiting if each.pk == report.pk)).send()
    return report


@transaction.atomic
def hide_post(*, post: Post, by: User, reason: str, statement: str) -> Report:
    """Hide ``post`` without anybody having reported it. Its author is told, and may appeal as against any decision.

    Raises PermissionDenied for whoever does not look after it, ValidationError without a statement and for a post that
    does not stand.
    """
    post = _locked_post(post.pk)
    check_moderates(by, post.thread)
    if post.author_id == by.pk:
        raise ValidationError(_("You wrote this post: take it back yourself."))
    if not post.is_standing:
        raise ValidationError(_("This post does not stand any more."))
    _check_statement(statement)
    now = timezone.now()
    report = Report.objects.create(post=post, reporter=None, reason=reason)
    for each in _with_post(Report.objects.filter(post=post, decided_at=None)):
        _decide(each, by, ReportDecision.HIDDEN, statement, now)
        ReportDecided(each).send()
    _apply(post, by, ReportDecision.HIDDEN, statement, now, acts_by_decision=_FIRST)
    report = _with_post(Report.objects.filter(pk=report.pk)).get()
    PostDecided(report).send()
    return report


@transaction.atomic
def show_post(*, post: Post, by: User, statement: str) -> None:
    """Show a post again that was hidden. Its author is told.

    Raises PermissionDenied for whoever does not look after it, ValidationError without a statement, for a post that is
    not hidden, and where an appeal was made: that is decided by somebody else.
    """
    post = _locked_post(post.pk)
    check_moderates(by, post.thread)
    if post.hidden_at is None:
        raise ValidationError(_("This post is not hidden."))
    if Report.objects.filter(post=post, decision=ReportDecision.HIDDEN, appealed_at__isnull=False).exists():
        raise ValidationError(_("An appeal was made against this decision. It is decided there."), code="appeal")
    _check_statement(statement)
    PostShownAgain(post, statement.strip()).send()
    post.hidden_at = None
    post.save(update_fields=["hidden_at"])
    _record("post-shown", post, by, statement)


# ---------------------------------------------------------------- appeals


@transaction.atomic
def appeal(*, report: Report, by: User, words: str) -> Report:
    """Have a decision looked at by somebody else: by the author of a post that was hidden, or by whoever reported one
    that stays. Once.

    Raises PermissionDenied for others, ValidationError without words, where it was done, and where the post is shown
    again.
    """
    access = _access(report, by)
    report = access.report
    if report.appealed_at:
        raise ValidationError(_("An appeal was made already."), code="appealed")
    _check_is_not_undone(report)
    if not access.may_appeal:
        raise PermissionDenied(_("Only the people concerned may appeal, once there is a decision."))
    return _appeal(report, by, words)


@transaction.atomic
def appeal_as_guest(*, report: Report, words: str) -> Report:
    """The same by the guest who wrote the post, whom the caller knows by the letter."""
    _locked_post(report.post_id)
    report = _with_post(Report.objects.filter(pk=report.pk)).get()
    if report.appealed_at:
        raise ValidationError(_("An appeal was made already."), code="appealed")
    _check_is_not_undone(report)
    if report.decision != ReportDecision.HIDDEN:
        raise PermissionDenied(_("Only the people concerned may appeal, once there is a decision."))
    return _appeal(report, None, words)


def _appeal(report: Report, by: User | None, words: str) -> Report:
    if not words.strip():
        raise ValidationError({"appeal": _("Say why the decision is wrong.")})
    report.appealed_at, report.appealed_by, report.appeal = timezone.now(), by, words.strip()
    report.save(update_fields=["appealed_at", "appealed_by", "appeal"])
    AppealReceived(report).send()
    return report


@transaction.atomic
def decide_appeal(*, report: Report, by: User, decision: str, statement: str) -> Report:
    """The last word on a post. Told to whoever reported it and to its author.

    Raises PermissionDenied for whoever may not decide, ValidationError without a statement and where it is decided.
    """
    access = _access(report, by)
    report = access.report
    if report.appeal_decided_at:
        raise ValidationError(_("This appeal is decided already."), code="decided")
    if not access.may_decide_appeal:
        raise PermissionDenied(_("Somebody who is not concerned has to decide on this."))
    _check_statement(statement)
    now = timezone.now()
    report.appeal_decision, report.appeal_statement = decision, statement.strip()
    report.appeal_decided_at, report.appeal_decided_by = now, by
    report.save(
        update_fields=["appeal_decision", "appeal_statement", "appeal_decided_at", "appeal_decided_by"],
    )
    _apply(report.post, by, decision, statement, now, acts_by_decision=_APPEAL)
    AppealDecided(report).send()
    return report


# ---------------------------------------------------------------- by the clock

REMIND_AFTER, REMIND_UNTIL = timedelta(days=5), timedelta(days=60)


def remind_of_reports(now: datetime | None = None) -> int:
    """Remind those who decide of reports and appeals that wait for ``REMIND_AFTER``, once each: the outbox knows.

    Called by the schedule. Returns how many wait so long.
    """
    now = now or timezone.now()
    between = (now - REMIND_UNTIL, now - REMIND_AFTER)
    late = Q(appealed_at=None, created_at__range=between) | Q(appealed_at__range=between)
    reports = list(_with_post(Report.objects.waiting().filter(late)))
    for report in reports:
        with transaction.atomic():
            ReportWaits(report).send()
    return len(reports)


# ---------------------------------------------------------------- what they have in common

_FIRST = {ReportDecision.KEPT.value: "post-kept", ReportDecision.HIDDEN.value: "post-hidden"}
_APPEAL = {ReportDecision.KEPT.value: "appeal-kept", ReportDecision.HIDDEN.value: "appeal-hidden"}


def _access(report: Report, user: User) -> ReportAccess:
    """How ``user`` stands to ``report``, which nobody else changes until the end of the transaction."""
    _locked_post(report.post_id)
    Report.objects.select_for_update(of=("self",)).get(pk=report.pk)
    return get_report(user, report.pk)


def _locked_post(pk: int) -> Post:
    posts = Post.objects.select_for_update(of=("self",)).select_related("thread__group", "author", "guest")
    return posts.get(pk=pk)


def _with_post(reports: QuerySet[Report]) -> QuerySet[Report]:
    return reports.select_related("post__thread__group", "post__author", "post__guest", "reporter")


def _check_is_not_undone(report: Report) -> None:
    if report.is_undone:
        raise ValidationError(_("This post is not hidden."))


def _check_statement(statement: str) -> None:
    if not statement.strip():
        raise ValidationError({"statement": _("Give the reasons: the people concerned read them.")})


def _decide(report: Report, by: User, decision: str, statement: str, at: datetime) -> None:
    report.decision, report.statement = decision, statement.strip()
    report.decided_at, report.decided_by = at, by
    report.save(update_fields=["decision", "statement", "decided_at", "decided_by"])


def _apply(post: Post, by: User, decision: str, statement: str, at: datetime, *, acts_by_decision: dict) -> None:
    if decision == ReportDecision.HIDDEN:
        post.hidden_at = post.hidden_at or at
        Thread.objects.filter(answer=post).update(answer=None)
    else:
        post.hidden_at = None
    post.save(update_fields=["hidden_at"])
    _record(acts_by_decision[decision], post, by, statement)


def _record(act: str, post: Post, by: User, statement: str) -> None:
    thread = post.thread
    record(
        act,
        group=thread.group,
        actor=by,
        subject=post.key,
        reason=statement.strip(),
        name=thread.title,
        author=name_of_author(post),
    )
