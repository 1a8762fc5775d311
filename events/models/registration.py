"""Who takes part in an event: registrations, quotas, the fields of the form, bookings of sessions."""

import secrets
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from common.constraints import Rule
from common.fields import ChoiceListField
from common.words import WordsField
from events.enums import BookingStatus, QuestionKind, RegistrationStatus
from events.models.event import Event
from events.models.programme import Session
from groups.permissions import Reader, is_network_member
from members.models import City


def new_secret() -> str:
    """128 bits that stand in the addresses of one person's letters."""
    return secrets.token_urlsafe(16)


class RegistrationQuerySet(models.QuerySet["Registration"]):
    def visible_to(self, user: Reader) -> Self:
        """One's own, and those for the events that one looks after."""
        if not is_network_member(user):
            return self.none()
        managed = Event.objects.managed_by(user)
        return self.filter(Q(user=user.pk) | Q(event__in=managed))

    def holding(self) -> Self:
        return self.filter(status__in=RegistrationStatus.holding())

    def in_queue(self) -> Self:
        """Those who wait, first come first."""
        return self.filter(status=RegistrationStatus.WAITING).order_by("queued_at", "pk")

    def ahead_of(self, registration: "Registration") -> Self:
        """Those in the queue of its event whose turn comes before that of ``registration``, which waits."""
        earlier = Q(queued_at__lt=registration.queued_at) | Q(queued_at=registration.queued_at, pk__lt=registration.pk)
        return self.in_queue().filter(earlier, event=registration.event_id)

    def told(self) -> Self:
        """Those to whom it matters when the event changes."""
        return self.filter(status__in=RegistrationStatus.told())


class Registration(models.Model):
    """One person's wish to take part in one event. Who comes back after cancelling keeps the row, not the place."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="registrations")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="registrations"
    )
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=160)
    organisation = models.CharField(_("organisation"), max_length=160, blank=True)
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    language = models.CharField(_("language of letters"), max_length=2, choices=settings.LANGUAGES)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)

    status = models.CharField(_("status"), max_length=11, choices=RegistrationStatus)
    secret = models.CharField(max_length=32, unique=True, default=new_secret, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    queued_at = models.DateTimeField(_("in the queue since"), null=True, blank=True)
    offer_until = models.DateTimeField(_("offer open until"), null=True, blank=True, db_index=True)
    round = models.PositiveIntegerField(default=0, editable=False)
    """Raised by every change of status: letters about it are told once, and again when it comes back."""
    wants_reminders = models.BooleanField(_("wants letters that one can do without"), default=True)
    """Of guests. What members want is in their profile (``notifications.MailPreference``)."""
    reason = models.CharField(_("what the coordinator said about it"), max_length=400, blank=True)
    """Why it was declined or cancelled; the person is told."""

    objects = RegistrationQuerySet.as_manager()

    class Meta:
        verbose_name = _("registration")
        verbose_name_plural = _("registrations")
        ordering = ["created_at", "pk"]
        indexes = [models.Index(fields=["event", "status", "queued_at"], name="registration_queue")]
        constraints = [
            models.UniqueConstraint(F("event"), Lower("email"), name="registration_once_an_address"),
            models.UniqueConstraint(
                fields=["event", "user"], condition=Q(user__isnull=False), name="registration_once_a_person"
            ),
            models.CheckConstraint(
                name="registration_offer_has_deadline",
                condition=(Q(status=RegistrationStatus.OFFERED) & Q(offer_until__isnull=False))
                | (~Q(status=RegistrationStatus.OFFERED) & Q(offer_until__isnull=True)),
            ),
            models.CheckConstraint(
                name="registration_waits_since",
                condition=~Q(status=RegistrationStatus.WAITING) | Q(queued_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_status_display()})"

    @property
    def is_enrolled(self) -> bool:
        return self.status == RegistrationStatus.ENROLLED

    @property
    def holds_place(self) -> bool:
        return self.status in RegistrationStatus.holding()

    @property
    def is_open(self) -> bool:
        """Whether the person still wants to come, as far as we know."""
        return self.status in (*RegistrationStatus.told(), RegistrationStatus.UNCONFIRMED)


class CityPlaces(models.Model):
    """How many places of an event a city has and has taken.

    A city with a quota of its own has a row from the beginning; the others get one with their first registration,
    which follows ``Event.places_per_city``. ``actions.places`` alone writes ``taken``.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="city_places")
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="+")
    places = models.PositiveIntegerField(_("places"), null=True, blank=True)
    is_own = models.BooleanField(_("differs from the other cities"), default=False)
    taken = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("places of a city")
        verbose_name_plural = _("places of cities")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "city"], name="places_once_a_city"),
            Rule(
                name="city_never_overbooked",
                condition=Q(places__isnull=True) | Q(taken__lte=F("places")),
                field="places",
                message=_("More people of this city than that hold a place already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.city}: {self.taken}/{self.places if self.places is not None else '∞'}"


class Question(models.Model):
    """A field of the registration form that the coordinator picked, with the day on which its answers go."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="questions")
    kind = models.CharField(_("what it asks for"), max_length=14, choices=QuestionKind)
    label = WordsField(_("question"), longest=200)
    help = WordsField(_("help"), blank=True, longest=400)
    choices: Any = models.JSONField(_("choices"), default=list, blank=True)
    """Of a question of kind ``choice``: a list of words by language, as in a ``WordsField``."""
    languages = ChoiceListField(_("languages to choose from"), of=lambda: list(settings.LANGUAGES))
    is_required = models.BooleanField(_("must be answered"), default=False)
    erase_on = models.DateField(
        _("answers are erased on"), db_index=True, help_text=_("From this day on nobody can read the answers any more.")
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question of the form")
        verbose_name_plural = _("questions of the form")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return next(iter(self.label.values()), "")


class Answer(models.Model):
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="answers")
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="answers")
    value = models.TextField(_("answer"))
    """Text; the number of a choice; a language's code; ``yes`` or ``no``."""

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["registration", "question"], name="answer_once_a_question")]

    def __str__(self) -> str:
        return self.value


class SessionBooking(models.Model):
    """A place in a session that is booked apart from the event. Who waits moves up without being asked: the person
    comes to the event anyway."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="bookings")
    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="bookings")
    status = models.CharField(_("status"), max_length=8, choices=BookingStatus)
    queued_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("booking of a session")
        verbose_name_plural = _("bookings of sessions")
        ordering = ["queued_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["registration", "session"], name="booking_once_a_session")]

    def __str__(self) -> str:
        return f"{self.registration} – {self.session}"
