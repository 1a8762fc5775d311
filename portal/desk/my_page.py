"""What a member's own page shows."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from events.enums import RegistrationStatus
from events.models import EventPage, Registration
from events.queries import event_cards
from groups.models import JoinRequest, WorkingGroup
from groups.permissions import memberships_of
from groups.queries import groups_of
from members.models import CityName
from members.requests import MemberRequest
from notifications.models import Notice
from notifications.notices import Item, read_items
from notifications.topics import Topic, read_topics
from portal.desk import member_tasks
from portal.desk.groups import Groups
from portal.desk.tasks import Task, oldest_first
from practices.own_sheets import OwnSheet, own_sheets
from taxonomy.queries import preferred_labels

NOTICES_READ = 60
TOPICS_SHOWN = 8
ITEMS_SHOWN = 3
SHEETS_SHOWN = 5
EVENTS_SHOWN = 4

SOURCES: tuple[Callable[[MemberRequest], list[Task]], ...] = (
    member_tasks.questions_to_city,
    member_tasks.calls_to_city,
    member_tasks.ended_calls,
    member_tasks.mentions,
    member_tasks.answer_offers,
    member_tasks.invitations,
    member_tasks.kept_places,
)


def tasks_of_member(request: MemberRequest, own: list[OwnSheet]) -> list[Task]:
    """All that waits for this person, the oldest first. A thread in which something is asked comes once."""
    found = [task for source in SOURCES for task in source(request)]
    seen: set[int | str] = set()
    once = []
    for task in [*found, *member_tasks.sheet_needs(request, own)]:
        where = task.thread or task.address
        if where not in seen:
            seen.add(where)
            once.append(task)
    return oldest_first(once)


# ---------------------------------------------------------------- what is new


@dataclass(frozen=True, slots=True)
class News:
    """Unread notices of one topic."""

    topic: Topic | None
    """None where it is gone, or not for this reader any more, and the items stand for themselves."""
    items: list[Item]
    """The newest first, not all of many."""
    number: int


def news_for(request: MemberRequest) -> list[News]:
    """What is new for this person and may be seen now, by topic; the topic with the newest first."""
    notices = list(Notice.objects.filter(user=request.user).unread().order_by("-at", "-pk")[:NOTICES_READ])
    items = read_items(notices, request.user)
    by_topic: dict[str, list[Item]] = {}
    for notice in notices:
        if item := items.get(notice.pk):
            by_topic.setdefault(notice.topic, []).append(item)
    shown = list(by_topic.items())[:TOPICS_SHOWN]
    topics = read_topics([key for key, _items in shown], request)
    return [News(topics.get(key), found[:ITEMS_SHOWN], len(found)) for key, found in shown]


# ---------------------------------------------------------------- sheets, events, groups


@dataclass(frozen=True, slots=True)
class MyPage:
    tasks: list[tuple[Task, WorkingGroup | None]]
    news: list[News]
    sheets: list[OwnSheet]
    """The last ones changed."""
    sheet_count: int
    events: list[tuple[Registration, EventPage | None]]
    """The next ones, with the page that this reader may see."""
    memberships: list[tuple[WorkingGroup, str]]
    """Each group in the reader's best language, with the role there in words."""
    requests: list[tuple[JoinRequest, WorkingGroup]]
    """The person's own that wait for an answer, with the group asked."""


def my_page(request: MemberRequest) -> MyPage:
    sheets, groups = own_sheets(request.user), Groups(request)
    asked = JoinRequest.objects.waiting().filter(user=request.user)
    return MyPage(
        tasks=groups.beside(tasks_of_member(request, sheets)),
        news=news_for(request),
        sheets=sheets[:SHEETS_SHOWN],
        sheet_count=len(sheets),
        events=_coming(request),
        memberships=_memberships(request),
        requests=[(each, group) for each in asked if (group := groups.named(each.group_id))],
    )


def _coming(request: MemberRequest) -> list[tuple[Registration, EventPage | None]]:
    registrations = list(
        Registration.objects.filter(
            user=request.user, status__in=RegistrationStatus.told(), event__ends_at__gte=timezone.now()
        )
        .select_related("event__city")
        .prefetch_related(preferred_labels("event__city__labels", CityName))
        .order_by("event__starts_at", "pk")[:EVENTS_SHOWN]
    )
    cards = event_cards(request).filter(event__in=[registration.event_id for registration in registrations])
    pages = {page.event_id: page for page in cards}
    return [(registration, pages.get(registration.event_id)) for registration in registrations]


def _memberships(request: MemberRequest) -> list[tuple[WorkingGroup, str]]:
    memberships = memberships_of(request.user).select_related("group")
    roles = {membership.group.translation_key: membership.get_role_display() for membership in memberships}
    return [(group, roles[group.translation_key]) for group in groups_of(request)]
