from django.urls import path

from search import exports, feeds, judging_views, saved_search_views, views

app_name = "search"
urlpatterns = [
    path("", views.search, name="search"),
    path("booklet.pdf", exports.booklet, name="booklet"),
    path("export.<slug:file_format>", exports.export, name="export"),
    path("similar/", views.similar, name="similar"),
    # Searches that people keep, and their feeds.
    path("feed.atom", feeds.feed, name="feed"),
    path("saved/", saved_search_views.saved_searches, name="saved_searches"),
    path("saved/new/", saved_search_views.save, name="save_search"),
    path("saved/<int:pk>/", saved_search_views.edit, name="edit_saved_search"),
    path("saved/<int:pk>/pause/", saved_search_views.pause, name="pause_saved_search"),
    path("saved/<int:pk>/delete/", saved_search_views.delete, name="delete_saved_search"),
    path("saved/stop/<str:token>/", saved_search_views.stop, name="stop_saved_search"),
    # What coordinators say a query should find.
    path("judged/new/", judging_views.judge, name="judge"),
    path("judged/<int:pk>/", judging_views.judged_query, name="judged_query"),
    path("suggestions/", views.suggestions, name="suggestions"),
]
