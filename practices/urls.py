"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.shortcuts import redirect
from django.urls import path

from practices.views import importing, permanent, reviewing, verifying

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # import from a spreadsheet
    path("import/", importing.import_start, name="import"),
    path("import/template.xlsx", importing.template, name="import_template"),
    path("import/<slug:token>/", importing.import_report, name="import_report"),
    # review
    path("criteria/", reviewing.criteria, name="criteria"),
    path("review/", reviewing.queue, name="review_queue"),
    path("review/<int:pk>/", reviewing.review, name="review"),
    path("<int:pk>/status/", reviewing.status, name="status"),
    path("<int:pk>/submit/", reviewing.submit, name="submit"),
    path("<int:pk>/withdraw/", reviewing.withdraw, name="withdraw"),
    path("<int:pk>/write/<slug:tab>/", lambda request, pk, tab: redirect("practices:status", pk), name="write"),
    # still true?
    path("verify/<str:token>/", verifying.verify, name="verify"),
]
