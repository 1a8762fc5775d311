"""Screens of events. Their pages are Wagtail's, under the list of events."""

from django.urls import path

from events.views import permanent, programme, series

app_name = "events"

urlpatterns = [
    path("<int:number>/", permanent.permanent, name="permanent"),
    # The programme, for readers
    path("<int:number>/programme/", programme.programme, name="programme"),
    path("<int:number>/sessions/<int:pk>/", programme.session, name="session"),
    path("series/<slug:key>/", series.series, name="series"),
]
