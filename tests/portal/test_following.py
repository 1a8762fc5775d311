"""Sheets and events that appear in what people follow."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_tasks import default_task_backend

from events.enums import Status
from groups.actions import set_membership
from groups.enums import Role
from notifications.actions import choose_mail, deliver_mail
from notifications.digests import send_due_digests, send_waiting_at_once
from notifications.models import Notice, OutgoingMail
from notifications.topics import follow, mute
from portal.following import NEWS, tell_of_event, tell_of_version
from practices.models import SheetVersion
from tests.conftest import StrictClient
from tests.factories import (
    CityFactory,
    ConceptFactory,
    EventPageFactory,
    PracticeSheetFactory,
    ProjectFactory,
    UserFactory,
    translate,
)

pytestmark = pytest.mark.django_db

SOON = timezone.now() + timedelta(days=30)


@pytest.fixture
def fan():
    return UserFactory(email="fan@example.com", languages=["en"])


def publish(sheet):
    """Publish a sheet as the editor does, and have it told; its newest version."""
    sheet.save_revision().publish()
    version = SheetVersion.objects.filter(sheet=sheet).order_by("-number").first()
    tell_of_version.func(version.pk)
    return version


def told(subject=None):
    """Who hears of what."""
    notices = Notice.objects.filter(**({"subject": subject} if subject else {})).select_related("user")
    return {(notice.user.email.partition("@")[0], notice.kind, notice.subject) for notice in notices}


def announced(**fields):
    page = EventPageFactory(starts_at=SOON, ends_at=SOON + timedelta(hours=2), **fields)
    tell_of_event.func(page.event.pk)
    return page


@pytest.mark.parametrize("what", ["city", "theme", "broader", "technology", "project", "group"])
def test_new_sheet_is_told_to_followers_of_all_that_it_belongs_to(fan, group, what):
    broader = ConceptFactory()
    theme, technology = ConceptFactory(broader=broader), ConceptFactory(scheme="technology")
    project = ProjectFactory()
    sheet = PracticeSheetFactory(
        related_project=project, group=group, themes=[theme], technologies=[technology], live=False
    )
    topics = {
        "city": sheet.city.topic,
        "theme": theme.topic,
        "broader": broader.topic,
        "technology": technology.topic,
        "project": project.topic,
        "group": group.topic,
    }
    follow(user_pk=fan.pk, topic=topics[what])
    publish(sheet)
    assert told() == {("fan", "sheet", f"practice:{sheet.practice_id}")}


def test_who_follows_several_things_of_a_sheet_hears_of_it_once(fan):
    sheet = PracticeSheetFactory(themes=[theme := ConceptFactory()])
    follow(user_pk=fan.pk, topic=sheet.city.topic)
    follow(user_pk=fan.pk, topic=theme.topic)
    version = publish(sheet)
    tell_of_version.func(version.pk)
    assert Notice.objects.count() == 1


def test_who_mutes_the_group_of_a_sheet_does_not_hear_of_it_by_its_city(fan, group):
    sheet = PracticeSheetFactory(group=group)
    follow(user_pk=fan.pk, topic=sheet.city.topic)
    mute(user_pk=fan.pk, topic=group.topic)
    publish(sheet)
    assert told() == set()


@pytest.mark.parametrize(("visibility", "hears"), [("public", True), ("network", True), ("group", False)])
def test_sheet_is_told_only_to_those_who_may_read_it(fan, group, visibility, hears):
    sheet = PracticeSheetFactory(visibility=visibility, group=group)
    follow(user_pk=fan.pk, topic=sheet.city.topic)
    publish(sheet)
    assert bool(told()) is hears
    member = UserFactory(email="member@example.com")
    set_membership(group=group, user=member, role=Role.MEMBER)
    tell_of_version.func(SheetVersion.objects.get().pk)
    assert ("member", "sheet", f"practice:{sheet.practice_id}") in told()


def test_new_version_is_told_to_followers_of_the_sheet_alone(fan):
    sheet = PracticeSheetFactory()
    friend = UserFactory(email="friend@example.com")
    publish(sheet)
    follow(user_pk=fan.pk, topic=sheet.topic)
    follow(user_pk=friend.pk, topic=sheet.city.topic)
    sheet.problem, sheet.updating_note = "Another one.", "The problem is told anew."
    version = publish(sheet)
    assert told() == {("fan", "sheet", f"version:{version.pk}")}


def test_translation_that_follows_its_original_is_no_news(fan):
    sheet = PracticeSheetFactory()
    publish(sheet)
    follow(user_pk=fan.pk, topic=sheet.topic)
    publish(translate(sheet, "fr", title="Lampes"))
    assert told() == set()


def test_authors_of_a_sheet_do_not_hear_of_their_own(fan):
    sheet = PracticeSheetFactory(owner=fan)
    follow(user_pk=fan.pk, topic=sheet.city.topic)
    publish(sheet)
    assert told() == set()


def test_sheet_of_long_ago_is_no_news(fan):
    sheet = PracticeSheetFactory()
    follow(user_pk=fan.pk, topic=sheet.city.topic)
    sheet.save_revision().publish()
    version = SheetVersion.objects.get()
    SheetVersion.objects.update(published_at=timezone.now() - NEWS - timedelta(days=1))
    assert tell_of_version.func(version.pk) == 0


@pytest.mark.parametrize("what", ["city", "theme", "project", "group", "practice"])
def test_event_is_told_to_followers_of_what_it_belongs_to(fan, group, what):
    city, theme, project, sheet = CityFactory(), ConceptFactory(), ProjectFactory(), PracticeSheetFactory()
    things = {"city": city, "theme": theme, "project": project, "group": group, "practice": sheet}
    follow(user_pk=fan.pk, topic=things[what].topic)
    page = announced(city=city, themes=[theme], related_project=project, group=group, practices=[sheet.practice])
    assert told() == {("fan", "event", f"event:{page.event.pk}")}


def test_event_is_told_when_it_is_announced_and_once(fan, group):
    follow(user_pk=fan.pk, topic=group.topic)
    page = announced(group=group, status="draft")
    assert told() == set()
    page.event.status = Status.ANNOUNCED
    page.event.save()
    assert tell_of_event.func(page.event.pk) == 1
    late = UserFactory()
    follow(user_pk=late.pk, topic=group.topic)
    assert tell_of_event.func(page.event.pk) == 0


@pytest.mark.parametrize(("status", "ends"), [("cancelled", SOON), ("announced", timezone.now() - timedelta(days=1))])
def test_event_that_is_off_or_over_is_told_to_nobody(fan, group, status, ends):
    follow(user_pk=fan.pk, topic=group.topic)
    page = EventPageFactory(group=group, status=status, starts_at=ends - timedelta(hours=2), ends_at=ends)
    assert tell_of_event.func(page.event.pk) == 0


@pytest.mark.parametrize(("visibility", "hears"), [("public", True), ("network", True), ("group", False)])
def test_event_is_told_only_to_those_who_may_see_it(fan, group, visibility, hears):
    city = CityFactory()
    follow(user_pk=fan.pk, topic=city.topic)
    announced(city=city, group=group, visibility=visibility)
    assert bool(told()) is hears


def test_letter_shows_sheet_and_event_in_the_readers_language(fan):
    fan.languages = ["fr"]
    fan.save()
    choose_mail(user_pk=fan.pk, frequencies={"sheet": "at-once", "event": "at-once"})
    city = CityFactory(names={"en": "Turin", "fr": "Turin-la-belle"}, country="IT")
    follow(user_pk=fan.pk, topic=city.topic)
    sheet = PracticeSheetFactory(city=city, title="Lamps", summary="Light at night.")
    translate(sheet, "fr", title="Lampes", slug="lampes", summary="De la lumière.")
    publish(sheet)
    announced(city=city, title="Meeting", summary="We meet.")
    assert send_waiting_at_once.func() == 2
    of_sheet, of_event = OutgoingMail.objects.order_by("pk")
    assert (of_sheet.subject, of_event.subject) == ("Lampes", "Meeting")
    assert ("> De la lumière." in of_sheet.text, "Turin-la-belle, Italie" in of_sheet.text) == (True, True)
    assert ("> We meet." in of_event.text, "· English" in of_event.text) == (True, True)
    assert deliver_mail.func() == 2


def test_digest_names_sheets_and_events_once_each(fan):
    city = CityFactory(names={"en": "Turin"}, country="IT")
    follow(user_pk=fan.pk, topic=city.topic)
    publish(PracticeSheetFactory(city=city, title="Lamps", summary="Light at night."))
    announced(city=city, title="Meeting", summary="We meet.")
    assert send_due_digests(timezone.now() + timedelta(days=8)) == 1
    letter = OutgoingMail.objects.get()
    assert letter.subject == "2 new: Meeting, Lamps"
    assert [letter.text.count(words) for words in ("Lamps", "Meeting", "> Light at night.", "> We meet.")] == [1] * 4
    assert "\nTurin, Italy\\\n" in letter.text


def test_opening_the_page_reads_its_notice(fan, group):
    city = CityFactory()
    follow(user_pk=fan.pk, topic=city.topic)
    sheet = PracticeSheetFactory(city=city)
    publish(sheet)
    page = announced(city=city)
    client = StrictClient()
    client.force_login(fan)
    assert Notice.objects.unread().count() == 2
    client.get(sheet.get_url())
    client.get(page.get_url())
    assert (Notice.objects.unread().count(), Notice.objects.waiting_for_mail().count()) == (0, 0)


def test_sheet_that_was_withdrawn_is_in_no_letter(fan):
    sheet = PracticeSheetFactory()
    follow(user_pk=fan.pk, topic=sheet.city.topic)
    choose_mail(user_pk=fan.pk, frequencies={"sheet": "at-once"})
    publish(sheet)
    sheet.unpublish()
    assert [send_waiting_at_once.func(), OutgoingMail.objects.count()] == [0, 0]


@pytest.fixture
def queue(settings):
    default_task_backend.clear()
    return lambda: [(result.task.func.__name__, result.kwargs) for result in default_task_backend.results]


def test_publishing_a_sheet_has_it_told(queue):
    sheet = PracticeSheetFactory()
    sheet.save_revision().publish()
    assert ("tell_of_version", {"version_pk": SheetVersion.objects.get().pk}) in queue()


@pytest.mark.parametrize(
    ("status", "fields", "is_told"),
    [
        ("announced", None, True),
        ("announced", ["status"], True),
        ("announced", ["taken"], False),
        ("draft", None, False),
    ],
)
def test_announcing_an_event_has_it_told(queue, status, fields, is_told):
    page = EventPageFactory(status=status)
    default_task_backend.clear()
    page.event.save(update_fields=fields)
    assert (("tell_of_event", {"event_pk": page.event.pk}) in queue()) is is_told


def test_publishing_the_page_of_an_event_has_it_told(queue):
    page = EventPageFactory()
    default_task_backend.clear()
    page.save_revision().publish()
    assert ("tell_of_event", {"event_pk": page.event.pk}) in queue()
