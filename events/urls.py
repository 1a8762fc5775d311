"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import letters, permanent

app_name = "events"

urlpatterns = [
    path("<int:number>/", permanent.permanent, name="permanent"),
    # Letters.
    path("letters/stop/<str:token>/", letters.stop_letters, name="stop_letters"),
    # The registration of one person; in the place of the screen that is to come.
    path("<int:number>/mine/<str:secret>/", letters.own, name="own"),
]
