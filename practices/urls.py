"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.urls import path

from practices.views import importing, permanent

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # import from a spreadsheet
    path("import/", importing.import_start, name="import"),
    path("import/template.xlsx", importing.template, name="import_template"),
    path("import/<slug:token>/", importing.import_report, name="import_report"),
]
