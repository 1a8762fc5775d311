"""Reports: who decides on them, what waits for whom, and what each person concerned may see and do."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.core import signing
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import Http404

from discussions.enums import ReportDecision
from discussions.models import Report, Thread, ThreadGuest
from discussions.permissions import moderates
from groups.enums import Role
from groups.models import Membership
from groups.permissions import Reader, coordinated_by
from members.models import User

_SALT = "discussions.appeal"


def deciders_by_report(reports: Iterable[Report]) -> dict[int, list[User]]:
    """Who may decide on each report, by its primary key: the coordinators of the thread's group, of all groups for a
    thread of the network, without those concerned.

    Concerned are the author of the post, whoever reported it and, once somebody appealed, who decided first. Where
    nobody is left, administrators decide; where these are concerned too, somebody has to.
    """
    reports = list(reports)
    coordinators = list(
        Membership.objects.filter(role=Role.COORDINATOR, user__is_active=True)
        .order_by("user__pk")
        .values_list("group__translation_key", "user")
    )
    people = User.objects.in_bulk({user for _key, user in coordinators})
    administrators = list(User.objects.filter(is_superuser=True, is_active=True).order_by("pk"))
    reporters: dict[int, set[int]] = {}
    for post, reporter in Report.objects.filter(post__in={report.post_id for report in reports}).values_list(
        "post", "reporter"
    ):
        reporters.setdefault(post, set()).add(reporter)
    found = {}
    for report in reports:
        group = report.post.thread.group
        looking_after = [
            people[pk]
            for pk in dict.fromkeys(user for key, user in coordinators if group is None or key == group.translation_key)
        ]
        concerned = {report.post.author_id, *reporters[report.post_id]}
        if report.appealed_at:
            concerned.add(report.decided_by_id)
        found[report.pk] = (
            [person for person in looking_after if person.pk not in concerned]
            or [person for person in administrators if person.pk not in concerned]
            or looking_after
            or administrators
        )
    return found


def deciders_of(report: Report) -> list[User]:
    return deciders_by_report([report])[report.pk]


def waiting_for(user: User) -> list[Report]:
    """The reports and appeals that wait for ``user``, the oldest first; of several reports of a post, the first."""
    waiting = Report.objects.waiting().select_related("post__thread__group", "post__author", "post__guest")
    by_report = deciders_by_report(waiting)
    found: dict[object, Report] = {}
    for report in waiting:
        if user in by_report[report.pk]:
            found.setdefault(("appeal", report.pk) if report.appealed_at else report.post_id, report)
    return sorted(found.values(), key=lambda report: (report.appealed_at or report.created_at, report.pk))


def decided_lately(user: User, number: int = 20) -> list[Report]:
    """The last decisions on posts that ``user`` looks after, and those that ``user`` took and still may read."""
    decided = Report.objects.filter(decided_at__isnull=False).exclude(post__author=user)
    decided = decided.select_related(
        "post__thread__group", "post__author", "post__guest", "decided_by", "appeal_decided_by"
    ).order_by(Coalesce("appeal_decided_at", "decided_at").desc(), "-pk")
    threads = Thread.objects.visible_to(user).filter(coordinated_by(user))
    looked_after = list(decided.filter(post__thread__in=threads)[:number])
    known = {report.pk for report in looked_after}
    own = decided.filter(Q(decided_by=user) | Q(appeal_decided_by=user)).exclude(pk__in=known)[:number]
    by_report = deciders_by_report(own)
    found = [*looked_after, *(report for report in own if user in by_report[report.pk])]
    return sorted(found, key=lambda report: (report.last_decided_at, report.pk), reverse=True)[:number]


# ---------------------------------------------------------------- guests, who have no account to appeal with


def guest_token(report: Report) -> str:
    """What stands in the letter to the guest who wrote the post."""
    return signing.dumps([report.pk, report.post.guest_id], salt=_SALT)


def report_of_token(token: str) -> Report:
    """The report on which the guest who got ``token`` may appeal. Raises Http404 for a token that is not ours, and
    where the post is gone."""
    try:
        pk, guest_pk = signing.loads(token, salt=_SALT)
    except signing.BadSignature as error:
        raise Http404 from error
    report = Report.objects.filter(pk=pk, post__author=None).select_related("post__thread", "post__guest").first()
    if report is None or report.post.guest is None:
        raise Http404
    # Merged or split threads give the same person another row.
    if not ThreadGuest.objects.filter(pk=guest_pk, email=report.post.guest.email).exists():
        raise Http404
    return report


@dataclass(frozen=True, slots=True)
class ReportAccess:
    """A report as one person stands to it."""

    report: Report
    is_decider: bool
    is_reporter: bool
    is_author: bool
    looks_after: bool
    """Whether the person looks after the thread, and so reads everything about the report."""

    @property
    def reads_report(self) -> bool:
        """Who reported is known to those who decide; the author of the post reads the reason alone."""
        return self.is_decider or self.is_reporter or self.looks_after

    @property
    def may_decide(self) -> bool:
        return self.is_decider and self.report.decided_at is None

    @property
    def may_appeal(self) -> bool:
        """Against a post hidden, its author; against one that stays, who reported it. Once."""
        report = self.report
        if report.decided_at is None or report.appealed_at is not None or report.is_undone:
            return False
        return self.is_author if report.decision == ReportDecision.HIDDEN else self.is_reporter

    @property
    def may_decide_appeal(self) -> bool:
        return self.is_decider and self.report.appealed_at is not None and self.report.appeal_decided_at is None


def get_report(user: Reader, pk: int) -> ReportAccess:
    """The report for ``user``: of those who decide on it or look after its thread, and of the people concerned, even
    where these have left the group. Raises Http404 to everybody else."""
    report = (
        Report.objects.filter(pk=pk)
        .select_related("post__thread__group", "post__author__city", "post__guest", "reporter", "decided_by")
        .first()
    )
    if report is None or not isinstance(user, User) or not user.is_active:
        raise Http404
    access = ReportAccess(
        report=report,
        is_decider=user in deciders_of(report),
        is_reporter=report.reporter_id == user.pk,
        is_author=report.post.author_id == user.pk,
        looks_after=moderates(user, report.post.thread),
    )
    # A coordinator whose own post was reported learns no more than any other author.
    if access.is_author:
        access = ReportAccess(report, access.is_decider, access.is_reporter, is_author=True, looks_after=False)
    if not (access.is_decider or access.is_reporter or access.is_author or access.looks_after):
        raise Http404
    return access
