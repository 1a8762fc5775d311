"""Choosing a new password, known or forgotten."""

from django.contrib.auth import views
from django.urls import path

from members.views import PasswordChange

urlpatterns = [
    path("change/", PasswordChange.as_view(), name="password_change"),
    path(
        "reset/",
        views.PasswordResetView.as_view(
            template_name="members/password_reset.html",
            email_template_name="emails/members/password_reset.txt",
            subject_template_name="emails/members/password_reset_subject.txt",
        ),
        name="password_reset",
    ),
    path(
        "reset/sent/",
        views.PasswordResetDoneView.as_view(template_name="members/password_reset_done.html"),
        name="password_reset_done",
    ),
    path(
        "reset/<uidb64>/<token>/",
        views.PasswordResetConfirmView.as_view(template_name="members/password_reset_confirm.html"),
        name="password_reset_confirm",
    ),
    path(
        "reset/done/",
        views.PasswordResetCompleteView.as_view(template_name="members/password_reset_complete.html"),
        name="password_reset_complete",
    ),
]
