"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import (
    announcing,
    facts,
    materials,
    people,
    permanent,
    programme,
    programme_editing,
    registering,
    series,
)

app_name = "events"

urlpatterns = [
    path("<int:number>/", permanent.permanent, name="permanent"),
    # Registration
    path("mine/", registering.mine, name="mine"),
    path("<int:number>/register/", registering.register, name="register"),
    path("<int:number>/register/sent/", registering.asked, name="asked"),
    path("<int:number>/confirm/<str:token>/", registering.confirm, name="confirm"),
    path("<int:number>/mine/<str:secret>/", registering.own, name="own"),
    path("<int:number>/mine/<str:secret>/change/", registering.change, name="change_own"),
    path("<int:number>/mine/<str:secret>/offer/", registering.answer_offer, name="answer_offer"),
    path("<int:number>/mine/<str:secret>/cancel/", registering.cancel, name="cancel"),
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
]
