"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.shortcuts import redirect
from django.urls import path

from practices.views import permanent

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    path("<int:pk>/write/<slug:tab>/", lambda request, pk, tab: redirect("home"), name="write"),
]
