"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import calendar_import, calendars, permanent, programme, series

app_name = "events"

urlpatterns = [
    path("<int:number>/", permanent.permanent, name="permanent"),
    # Calendars. People subscribe to these addresses: they never change.
    path("calendar.ics", calendars.public_calendar, name="calendar_feed"),
    path("mine/<str:key>.ics", calendars.own_calendar, name="own_calendar"),
    path("<int:number>/event.ics", calendars.event_file, name="event_file"),
    path("<int:number>/programme.ics", calendars.programme_file, name="programme_file"),
    path("<int:number>/sessions/<int:pk>.ics", calendars.session_file, name="session_file"),
    path("<int:number>/mine/<str:secret>.ics", calendars.guest_calendar, name="guest_calendar"),
    path("calendar/", calendars.calendar_page, name="calendar"),
    path("import/", calendar_import.import_start, name="import"),
    path("import/<str:token>/", calendar_import.import_one, name="import_one"),
    # The programme, for readers
    path("<int:number>/programme/", programme.programme, name="programme"),
    path("<int:number>/sessions/<int:pk>/", programme.session, name="session"),
    path("series/<slug:key>/", series.series, name="series"),
]
