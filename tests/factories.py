"""Things for tests. Each factory makes the least that is valid; tests say what matters to them."""

import uuid
from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page

from discussions.actions.posting import add_post, open_thread
from discussions.models import Report, ThreadGuest
from events.actions.places import recount_places
from events.actions.programme import recount_programme
from events.models import Event, EventIndexPage, EventPage, Registration, Session
from groups.enums import RequestStatus
from groups.models import Invitation, JoinRequest, Membership, WorkingGroup, WorkingGroupIndexPage
from members.models import City, CityDomain, CityName, Organisation, User
from portal.asking.calls import call_the_network
from portal.models import HomePage, StandardPage
from practices.models import (
    Adoption,
    Collection,
    CollectionItem,
    Contact,
    PracticeIndexPage,
    PracticeSheet,
    Project,
    ProjectIndexPage,
    Recommendation,
    RecommendationIndexPage,
)
from taxonomy.models import Concept, ConceptLabel


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda number: f"person{number}@example.com")
    first_name = "Ada"
    last_name = factory.Sequence(lambda number: f"Person{number}")


class CityFactory(DjangoModelFactory):
    class Meta:
        model = City
        skip_postgeneration_save = True

    key = factory.Sequence(lambda number: f"city-{number}")
    country = "NL"
    language = "nl"

    @factory.post_generation
    def names(self: Any, create: bool, extracted: dict[str, str] | None, **kwargs: Any) -> None:
        for language, text in (extracted or {"en": self.key.title()}).items():
            CityName.objects.create(city=self, language=language, text=text)


class OrganisationFactory(DjangoModelFactory):
    class Meta:
        model = Organisation

    key = factory.Sequence(lambda number: f"organisation-{number}")
    name = factory.Sequence(lambda number: f"Organisation {number}")
    sector = "municipality"


class ConceptFactory(DjangoModelFactory):
    class Meta:
        model = Concept
        skip_postgeneration_save = True

    key = factory.Sequence(lambda number: f"concept-{number}")

    @factory.post_generation
    def names(self: Any, create: bool, extracted: dict[str, str] | None, **kwargs: Any) -> None:
        for language, text in (extracted or {"en": self.key.title()}).items():
            ConceptLabel.objects.create(concept=self, language=language, text=text)


class PageFactory(DjangoModelFactory):
    """A live page under the section where its type belongs, in ``language``."""

    class Meta:
        abstract = True

    class Params:
        language = "en"
        section: type[Page] | None = None

    title = factory.Sequence(lambda number: f"Page {number}")
    locale = factory.LazyAttribute(lambda page: Locale.objects.get(language_code=page.language))

    @classmethod
    def _create(cls, model_class: type[Page], *args: Any, **fields: Any) -> Page:
        parent = fields.pop("parent", None) or cls._section().objects.get(locale=fields["locale"])
        relations = {name: fields.pop(name) for name in ("themes", "technologies", "sheets") if name in fields}
        page = model_class(**fields)
        for name, related in relations.items():
            setattr(page, name, related)
        # The database refuses what breaks a rule; to ask it about each of them beforehand takes longer than all the rest.
        page.validate_constraints = lambda **options: None
        try:
            return parent.add_child(instance=page)
        finally:
            del page.validate_constraints

    @classmethod
    def _section(cls) -> type[Page]:
        raise NotImplementedError


class StandardPageFactory(PageFactory):
    class Meta:
        model = StandardPage

    _section = classmethod(lambda cls: HomePage)


class WorkingGroupFactory(PageFactory):
    class Meta:
        model = WorkingGroup

    _section = classmethod(lambda cls: WorkingGroupIndexPage)


class PracticeSheetFactory(PageFactory):
    class Meta:
        model = PracticeSheet

    _section = classmethod(lambda cls: PracticeIndexPage)
    city = factory.SubFactory(CityFactory)


class ProjectFactory(PageFactory):
    class Meta:
        model = Project

    _section = classmethod(lambda cls: ProjectIndexPage)


class RecommendationIndexPageFactory(PageFactory):
    class Meta:
        model = RecommendationIndexPage

    parent = factory.SubFactory(ProjectFactory)


class RecommendationFactory(PageFactory):
    class Meta:
        model = Recommendation

    parent = factory.SubFactory(RecommendationIndexPageFactory)
    number = factory.Sequence(lambda number: number + 1)
    text = "<p>Do it.</p>"


class EventFactory(DjangoModelFactory):
    """An announced event without a page; ``EventPageFactory`` makes one with a page, which people can see."""

    class Meta:
        model = Event
        skip_postgeneration_save = True

    translation_key = factory.LazyFunction(uuid.uuid4)
    status = "announced"
    starts_at = datetime(2019, 4, 1, 12, tzinfo=UTC)
    ends_at = datetime(2019, 4, 1, 14, tzinfo=UTC)
    step_free = accessible_toilet = hearing_loop = quiet_room = sign_language = "unknown"
    captions = stream_sign_language = phone_access = "unknown"
    access_contact = "access@example.org"

    @classmethod
    def _create(cls, model_class: type[Event], *args: Any, **kwargs: Any) -> Event:
        event = model_class(**kwargs)
        event.full_clean()
        event.save()
        return event

    @factory.post_generation
    def themes(self: Any, create: bool, extracted: list[Concept] | None, **kwargs: Any) -> None:
        self.themes.set(extracted or [])

    @factory.post_generation
    def practices(self: Any, create: bool, extracted: list[Any] | None, **kwargs: Any) -> None:
        self.practices.set(extracted or [])


class SessionFactory(DjangoModelFactory):
    class Meta:
        model = Session

    event = factory.SubFactory(EventFactory)
    title = factory.Sequence(lambda number: {"en": f"Session {number}"})
    day = factory.SelfAttribute("event.first_day")

    @classmethod
    def _after_postgeneration(cls, instance: Session, create: bool, results: Any = None) -> None:
        recount_programme(event=instance.event)


class RegistrationFactory(DjangoModelFactory):
    """Somebody who holds a place; the counters of the event know of it."""

    class Meta:
        model = Registration

    event = factory.SubFactory(EventFactory)
    email = factory.Sequence(lambda number: f"guest{number}@example.com")
    name = factory.Sequence(lambda number: f"Guest {number}")
    language = "en"
    status = "enrolled"

    @classmethod
    def _after_postgeneration(cls, instance: Registration, create: bool, results: Any = None) -> None:
        recount_places(event=instance.event)


class EventPageFactory(PageFactory):
    class Meta:
        model = EventPage

    _section = classmethod(lambda cls: EventIndexPage)

    @classmethod
    def _create(cls, model_class: type[EventPage], *args: Any, **kwargs: Any) -> EventPage:
        """``EventPageFactory(starts_at=…, title=…)``: what an event has goes to a new one; the page gets the rest."""
        names = {field.name for field in (*Event._meta.fields, *Event._meta.many_to_many)} & set(kwargs)
        facts = {name: kwargs.pop(name) for name in names - {"translation_key"}}
        key = kwargs.setdefault("translation_key", uuid.uuid4())
        if "event" not in kwargs:
            kwargs["event"] = EventFactory(translation_key=key, **facts)
        return super()._create(model_class, *args, **kwargs)


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    group = factory.SubFactory(WorkingGroupFactory)


class ThreadFactory(factory.Factory):
    """Opened as people open one: with its first post."""

    class Meta:
        model = open_thread

    group = factory.SubFactory(WorkingGroupFactory)
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda number: f"Thread {number}")
    text = "A first **post**."
    language = "en"

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Any:
        return model_class(**fields)


class AdoptionFactory(DjangoModelFactory):
    """Declared, and waiting; ``status="confirmed"`` for one that everybody sees."""

    class Meta:
        model = Adoption

    practice = factory.LazyAttribute(lambda adoption: PracticeSheetFactory().practice)
    city = factory.SubFactory(CityFactory)
    year = 2020
    outcome = "running"
    language = "en"


class CollectionFactory(DjangoModelFactory):
    """Private, and empty unless ``sheets`` are given."""

    class Meta:
        model = Collection
        skip_postgeneration_save = True

    owner = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda number: f"Collection {number}")
    language = "en"

    @factory.post_generation
    def sheets(self: Any, create: bool, extracted: list[PracticeSheet] | None, **kwargs: Any) -> None:
        for place, sheet in enumerate(extracted or []):
            CollectionItem.objects.create(collection=self, practice=sheet.practice, place=place)


def translate(page: Page, language: str, **fields: Any) -> Page:
    """A live version of ``page`` in another language, under the same section."""
    locale = Locale.objects.get(language_code=language)
    version = page.copy_for_translation(locale)
    for name, value in {"live": True, **fields}.items():
        setattr(version, name, value)
    version.save()
    return version


class CityDomainFactory(DjangoModelFactory):
    """A mail domain that was verified to be its city's."""

    class Meta:
        model = CityDomain

    city = factory.SubFactory(CityFactory)
    domain = factory.Sequence(lambda number: f"city{number}.example")
    verified_on = date(2026, 1, 1)


class JoinRequestFactory(DjangoModelFactory):
    """Of a stranger whose address was confirmed: it waits."""

    class Meta:
        model = JoinRequest

    group = factory.SubFactory(WorkingGroupFactory)
    email = factory.Sequence(lambda number: f"asker{number}@example.org")
    first_name = "Grace"
    last_name = factory.Sequence(lambda number: f"Asker{number}")
    language = "en"
    status = RequestStatus.WAITING
    due_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=7))


class InvitationFactory(DjangoModelFactory):
    class Meta:
        model = Invitation

    group = factory.SubFactory(WorkingGroupFactory)
    email = factory.Sequence(lambda number: f"guest{number}@example.org")
    language = "en"
    invited_by = factory.SubFactory(UserFactory)
    expires_at = factory.LazyFunction(lambda: timezone.now() + timedelta(days=30))


class PostFactory(factory.Factory):
    """Written as people write one: at the end of its thread."""

    class Meta:
        model = add_post

    thread = factory.SubFactory(ThreadFactory)
    author = factory.SubFactory(UserFactory)
    text = "A further post."
    language = "en"


# ---------------------------------------------------------------- asking


class ThreadGuestFactory(DjangoModelFactory):
    """Somebody without an account who was asked in a thread."""

    class Meta:
        model = ThreadGuest

    email = factory.Sequence(lambda number: f"asked{number}@example.org")
    name = factory.Sequence(lambda number: f"Asked {number}")
    city = factory.SubFactory(CityFactory)


class ContactFactory(DjangoModelFactory):
    """Somebody whom a sheet names as a person to ask."""

    class Meta:
        model = Contact

    name = factory.Sequence(lambda number: f"Contact {number}")
    email = factory.Sequence(lambda number: f"contact{number}@example.org")


class CallFactory(factory.Factory):
    """A call as people make one, to everybody; ``addressees`` are cities with the practice that suggests them."""

    class Meta:
        model = call_the_network

    asker = factory.SubFactory(UserFactory, city=factory.SubFactory(CityFactory))
    title = factory.Sequence(lambda number: f"Who knows {number}?")
    text = "A **problem**."
    language = "en"
    deadline = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=21))
    languages = ("en",)
    addressees = factory.LazyFunction(dict)

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **fields: Any) -> Any:
        return model_class(**fields)


class ReportFactory(DjangoModelFactory):
    """Of the first post of a thread; it waits for a decision."""

    class Meta:
        model = Report

    post = factory.LazyAttribute(lambda report: ThreadFactory().posts.get())
    reporter = factory.SubFactory(UserFactory)
    reason = "hurtful"
