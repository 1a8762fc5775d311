from django.urls import path

from discussions import views

app_name = "discussions"
urlpatterns = [
    path("<int:pk>/", views.thread, name="thread"),
    path("new/<int:group_pk>/", views.new_thread, name="new_thread"),
]
