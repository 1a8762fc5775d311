"""What waits for those who look after working groups: a function for each kind, in a constant number of queries."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import Count, Exists, Min, OuterRef, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.dates import day_in_words
from common.languages import reading_order
from discussions.models import Thread
from discussions.queries import unanswered
from discussions.reported_posts import waiting_for as reports_waiting_for
from events.enums import RegistrationStatus
from events.models import Event, EventPage
from groups.enums import Role
from groups.models import JoinRequest, Membership
from groups.permissions import coordinated_by, is_administrator
from members.models import CityName, User
from members.requests import MemberRequest
from notifications.models import MailTrouble
from portal.desk.tasks import Task, TaskKind, beginning_of, facts_of, start_of
from practices.actions.verifying import REMIND_AFTER
from practices.models import Adoption, PracticeSheet
from practices.permissions import has_conflict_of_interest
from practices.reviewing import a_year_before, queue_entries, waiting_for
from practices.transfers import transfers, with_details
from taxonomy.queries import preferred_labels

ANSWERS_TAKE = timedelta(days=3)
FORGOTTEN_AFTER = timedelta(days=365)
"""A question that nobody answered within a year is not a task any more."""


def join_requests(request: MemberRequest) -> list[Task]:
    waiting = JoinRequest.objects.waiting().filter(coordinated_by(request.user)).select_related("city")
    return [
        Task(
            kind=TaskKind.REQUEST,
            title=found.full_name or found.email,
            address=reverse("groups:request", args=[found.pk]),
            since=found.created_at,
            due=timezone.localdate(found.due_at) if found.due_at else None,
            facts=facts_of(found.city and found.city.label(), found.organisation, found.full_name and found.email),
            quote=beginning_of(found.message),
            quote_language=found.language,
            group=found.group_id,
        )
        for found in waiting.prefetch_related(preferred_labels("city__labels", CityName))
    ]


def reviews(request: MemberRequest) -> list[Task]:
    """The sheets submitted, without those that another than ``request.user``, who wrote them, has to decide on."""
    own = PracticeSheet.objects.filter(Q(owner=request.user) | Q(practice__co_authors__user=request.user))
    written = set(own.order_by().values_list("practice", flat=True))
    return [
        Task(
            kind=TaskKind.SHEET,
            title=entry.sheet.draft_title,
            address=reverse("practices:review", args=[entry.review.pk]),
            since=entry.review.started_at,
            due=entry.review.due_on,
            language=entry.sheet.language,
            facts=facts_of(
                entry.sheet.city.label(),
                _("change of a published sheet") if entry.sheet.live else _("new sheet"),
                entry.review.workflow_state.requested_by,
            ),
            group=entry.sheet.group_id,
        )
        for entry in queue_entries(waiting_for(request.user))
        if not (entry.sheet.practice_id in written and has_conflict_of_interest(request.user, entry.sheet))
    ]


def adoptions(request: MemberRequest) -> list[Task]:
    waiting = with_details(Adoption.objects.waiting_for(request.user), request.user)
    return [
        Task(
            kind=TaskKind.ADOPTION,
            title=transfer.sheet.title,
            address=reverse("practices:adoption", args=[transfer.adoption.pk]),
            since=transfer.adoption.declared_at,
            language=transfer.sheet.language,
            facts=facts_of(
                _("from %(giver)s to %(taker)s") % {"giver": transfer.giver.label(), "taker": transfer.taker.label()},
                transfer.adoption.year,
            ),
            group=transfer.sheet.group_id,
        )
        for transfer in transfers(waiting, request)
    ]


def reports(request: MemberRequest) -> list[Task]:
    """Posts that somebody reported, and appeals, as far as this person may decide on them."""
    tasks = []
    for found in reports_waiting_for(request.user):
        appealed_at, thread = found.appealed_at, found.post.thread
        tasks.append(
            Task(
                kind=TaskKind.APPEAL if appealed_at else TaskKind.REPORT,
                title=thread.title,
                address=reverse("discussions:report", args=[found.pk]),
                since=appealed_at or found.created_at,
                language=thread.language,
                facts=facts_of(found.reason_in_words),
                quote=beginning_of(found.appeal if appealed_at else found.words),
                group=thread.group_id,
            )
        )
    return tasks


def registrations(request: MemberRequest) -> list[Task]:
    """The events that people asked to take part in, one task for each event."""
    asked = Q(registrations__status=RegistrationStatus.REQUESTED)
    events = (
        Event.objects.managed_by(request.user)
        .upcoming()
        .filter(asked)
        .annotate(asking=Count("registrations"), first_asked_at=Min("registrations__created_at"))
    )
    found = list(events)
    titles = _best_titles(found, request)
    return [
        Task(
            kind=TaskKind.REGISTRATION,
            title=titles[event.pk].title if event.pk in titles else str(event),
            address=f"{reverse('events:manage_people', args=[event.pk])}?status={RegistrationStatus.REQUESTED}",
            since=event.first_asked_at,
            due=event.first_day,
            language=titles[event.pk].language if event.pk in titles else "",
            facts=facts_of(
                ngettext("%(number)s person asks to take part", "%(number)s people ask to take part", event.asking)
                % {"number": event.asking}
            ),
            group=event.group_id,
        )
        for event in found
    ]


def _best_titles(events: Sequence[Event], request: MemberRequest) -> dict[int, EventPage]:
    """The page to name each event by: those who look after it know of drafts too."""
    order = reading_order(request)
    pages = EventPage.objects.filter(event__in=events).select_related("locale").defer("body", "report")
    return {page.event_id: page for page in sorted(pages, key=lambda page: -order.index(page.language))}


def unanswered_threads(request: MemberRequest) -> list[Task]:
    """Threads of members in which nobody but their author has written, for some days."""
    now = timezone.now()
    coordinators = Membership.objects.filter(
        role=Role.COORDINATOR, user=OuterRef("author"), group__translation_key=OuterRef("group__translation_key")
    )
    threads = (
        unanswered(Thread.objects.moderated_by(request.user))
        .filter(~Exists(coordinators), created_at__lte=now - ANSWERS_TAKE, created_at__gt=now - FORGOTTEN_AFTER)
        .filter(merged_into=None, call=None, poll=None)
        .exclude(author=request.user)
        .select_related("author", "city")
        .prefetch_related(preferred_labels("city__labels", CityName))
    )
    return [
        Task(
            kind=TaskKind.UNANSWERED,
            title=thread.title,
            address=thread.get_absolute_url(),
            since=thread.created_at,
            language=thread.language,
            facts=facts_of(thread.author, thread.city and thread.city.label()),
            group=thread.group_id,
        )
        for thread in threads
    ]


def stale_sheets(request: MemberRequest) -> list[Task]:
    """Published sheets whose authors were asked whether they are still true, and reminded, and did not answer."""
    today = timezone.localdate()
    year_ago = a_year_before(today)
    unconfirmed = Q(practice__verified_on__lte=year_ago) | Q(
        practice__verified_on=None, first_published_at__date__lte=year_ago
    )
    sheets = (
        PracticeSheet.objects.best_for(request)
        .reviewed_by(request.user)
        .filter(unconfirmed, practice__verification_asked_on__lte=today - REMIND_AFTER)
        .filter(practice__verification_reminder_due_on=None)
        .select_related("practice", "locale", "city")
        .only("title", "locale__language_code", "city", "group", "practice", "first_published_at")
    )
    tasks = []
    for sheet in sheets.prefetch_related(preferred_labels("city__labels", CityName)):
        asked_on = sheet.practice.verification_asked_on
        tasks.append(
            Task(
                kind=TaskKind.STALE,
                title=sheet.title,
                address=reverse("practices:status", args=[sheet.pk]),
                since=start_of(asked_on + REMIND_AFTER),
                language=sheet.language,
                facts=facts_of(
                    sheet.city.label(), _("its authors were asked on %(day)s") % {"day": day_in_words(asked_on)}
                ),
                group=sheet.group_id,
            )
        )
    return tasks


def silent_addresses(request: MemberRequest) -> list[Task]:
    """Accounts to whose addresses nothing is sent any more, because letters came back: for administrators."""
    if not is_administrator(request.user):
        return []
    troubles = {trouble.email.lower(): trouble for trouble in MailTrouble.objects.exclude(stopped_at=None)}
    return [
        Task(
            kind=TaskKind.ADDRESS,
            title=str(person),
            address=reverse("wagtailusers_users:edit", args=[person.pk]),
            since=trouble.stopped_at,
            facts=facts_of(person.email, trouble.last_reason),
        )
        for person in User.objects.alias(address=Lower("email")).filter(is_active=True, address__in=troubles)
        if (trouble := troubles[person.email.lower()]).stopped_at
    ]
