"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.urls import path

from practices.views import coverage, permanent, recommendations

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # what surrounds the sheets
    path("recommendations/", recommendations.all_recommendations, name="recommendations"),
    path("coverage/", coverage.coverage, name="coverage"),
]
