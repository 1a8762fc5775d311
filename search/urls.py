from django.urls import path

from search import exports, views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("booklet.pdf", exports.booklet, name="booklet"),
    path("export.<slug:file_format>", exports.export, name="export"),
    path("similar/", views.similar, name="similar"),
    path("suggestions/", views.suggestions, name="suggestions"),
]
