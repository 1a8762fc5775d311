"""The choices of the events' models."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Precision(models.TextChoices):
    """How much of an event's date is known."""

    TIME = "time", _("day and time")
    DAY = "day", _("the day only")
    MONTH = "month", _("the month only")


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    ANNOUNCED = "announced", _("announced")
    CONFIRMED = "confirmed", pgettext_lazy("event", "confirmed")
    POSTPONED = "postponed", _("postponed")
    CANCELLED = "cancelled", _("cancelled")

    @classmethod
    def open(cls) -> "tuple[Status, ...]":
        """Those in which the event is to take place on its date."""
        return (cls.ANNOUNCED, cls.CONFIRMED)


class Attendance(models.TextChoices):
    """How people take part."""

    ON_SITE = "on-site", _("in person")
    ONLINE = "online", _("online")
    HYBRID = "hybrid", _("in person and online")


class AccessFact(models.TextChoices):
    """What is said of one thing that some people need. Empty: nobody has looked yet."""

    YES = "yes", _("yes")
    PARTLY = "partly", _("in part")
    NO = "no", _("no")
    ON_REQUEST = "on-request", _("on request")
    UNKNOWN = "unknown", _("not known: please ask")


class RegistrationMode(models.TextChoices):
    NONE = "none", _("without registration")
    HERE = "here", _("on this portal")
    ELSEWHERE = "elsewhere", _("somewhere else")


class RegistrationStatus(models.TextChoices):
    """Where somebody stands who wants to take part.

    ``unconfirmed`` (a guest whose address is not proven yet) → ``requested`` (where a coordinator admits people) →
    ``enrolled``, or ``waiting`` → ``offered`` → ``enrolled``; out again by ``declined``, ``lapsed`` and ``cancelled``.
    """

    UNCONFIRMED = "unconfirmed", _("to be confirmed by mail")
    REQUESTED = "requested", _("asked for")
    ENROLLED = "enrolled", _("enrolled")
    WAITING = "waiting", _("on the waiting list")
    OFFERED = "offered", _("offered a place")
    DECLINED = "declined", _("declined")
    LAPSED = "lapsed", _("offer not answered")
    CANCELLED = "cancelled", pgettext_lazy("registration", "cancelled")

    @classmethod
    def holding(cls) -> "tuple[RegistrationStatus, ...]":
        """Those that take a place."""
        return (cls.ENROLLED, cls.OFFERED)

    @classmethod
    def told(cls) -> "tuple[RegistrationStatus, ...]":
        """Those to whom it matters when the event changes."""
        return (cls.REQUESTED, cls.ENROLLED, cls.WAITING, cls.OFFERED)


class SessionKind(models.TextChoices):
    TALK = "talk", _("talk")
    PANEL = "panel", _("panel")
    WORKSHOP = "workshop", _("workshop")
    VISIT = "visit", _("visit")
    MEETING = "meeting", _("meeting")
    BREAK = "break", _("break")


class PersonRole(models.TextChoices):
    SPEAKER = "speaker", _("speaker")
    MODERATOR = "moderator", _("moderator")


class BookingStatus(models.TextChoices):
    BOOKED = "booked", _("booked")
    WAITING = "waiting", _("on the waiting list")


class QuestionKind(models.TextChoices):
    """What a field of the registration form asks for."""

    ROLE = "role", _("role at work")
    DIET = "diet", _("food")
    ACCESS = "access", _("access needs")
    INTERPRETATION = "interpretation", _("languages to listen to")
    TEXT = "text", _("a text")
    CHOICE = "choice", _("one of a list")
    YES_NO = "yes-no", _("yes or no")


class MaterialKind(models.TextChoices):
    DOCUMENT = "document", _("document")
    SLIDES = "slides", _("slides")
    RECORDING = "recording", _("recording")
    MINUTES = "minutes", _("minutes")
    REPORT = "report", _("report")
    LINK = "link", _("link")


class MaterialAudience(models.TextChoices):
    READERS = "readers", _("everybody who may see the event")
    ENROLLED = "enrolled", _("those enrolled")


class Movement(models.TextChoices):
    """What is done at the door."""

    IN = "in", _("checked in")
    OUT = "out", _("undone")


class CheckInSource(models.TextChoices):
    """By which way somebody was checked in."""

    LIST = "list", _("from the list")
    CODE = "code", _("by the code")
    OFFLINE = "offline", _("without a network")


class SurveyKind(models.TextChoices):
    """How a question after the event is answered."""

    SCALE = "scale", _("1 to 5")
    DEGREE = "degree", _("yes, in part, no")
    TEXT = "text", _("a text")


class DefaultQuestion(models.TextChoices):
    """The usual questions after an event, in the order in which they are asked."""

    OVERALL = "overall", _("How good was the event, all in all?")
    USEFUL = "useful", _("How useful is it for your city?")
    LANGUAGE = "language", _("Could you follow in your language?")
    OTHERWISE = "otherwise", _("What should we do otherwise next time?")
    HOME = "home", _("What will you take home?")

    @property
    def kind(self) -> SurveyKind:
        if self in (DefaultQuestion.OVERALL, DefaultQuestion.USEFUL):
            return SurveyKind.SCALE
        return SurveyKind.DEGREE if self == DefaultQuestion.LANGUAGE else SurveyKind.TEXT
