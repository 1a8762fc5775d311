"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import permanent

app_name = "events"

urlpatterns = [
    path("<int:number>/", permanent.permanent, name="permanent"),
]
