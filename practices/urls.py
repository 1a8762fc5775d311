"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.urls import path

from practices.views import permanent, writing

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # writing
    path("mine/", writing.mine, name="mine"),
    path("new/", writing.new, name="new"),
    path("<int:pk>/write/", writing.write, name="write"),
    path("<int:pk>/write/<slug:tab>/", writing.write, name="write"),
    path("<int:pk>/preview/", writing.preview, name="preview"),
    path("<int:pk>/submit/", writing.submit, name="submit"),
    path("<int:pk>/take-back/", writing.take_back, name="take_back"),
    path("<int:pk>/delete/", writing.delete, name="delete"),
    path("<int:pk>/authors/", writing.authors, name="authors"),
]
