"""Sheets and events that appear in what people follow: who hears of them, and what is said."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.db.models.signals import post_save
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django_tasks import task
from wagtail.signals import page_published

from common.addresses import address_in
from common.languages import best_versions, complete_order, current_language
from common.page_views import page_view
from events.enums import Status
from events.models import Event, EventPage
from events.told import when_in_words
from groups.permissions import readers_of
from members.models import CityName, User
from notifications.models import Frequency, Notice
from notifications.notices import Item, NoticeKind, notify, pks_in, saw
from notifications.topics import followers_of
from practices.models import PracticeSheet, SheetVersion, authors_of
from taxonomy.models import Concept
from taxonomy.queries import broader_by_concept, path_upwards, preferred_labels

# What is older than this when it comes is no news: it was imported.
NEWS = timedelta(days=30)
CONCEPT_FIELDS = ("themes", "technologies", "target_groups", "action_types")


# ---------------------------------------------------------------- what is said


class SheetNotice(NoticeKind):
    """``practice:5``, a sheet that is new; ``version:12``, one that was changed."""

    kind = "sheet"
    label = _("A practice sheet that is new in what you follow, or a new version of one that you follow")
    reason = _("You get this because you follow the sheet, its city, a theme, its project or its working group.")
    frequency = Frequency.WEEKLY

    @classmethod
    def read(cls, subjects: Collection[str], user: User) -> dict[str, Item]:
        versions = SheetVersion.objects.filter(pk__in=pks_in(subjects, "version")).select_related("sheet")
        by_subject = {f"version:{version.pk}": version for version in versions}
        wanted = {pk: f"practice:{pk}" for pk in pks_in(subjects, "practice")}
        practices = {*wanted, *(version.sheet.practice_id for version in by_subject.values())}
        sheets = PracticeSheet.objects.visible_to(user).filter(practice__in=practices)
        shown = best_versions(sheets, _order_of(user)).select_related("locale", "city")
        found = {
            sheet.practice_id: sheet for sheet in shown.prefetch_related(preferred_labels("city__labels", CityName))
        }
        items = {subject: _sheet_item(found[pk], "") for pk, subject in wanted.items() if pk in found}
        for subject, version in by_subject.items():
            if sheet := found.get(version.sheet.practice_id):
                items[subject] = _sheet_item(sheet, version.note or _now("There is a new version."))
        return items


class EventNotice(NoticeKind):
    """``event:5``, an event that is announced."""

    kind = "event"
    label = _("An event that is new in what you follow")
    reason = _("You get this because you follow the event’s city, a theme, its project or its working group.")
    frequency = Frequency.WEEKLY

    @classmethod
    def read(cls, subjects: Collection[str], user: User) -> dict[str, Item]:
        pages = EventPage.objects.visible_to(user).filter(event__in=pks_in(subjects, "event"))
        shown = best_versions(pages, _order_of(user)).select_related("locale", "event__city")
        return {
            f"event:{page.event_id}": _event_item(page, user)
            for page in shown.prefetch_related(preferred_labels("event__city__labels", CityName))
        }


def _order_of(user: User) -> tuple[str, ...]:
    return complete_order((current_language(), *user.languages))


def _sheet_item(sheet: PracticeSheet, news: str) -> Item:
    return Item(
        title=sheet.title,
        address=address_in(sheet, current_language()),
        text=news or sheet.summary,
        language=sheet.language,
        facts=f"{sheet.city.label()}, {sheet.city.country_name}",
    )


def _event_item(page: EventPage, reader: User) -> Item:
    city = page.event.city
    return Item(
        title=page.title,
        address=address_in(page, current_language()),
        text=page.summary,
        language=page.language,
        facts=", ".join(filter(None, (when_in_words(page.event, reader.clock), city.label() if city else ""))),
    )


# ---------------------------------------------------------------- who hears of it


@task()
def tell_of_version(version_pk: int) -> int:
    """Tell followers of a sheet that was published: of its first version all that it belongs to, of later ones those
    who follow the practice. Returns how many people hear of it. Called twice, nobody hears of it twice."""
    versions = SheetVersion.objects.select_related("sheet__practice", "sheet__city", "sheet__group", "sheet__locale")
    version = versions.filter(pk=version_pk).first()
    if version is None or not version.sheet.live or version.published_at < timezone.now() - NEWS:
        return 0
    sheet = version.sheet
    is_new = not SheetVersion.objects.filter(sheet__practice=sheet.practice, pk__lt=version.pk).exists()
    if not is_new and not sheet.is_original:
        # Translations follow the original by themselves.
        return 0
    return _tell(
        subject=f"practice:{sheet.practice_id}" if is_new else f"version:{version.pk}",
        topic=sheet.topic,
        kind=SheetNotice.kind,
        at=version.published_at,
        followers=followers_of(_topics_of_sheet(sheet) if is_new else [sheet.topic]),
        thing=sheet,
        but=set(authors_of(sheet.practice).values_list("pk", flat=True)),
    )


@task()
def tell_of_event(event_pk: int) -> int:
    """Tell followers of an event that is announced and still to come; returns how many hear of it, as above."""
    events = Event.objects.filter(pk=event_pk, status__in=Status.open(), ends_at__gt=timezone.now())
    event = events.select_related("city", "related_project", "group").first()
    page = event.pages.filter(live=True).first() if event else None
    subject = f"event:{event_pk}"
    if event is None or page is None or Notice.objects.filter(subject=subject).exists():
        return 0
    return _tell(
        subject=subject,
        topic=subject,
        kind=EventNotice.kind,
        at=timezone.now(),
        followers=followers_of(_topics_of_event(event)),
        thing=event,
        but=[event.created_by_id] if event.created_by_id else [],
    )


def _tell(
    *, subject: str, topic: str, kind: str, at: datetime, followers: set[int], thing: Any, but: Collection[int]
) -> int:
    readers = readers_of(thing).filter(pk__in=followers).exclude(pk__in=but)
    told = dict.fromkeys(readers.order_by().values_list("pk", flat=True), kind)
    notify(subject=subject, topic=topic, at=at, kinds_by_user=told)
    return len(told)


def _topics_of_sheet(sheet: PracticeSheet) -> list[str]:
    """The narrowest first."""
    concepts = [concept for field in CONCEPT_FIELDS for concept in getattr(sheet, field).all()]
    return _topics(sheet, sheet.related_project, sheet.group, sheet.city, concepts=concepts)


def _topics_of_event(event: Event) -> list[str]:
    practices = [f"practice:{practice.pk}" for practice in event.practices.all()]
    wider = _topics(event.related_project, event.group, event.city, concepts=list(event.themes.all()))
    return practices + wider


def _topics(*things: Any, concepts: Collection[Concept]) -> list[str]:
    """Of things that may not be there, and of concepts with all broader ones."""
    broader = broader_by_concept() if concepts else {}
    pks = [pk for concept in concepts for pk in path_upwards(concept.pk, broader)]
    by_pk = Concept.objects.in_bulk(pks)
    return [thing.topic for thing in (*things, *(by_pk[pk] for pk in dict.fromkeys(pks))) if thing]


# ---------------------------------------------------------------- when something is published, and read


def _version_frozen(instance: SheetVersion, created: bool, **_kwargs: Any) -> None:
    if created:
        tell_of_version.enqueue(version_pk=instance.pk)


def _event_changed(instance: Event, update_fields: Collection[str] | None = None, **_kwargs: Any) -> None:
    is_about_status = update_fields is None or "status" in update_fields
    if is_about_status and instance.status in Status.open():
        tell_of_event.enqueue(event_pk=instance.pk)


def _event_page_published(instance: EventPage, **_kwargs: Any) -> None:
    if instance.event.status in Status.open():
        tell_of_event.enqueue(event_pk=instance.event_id)


def connect() -> None:
    post_save.connect(_version_frozen, sender=SheetVersion, dispatch_uid="portal-version-frozen")
    post_save.connect(_event_changed, sender=Event, dispatch_uid="portal-event-changed")
    page_published.connect(_event_page_published, sender=EventPage, dispatch_uid="portal-event-page-published")


@page_view(PracticeSheet)
def sheet_is_read(page: PracticeSheet, request: HttpRequest) -> dict:
    if request.user.is_authenticated:
        saw(user=request.user, topic=page.topic)
    return {}


@page_view(EventPage)
def event_is_read(page: EventPage, request: HttpRequest) -> dict:
    if request.user.is_authenticated:
        saw(user=request.user, topic=f"event:{page.event_id}")
    return {}
