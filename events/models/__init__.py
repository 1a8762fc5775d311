"""The models of events.

``Event`` holds what is true in every language; an ``EventPage`` a language says it in words. Everything outside the
page tree (sessions, registrations, materials) relates to the event.
"""

from events.models.calendar_keys import CalendarKey
from events.models.event import Event, EventQuerySet, EventSeries, SeriesName, whole_span
from events.models.materials import Material
from events.models.pages import EventIndexPage, EventPage, EventPageQuerySet
from events.models.programme import Room, Session, SessionPerson, Track
from events.models.programme_news import ProgrammeChange, UntoldChange
from events.models.registration import (
    Answer,
    CityPlaces,
    Question,
    Registration,
    RegistrationQuerySet,
    SessionBooking,
)

__all__ = [
    "Answer",
    "CalendarKey",
    "CityPlaces",
    "Event",
    "EventIndexPage",
    "EventPage",
    "EventPageQuerySet",
    "EventQuerySet",
    "EventSeries",
    "Material",
    "ProgrammeChange",
    "Question",
    "Registration",
    "RegistrationQuerySet",
    "Room",
    "SeriesName",
    "Session",
    "SessionBooking",
    "SessionPerson",
    "Track",
    "UntoldChange",
    "whole_span",
]
