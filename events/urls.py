"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import (
    after,
    announcing,
    calendar_import,
    calendars,
    day,
    facts,
    letters,
    materials,
    papers,
    people,
    permanent,
    programme,
    programme_editing,
    registering,
    series,
    survey,
)

app_name = "events"

urlpatterns = [
    path("<int:number>/", permanent.permanent, name="permanent"),
    # ---- letters
    path("letters/stop/<str:token>/", letters.stop_letters, name="stop_letters"),
    path("<int:number>/manage/letters/", letters.manage_letters, name="manage_letters"),
    path("<int:number>/manage/letters/new/", letters.new_reminder, name="manage_new_reminder"),
    path("<int:number>/manage/letters/thanks/", letters.thank, name="manage_thank"),
    path("<int:number>/manage/letters/<int:pk>/", letters.edit_reminder, name="manage_reminder"),
    path("<int:number>/manage/letters/<int:pk>/remove/", letters.delete_reminder, name="manage_remove_reminder"),
    # Registration
    path("mine/", registering.mine, name="mine"),
    path("<int:number>/register/", registering.register, name="register"),
    path("<int:number>/register/sent/", registering.asked, name="asked"),
    path("<int:number>/confirm/<str:token>/", registering.confirm, name="confirm"),
    path("<int:number>/mine/<str:secret>/", registering.own, name="own"),
    path("<int:number>/mine/<str:secret>/change/", registering.change, name="change_own"),
    path("<int:number>/mine/<str:secret>/offer/", registering.answer_offer, name="answer_offer"),
    path("<int:number>/mine/<str:secret>/materials/<int:pk>/", materials.own_material, name="own_material"),
    path("<int:number>/mine/<str:secret>/cancel/", registering.cancel, name="cancel"),
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
    # Registration, as coordinators look after it
    path("<int:number>/manage/registration/", people.registration, name="manage_registration"),
    path("<int:number>/manage/registration/questions/new/", people.new_question, name="manage_new_question"),
    path("<int:number>/manage/registration/questions/<int:pk>/", people.question, name="manage_question"),
    path(
        "<int:number>/manage/registration/questions/<int:pk>/delete/",
        people.remove_question,
        name="manage_delete_question",
    ),
    path("<int:number>/manage/people/", people.people, name="manage_people"),
    path("<int:number>/manage/people/add/", people.add_person, name="manage_add_person"),
    path("<int:number>/manage/people/export.<slug:file_format>", people.export, name="manage_people_export"),
    path("<int:number>/manage/people/<int:pk>/admit/", people.admit_person, name="manage_admit"),
    path("<int:number>/manage/people/<int:pk>/decline/", people.decline_person, name="manage_decline"),
    path("<int:number>/manage/people/<int:pk>/cancel/", people.cancel_person, name="manage_cancel"),
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
    # ---- on the day
    path("<int:number>/manage/day/", day.overview, name="manage_day"),
    path("<int:number>/manage/day/check-in/", day.door, name="door"),
    # A worker acts for what lies below its own folder: it must stay beside the list.
    path("<int:number>/manage/day/check-in/worker.js", day.worker, name="door_worker"),
    path("<int:number>/manage/day/check-in/entries/", day.entries, name="door_entries"),
    path("<int:number>/manage/day/check-in/<int:pk>/", day.move, name="move"),
    path("<int:number>/manage/day/badges.pdf", papers.badges, name="badges"),
    path("<int:number>/manage/day/attendance.pdf", papers.signatures, name="signatures"),
    path("<int:number>/check-in/<str:code>/", day.code, name="check_in_code"),
    # ---- after the event
    path("<int:number>/manage/after/", after.after, name="manage_after"),
    path("<int:number>/sessions/<int:pk>/notes/", after.notes, name="session_notes"),
    path("<int:number>/certificates/<str:secret>.pdf", papers.own_certificate, name="own_certificate"),
    path("certificates/", papers.certificate, name="look_up_certificate"),
    path("certificates/<str:code>/", papers.certificate, name="certificate"),
    path("<int:number>/survey/", survey.own_survey, name="own_survey"),
    path("<int:number>/survey/<str:secret>/", survey.survey, name="survey"),
    path("<int:number>/manage/after/survey/", survey.results, name="survey_results"),
    path("<int:number>/manage/after/survey/results.csv", survey.results_csv, name="survey_csv"),
    path("<int:number>/manage/after/survey/questions/", survey.questions, name="survey_questions"),
    path(
        "<int:number>/manage/after/survey/questions/<slug:key>/", survey.change_question, name="change_survey_question"
    ),
    path("<int:number>/manage/after/survey/switch/", survey.switch, name="switch_survey"),
    path("<int:number>/manage/after/survey/report/<int:pk>/", survey.copy_to_report, name="copy_survey"),
]
