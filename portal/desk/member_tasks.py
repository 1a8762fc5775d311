"""What waits for a member: what was asked of the person or of the city, and what the own sheets and events need."""

from datetime import timedelta

from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from common.dates import day_in_words
from common.languages import reading_order
from discussions.models import Call, Mention, Post, Thread
from events.enums import RegistrationStatus
from events.models import EventPage, Registration
from groups.keys import invitation_address
from groups.models import Invitation
from members.models import CityName
from members.requests import MemberRequest
from portal.asking.answers import offers_waiting_for
from portal.desk.tasks import Task, TaskKind, beginning_of, facts_of, start_of
from practices.models import PracticeSheet
from practices.own_sheets import OwnSheet, Progress
from practices.verifying import OPEN_FOR, make_token
from taxonomy.queries import preferred_labels

REMEMBERED = timedelta(days=90)
"""How long somebody is reminded that a post named him or her."""


def questions_to_city(request: MemberRequest) -> list[Task]:
    """Open threads addressed to the person's city in which nobody has written for it yet."""
    city = request.user.city_id
    if city is None:
        return []
    of_city = Post.objects.standing().filter(thread=OuterRef("pk"), city=city)
    threads = (
        Thread.objects.visible_to(request.user)
        .filter(~Exists(of_city), addressed_to=city, is_closed=False, merged_into=None, answer=None)
        .select_related("author", "city")
        .prefetch_related(preferred_labels("city__labels", CityName))
    )
    return [
        Task(
            kind=TaskKind.QUESTION,
            title=thread.title,
            address=thread.get_absolute_url(),
            since=thread.created_at,
            language=thread.language,
            facts=facts_of(thread.author, thread.city and thread.city.label()),
            group=thread.group_id,
            thread=thread.pk,
        )
        for thread in threads
    ]


def calls_to_city(request: MemberRequest) -> list[Task]:
    """Calls that name the person's city, are still open, and have no answer from it."""
    city = request.user.city_id
    if city is None:
        return []
    of_city = Post.objects.standing().filter(thread=OuterRef("thread"), city=city)
    calls = (
        Call.objects.filter(thread__in=Thread.objects.visible_to(request.user).order_by().values("pk"))
        .filter(~Exists(of_city), addressees__city=city, ended_at=None, deadline__gte=timezone.localdate())
        .filter(thread__is_closed=False, thread__merged_into=None)
        .select_related("thread__author", "thread__city")
        .prefetch_related(preferred_labels("thread__city__labels", CityName))
    )
    return [
        Task(
            kind=TaskKind.CALL,
            title=call.thread.title,
            address=reverse("call", args=[call.pk]),
            since=call.thread.created_at,
            due=call.deadline,
            language=call.thread.language,
            facts=facts_of(call.thread.author, call.thread.city and call.thread.city.label()),
            thread=call.thread_id,
        )
        for call in calls
    ]


def ended_calls(request: MemberRequest) -> list[Task]:
    """Calls of the person's own whose last day is over, and that still say nothing of what came of them."""
    calls = Call.objects.filter(
        thread__author=request.user, thread__merged_into=None, ended_at=None, deadline__lt=timezone.localdate()
    )
    return [
        Task(
            kind=TaskKind.ENDED_CALL,
            title=call.thread.title,
            address=reverse("end_call", args=[call.pk]),
            since=start_of(call.deadline),
            language=call.thread.language,
            thread=call.thread_id,
        )
        for call in calls.select_related("thread")
    ]


def mentions(request: MemberRequest) -> list[Task]:
    """Posts that name the person, in threads in which he or she has not written since: one task a thread."""
    later = Post.objects.filter(
        thread=OuterRef("post__thread"), author=request.user, created_at__gt=OuterRef("post__created_at")
    )
    posts = Post.objects.visible_to(request.user).standing().order_by()
    found = (
        Mention.objects.filter(~Exists(later), user=request.user, post__in=posts.values("pk"))
        .filter(post__created_at__gt=timezone.now() - REMEMBERED)
        .filter(post__thread__is_closed=False, post__thread__merged_into=None, post__thread__answer=None)
        .exclude(post__author=request.user)
        .select_related("post__thread", "post__author")
        .order_by("post__created_at", "pk")
    )
    by_thread = {mention.post.thread_id: mention.post for mention in found}
    return [
        Task(
            kind=TaskKind.MENTION,
            title=post.thread.title,
            address=post.get_absolute_url(),
            since=post.created_at,
            language=post.thread.language,
            facts=facts_of(post.author),
            quote=beginning_of(post.source),
            quote_language=post.language,
            group=post.thread.group_id,
            thread=post.thread_id,
        )
        for post in by_thread.values()
    ]


def answer_offers(request: MemberRequest) -> list[Task]:
    """Posts of the person's own that somebody would like to show on a sheet, if their author agrees."""
    return [
        Task(
            kind=TaskKind.OFFER,
            title=offer.question,
            address=reverse("own_answer", args=[offer.pk]),
            since=offer.asked_at,
            language=offer.question_language,
            facts=facts_of(offer.asked_by),
            group=offer.post.thread.group_id,
        )
        for offer in offers_waiting_for(request.user)
    ]


def invitations(request: MemberRequest) -> list[Task]:
    """Invitations into groups that went to the person's address and can still be taken up."""
    found = Invitation.objects.open().filter(email__iexact=request.user.email).select_related("group", "invited_by")
    return [
        Task(
            kind=TaskKind.INVITATION,
            title=invitation.group.title,
            address=invitation_address(invitation.pk),
            since=invitation.created_at,
            due=timezone.localdate(invitation.expires_at),
            facts=facts_of(invitation.invited_by),
            quote=beginning_of(invitation.message),
            quote_language=invitation.language,
        )
        for invitation in found
    ]


def kept_places(request: MemberRequest) -> list[Task]:
    """Places at events that became free, and are kept for the person until a moment."""
    now = timezone.now()
    offered = Registration.objects.filter(
        user=request.user, status=RegistrationStatus.OFFERED, offer_until__gt=now, event__ends_at__gt=now
    )
    found = list(offered.select_related("event"))
    order = reading_order(request)
    pages = EventPage.objects.filter(event__in=[each.event_id for each in found]).select_related("locale")
    best = {page.event_id: page for page in sorted(pages, key=lambda page: -order.index(page.language))}
    return [
        Task(
            kind=TaskKind.PLACE,
            title=best[each.event_id].title if each.event_id in best else str(each.event),
            address=reverse("events:own", args=[each.event_id, each.secret]),
            since=each.changed_at,
            due=timezone.localdate(each.offer_until) if each.offer_until else None,
            language=best[each.event_id].language if each.event_id in best else "",
        )
        for each in found
    ]


# ---------------------------------------------------------------- own sheets


def sheet_needs(request: MemberRequest, own: list[OwnSheet]) -> list[Task]:
    """What the person's own sheets need: remarks to be answered, and the yearly word that they are still true."""
    return [*_sent_back(own), *_to_confirm(request, own)]


def _sent_back(own: list[OwnSheet]) -> list[Task]:
    return [
        Task(
            kind=TaskKind.REMARKS,
            title=each.sheet.draft_title,
            address=reverse("practices:status", args=[each.sheet.pk]),
            since=each.sent_back_at,
            language=each.sheet.language,
            group=each.sheet.group_id,
        )
        for each in own
        if each.progress == Progress.SENT_BACK and each.sent_back_at
    ]


def _to_confirm(request: MemberRequest, own: list[OwnSheet]) -> list[Task]:
    """One task a practice, at the address that its letter has."""
    open_since = timezone.localdate() - OPEN_FOR
    sheets = (
        PracticeSheet.objects.live()
        .filter(pk__in=[each.sheet.pk for each in own], practice__verification_asked_on__gte=open_since)
        .filter(Q(practice__verified_on=None) | Q(practice__verified_on__lt=F("practice__verification_asked_on")))
        .select_related("practice", "locale")
    )
    order = reading_order(request)
    best: dict[int, PracticeSheet] = {}
    for sheet in sorted(sheets, key=lambda sheet: -order.index(sheet.language)):
        best[sheet.practice_id] = sheet
    tasks = []
    for sheet in best.values():
        asked_on = sheet.practice.verification_asked_on
        if asked_on is not None:
            token = make_token(sheet.practice, request.user, asked_on)
            tasks.append(
                Task(
                    kind=TaskKind.TRUE,
                    title=sheet.title,
                    address=reverse("practices:verify", args=[token]),
                    since=start_of(asked_on),
                    due=asked_on + OPEN_FOR,
                    language=sheet.language,
                    facts=facts_of(
                        _("last confirmed on %(day)s") % {"day": day_in_words(sheet.practice.verified_on)}
                        if sheet.practice.verified_on
                        else ""
                    ),
                    group=sheet.group_id,
                )
            )
    return tasks
