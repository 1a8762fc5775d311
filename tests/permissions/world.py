"""One world: people who stand in every way towards one working group, and things of every kind that has a rule."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import ContentFile
from django.db import models
from django.http import HttpResponse
from django.utils import timezone
from wagtail.documents.models import Document

from discussions.actions.posting import add_post
from discussions.models import AnswerOffer, Post, PostAttachment, Report, Thread
from events.models import Material
from groups.actions import set_membership
from groups.enums import Openness, Role
from groups.models import WorkingGroup
from members.models import User
from notifications.models import OutgoingMail
from practices.actions.reviewing import submit_sheet
from practices.actions.writing import sheets_collection
from practices.models import Attachment, PracticeSheet, SheetVersion
from search.models import SavedSearch
from tests.conftest import StrictClient
from tests.factories import (
    AdoptionFactory,
    CityFactory,
    CollectionFactory,
    ConceptFactory,
    EventPageFactory,
    JoinRequestFactory,
    PracticeSheetFactory,
    RegistrationFactory,
    StandardPageFactory,
    ThreadFactory,
    UserFactory,
    WorkingGroupFactory,
)
from tests.practices.complete import complete_sheet

PERSONAS: dict[str, str] = {
    "visitor": "visitor",
    "suspended": "suspended member",
    "stranger": "member of the network",
    "former": "former member",
    "other": "member of another group",
    "elsewhere": "coordinator of another group",
    "member": "member of the group",
    "author": "member whose own it is",
    "coordinator": "coordinator of the group",
    "administrator": "administrator",
}
"""Who stands how towards the group to which the things belong, and what the table calls them."""

VISITORS = {"visitor", "suspended"}
"""To whom the portal answers as to nobody."""


@dataclass
class World:
    group: WorkingGroup
    users: dict[str, User]
    things: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By the label of their model, then by what the table says of them."""
    sessions: dict[str, str] = field(default_factory=dict)
    pages: dict[tuple[str, str], HttpResponse] = field(default_factory=dict)

    def person(self, who: str) -> User | AnonymousUser:
        return self.users.get(who) or AnonymousUser()

    def client(self, who: str) -> StrictClient:
        """Logged in, as far as the portal lets this person; without what an earlier answer left in a cookie."""
        client = StrictClient()
        if key := self.sessions.get(who):
            client.cookies[settings.SESSION_COOKIE_NAME] = key
        return client

    def page(self, who: str, address: str) -> HttpResponse:
        """What this person finds there, asked for once in a test: many things may stand in the same list."""
        if (who, address) not in self.pages:
            self.pages[who, address] = self.client(who).get(address)
        return self.pages[who, address]

    def of(self, model: type[models.Model] | None) -> dict[str, Any]:
        """The things of this kind; nothing in particular where an action is done to none."""
        return self.things[model._meta.label_lower] if model else {"": None}

    def add(self, variant: str, thing: Any) -> Any:
        self.things.setdefault(thing._meta.label_lower, {})[variant] = thing
        return thing


def make_world() -> World:
    group = WorkingGroupFactory(title="Ours")
    other_group = WorkingGroupFactory(title="Theirs")
    city = CityFactory(key="their-city", names={"en": "Their City"})
    users = {
        who: UserFactory(email=f"{who}@example.com", city=city, first_name=who.title(), last_name="Person")
        for who in PERSONAS
        if who != "visitor"
    }
    for who, role in (
        ("member", "member"),
        ("author", "member"),
        ("coordinator", "coordinator"),
        ("suspended", "member"),
        ("former", "member"),
    ):
        set_membership(group=group, user=users[who], role=role)
    set_membership(group=other_group, user=users["other"], role=Role.MEMBER)
    set_membership(group=other_group, user=users["elsewhere"], role=Role.COORDINATOR)
    users["former"].memberships.all().delete()
    users["suspended"].is_active = False
    users["suspended"].save()
    users["administrator"].is_staff = users["administrator"].is_superuser = True
    users["administrator"].save()
    world = World(group, users)
    for make in (_groups, _sheets, _transfers, _events, _threads, _people_and_words):
        make(world, other_group)
    OutgoingMail.objects.all().delete()
    for who, user in users.items():
        client = StrictClient()
        client.force_login(user)
        world.sessions[who] = client.session.session_key
    return world


def _groups(world: World, other_group: WorkingGroup) -> None:
    world.add("listed", world.group)
    world.add("another, listed", other_group)
    hidden = WorkingGroupFactory(title="Quiet group", openness=Openness.HIDDEN)
    for who in ("member", "author", "suspended"):
        set_membership(group=hidden, user=world.users[who], role=Role.MEMBER)
    set_membership(group=hidden, user=world.users["coordinator"], role=Role.COORDINATOR)
    world.add("hidden", hidden)
    world.add("another, hidden", WorkingGroupFactory(title="Silent group", openness=Openness.HIDDEN))
    world.add("of the group", JoinRequestFactory(group=world.group, first_name="Grace", last_name="Asks"))


def _sheets(world: World, other_group: WorkingGroup) -> None:
    author = world.users["author"]
    home = CityFactory(key="home-city")
    shared = {"owner": author, "city": home}

    def published(title: str, **fields: Any) -> PracticeSheet:
        sheet = PracticeSheetFactory(**{"title": title, "group": world.group, **shared, **fields})
        sheet.save_revision(user=author).publish()
        return PracticeSheet.objects.get(pk=sheet.pk)

    for visibility, variant in (("public", "public"), ("network", "for the network"), ("group", "for the group")):
        sheet = world.add(variant, published(f"Sheet {visibility}", visibility=visibility))
        world.add(variant, SheetVersion.objects.get(sheet=sheet))
        world.add(f"of a sheet {variant}", _attachment(sheet))
    world.add("for another group", published("Sheet elsewhere", visibility="group", group=other_group, owner=None))
    world.add("public, of no group", published("Sheet of no group", group=None))
    draft = world.add(
        "draft of the group", complete_sheet(author=author, group=world.group, title="Sheet draft", city=home)
    )
    world.add("of a draft of the group", _attachment(draft))
    submitted = complete_sheet(author=author, group=world.group, title="Sheet submitted", city=home)
    submit_sheet(sheet=submitted, user=author)
    world.add("under review by the group", PracticeSheet.objects.get(pk=submitted.pk))


def _attachment(sheet: PracticeSheet) -> Attachment:
    file = ContentFile(b"words", name=f"words-{sheet.pk}.txt")
    document = Document.objects.create(title="Words", file=file, collection=sheets_collection())
    return Attachment.objects.create(sheet=sheet, title="Words", document=document)


def _transfers(world: World, other_group: WorkingGroup) -> None:
    author = world.users["author"]
    own = CityFactory(key="own-city", names={"en": "Own City"})
    User.objects.filter(pk=author.pk).update(city=own)
    author.city = own
    world.add("the member’s own", own)
    practice = world.of(PracticeSheet)["public"].practice
    for status, variant in (
        ("declared", "waiting, of a public sheet of the group"),
        ("confirmed", "confirmed, of a public sheet of the group"),
    ):
        city = own if status == "declared" else CityFactory()
        world.add(
            variant, AdoptionFactory(practice=practice, city=city, declared_by=author, status=status, language="en")
        )
    hidden = world.of(PracticeSheet)["for the group"].practice
    world.add("confirmed, of a sheet for the group", AdoptionFactory(practice=hidden, status="confirmed"))
    world.add("private", CollectionFactory(owner=author, title="Collection private"))
    world.add("public", CollectionFactory(owner=author, title="Collection public", is_public=True))


def _events(world: World, other_group: WorkingGroup) -> None:
    now = timezone.now()
    times = {"starts_at": now + timedelta(days=9), "ends_at": now + timedelta(days=10)}
    online = {"attendance": "hybrid", "join_url": "https://meet.example.org/secret-room", "needs_approval": True}
    for visibility, variant in (("public", "public"), ("network", "for the network"), ("group", "for the group")):
        page = EventPageFactory(
            title=f"Event {visibility}",
            visibility=visibility,
            group=world.group,
            city=CityFactory(),
            registration_mode="here",
            **times,
            **online,
        )
        world.add(variant, page)
        world.add(variant, page.event)
        RegistrationFactory(
            event=page.event,
            user=world.users["author"],
            email=f"author-{visibility}@example.com",
            name="Author Enrolled",
        )
    draft = EventPageFactory(title="Event draft", status="draft", group=world.group, **times)
    world.add("draft of the group", draft)
    world.add("draft of the group", draft.event)
    theirs = EventPageFactory(title="Event elsewhere", visibility="group", group=other_group, **times)
    world.add("for another group", theirs)
    world.add("for another group", theirs.event)
    for audience, variant in (
        ("readers", "for the readers of a public event"),
        ("enrolled", "for those enrolled in a public event"),
    ):
        event = world.of(type(theirs))["public"].event
        world.add(
            variant,
            Material.objects.create(
                event=event,
                title=f"Paper {audience}",
                language="en",
                url="https://example.org/paper",
                audience=audience,
            ),
        )
    event = world.of(type(theirs))["for the group"].event
    world.add(
        "for the readers of an event for the group",
        Material.objects.create(event=event, title="Paper group", language="en", url="https://example.org/paper"),
    )
    asking = RegistrationFactory(
        event=world.of(type(theirs))["public"].event,
        user=UserFactory(email="asking@example.com"),
        email="asking@example.com",
        name="Alan Asks",
        status="requested",
    )
    world.add("of somebody else, for an event of the group", asking)


def _threads(world: World, other_group: WorkingGroup) -> None:
    author = world.users["author"]
    for variant, group in (("of the group", world.group), ("of the network", None), ("of another group", other_group)):
        thread = ThreadFactory(group=group, author=author, title=f"Thread {variant}", text=f"Opening {variant}.")
        world.add(variant, thread)
        world.add(f"in a thread {variant}", thread.posts.get())
    closed = ThreadFactory(group=world.group, author=author, title="Thread closed")
    Thread.objects.filter(pk=closed.pk).update(is_closed=True)
    closed.refresh_from_db()
    world.add("closed, of the group", closed)
    Thread.objects.update(created_at=timezone.now() - timedelta(days=9))
    hidden = add_post(thread=closed, author=author, text="Words that were hidden.", language="en")
    type(hidden).objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    opening = world.of(Post)["in a thread of the group"]
    world.add("of a post of the group", Report.objects.create(post=opening, reporter=UserFactory(), reason="hurtful"))
    for variant, post in (("of a post of the group", opening), ("of a post that was hidden", hidden)):
        world.add(
            variant,
            PostAttachment.objects.create(
                post=post, file=ContentFile(b"words", name="words.txt"), title="Words", size=5
            ),
        )
    about_lamps = ThreadFactory(
        group=world.group, author=author, title="Lamps", about=world.of(PracticeSheet)["public"]
    )
    offer = AnswerOffer.objects.create(post=about_lamps.posts.get(), question="Which lamps?", answer="Warm ones.")
    world.add("of an answer of one’s own", offer)


def _people_and_words(world: World, other_group: WorkingGroup) -> None:
    city = CityFactory(key="shown-city")
    for shown_to, variant in (
        ("nobody", "shown to nobody"),
        ("members", "shown to members"),
        ("public", "shown to everybody"),
    ):
        world.add(variant, UserFactory(first_name="Shown", last_name=f"To {shown_to}", city=city, shown_to=shown_to))
    world.add("any", ConceptFactory(key="any-concept"))
    world.add("any", StandardPageFactory(title="About the network"))
    world.add(
        "one’s own",
        SavedSearch.objects.create(user=world.users["author"], name="Lamps", language="en", query="q=lamps"),
    )
