"""The models of events.

``Event`` holds what is true in every language; an ``EventPage`` a language says it in words. Everything outside the
page tree (sessions, registrations, materials) relates to the event.
"""

from events.models.attendance import Attendance, AttendanceEntry, Certificate
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
from events.models.reminders import EventLetters, EventReminder
from events.models.survey import Survey, SurveyAnswer, SurveyQuestion, SurveyTurn

__all__ = [
    "Answer",
    "Attendance",
    "AttendanceEntry",
    "CalendarKey",
    "Certificate",
    "CityPlaces",
    "Event",
    "EventIndexPage",
    "EventLetters",
    "EventPage",
    "EventPageQuerySet",
    "EventQuerySet",
    "EventReminder",
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
    "Survey",
    "SurveyAnswer",
    "SurveyQuestion",
    "SurveyTurn",
    "Track",
    "UntoldChange",
    "whole_span",
]
