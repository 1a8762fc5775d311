"""Addresses under ``sheets/``. Each group of them has a module in ``practices.views``."""

from django.urls import path

from practices.views import exports, permanent

app_name = "practices"

urlpatterns = [
    # permanent addresses
    path("<int:number>/", permanent.permanent, name="permanent"),
    path("<int:number>/<slug:language>/v<int:version>/", permanent.version, name="version"),
    # files and data
    path("<int:number>.pdf", exports.pdf, name="pdf"),
    path("<int:number>/<slug:language>/v<int:version>.pdf", exports.version_pdf, name="version_pdf"),
    path("<int:number>/<slug:language>/v<int:version>.<slug:file_format>", exports.citation, name="citation"),
    path("booklet.pdf", exports.booklet, name="booklet"),
    path("export.<slug:file_format>", exports.export, name="export"),
]
