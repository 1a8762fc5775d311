"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import permanent, programme, registering, series

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
    # The programme, for readers
    path("<int:number>/programme/", programme.programme, name="programme"),
    path("<int:number>/sessions/<int:pk>/", programme.session, name="session"),
    path("series/<slug:key>/", series.series, name="series"),
]
