"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import (
    announcing,
    calendar_import,
    calendars,
    facts,
    materials,
    permanent,
    programme,
    programme_editing,
    series,
)

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
    # ---- the coordinators' desk: announcing, facts, words, status
    path("manage/", announcing.desk, name="desk"),
    path("announce/", announcing.announce, name="announce"),
    path("<int:number>/manage/", announcing.overview, name="manage"),
    path("<int:number>/manage/facts/", facts.facts, name="manage_facts"),
    path("<int:number>/manage/words/", announcing.words, name="manage_words"),
    path("<int:number>/manage/status/<slug:to>/", announcing.status, name="manage_status"),
    # ---- the coordinators' desk: programme
    path("<int:number>/manage/programme/", programme_editing.programme, name="manage_programme"),
    path("<int:number>/manage/programme/new/", programme_editing.new_session, name="manage_new_session"),
    path("<int:number>/manage/programme/rooms/", programme_editing.rooms, name="manage_rooms"),
    path("<int:number>/manage/programme/tell/", programme_editing.tell, name="manage_tell"),
    path("<int:number>/manage/programme/<int:pk>/", programme_editing.edit_session, name="manage_session"),
    path(
        "<int:number>/manage/programme/<int:pk>/change/",
        programme_editing.change_session,
        name="manage_change_session",
    ),
    # ---- materials
    path("<int:number>/materials/<int:pk>/", materials.material, name="material"),
    path("<int:number>/manage/materials/", materials.materials, name="manage_materials"),
    path("<int:number>/manage/materials/<int:pk>/", materials.edit_material, name="manage_material"),
    path("<int:number>/manage/materials/<int:pk>/change/", materials.change, name="manage_change_material"),
    # ---- series
    path("series/", series.all_series, name="all_series"),
    path("series/<slug:key>/", series.series, name="series"),
    path("series/<slug:key>/names/", series.edit_series, name="edit_series"),
]
