"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.urls import path

from practices.views import adoptions, permanent

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # adoptions
    path("<int:number>/adopt/", adoptions.adopt, name="adopt"),
    path("adoptions/", adoptions.adoptions, name="adoptions"),
    path("adoptions/waiting/", adoptions.waiting, name="adoptions_waiting"),
    path("adoptions/<int:pk>/", adoptions.adoption, name="adoption"),
    path("adoptions/<int:pk>/change/", adoptions.change, name="change_adoption"),
    path("adoptions/<int:pk>/confirm/", adoptions.confirm, name="confirm_adoption"),
    path("adoptions/<int:pk>/decline/", adoptions.decline, name="decline_adoption"),
    path("adoptions/<int:pk>/withdraw/", adoptions.withdraw, name="withdraw_adoption"),
]
