from django.urls import path

from notifications import following_views, inbox_views, views

app_name = "notifications"
urlpatterns = [
    path("", views.preferences, name="preferences"),
    path("stop/<str:token>/", views.stop, name="stop"),
    path("works-again/", views.works_again, name="works_again"),
    path("addresses/", views.troubles, name="troubles"),
    path("inbox/", inbox_views.inbox, name="inbox"),
    path("inbox/read/", inbox_views.read, name="read"),
    path("following/", following_views.following, name="following"),
    path("following/change/", following_views.follow, name="follow"),
]
