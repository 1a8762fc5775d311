"""All addresses. The language comes first, then the screens, then Wagtail's pages."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from members.views import accounts
from portal import leaving_views, people, session_sheet_views, views, vocabulary
from portal.asking.views import answers, calls, questions
from portal.desk import views as desk_views

handler404 = "portal.views.page_not_found"
handler403 = "portal.views.permission_denied"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    # There is one way in: Wagtail's own form would ask for no second factor.
    path("cms/login/", accounts.log_in_to_editor, name="log_in_to_editor"),
    path("cms/", include(wagtailadmin_urls)),
    # Ids that no database holds are not worth asking it.
    re_path(r"^documents/\d{10,}/", views.nothing),
    path("documents/login/", accounts.log_in_to_file, name="wagtailcore_login"),
    path("documents/", include(wagtaildocs_urls)),
    # Pictures only: documents are handed out by Wagtail, which knows the privacy of their collection.
    re_path(r"^media/(?P<path>images/.*)$", views.picture),
    # What concepts are called for ever (SKOS): each leads to its page or its data.
    path("vocabulary/", vocabulary.uri),
    path("vocabulary/<slug:key>", vocabulary.uri),
    path("vocabulary/schemes/<slug:scheme>", vocabulary.scheme_uri),
    *i18n_patterns(
        path("welcome/", views.welcome, name="welcome"),
        path("my/", desk_views.my, name="my"),
        path("queue/", desk_views.queue, name="queue"),
        path("search/", include("search.urls")),
        path("discussions/", include("discussions.urls")),
        path("sheets/<int:number>/ask/", questions.ask, name="ask_city"),
        path("sheets/answers/offer/<int:pk>/", answers.offer, name="offer_answer"),
        path("sheets/answers/mine/<int:pk>/", answers.own_answer, name="own_answer"),
        path("sheets/answers/consent/<str:token>/", answers.consent, name="answer_consent"),
        path("sheets/answers/<int:pk>/remove/", answers.remove, name="remove_answer"),
        path("calls/", calls.calls, name="calls"),
        path("calls/new/", calls.new, name="new_call"),
        path("calls/<int:pk>/", calls.call, name="call"),
        path("calls/<int:pk>/end/", calls.end, name="end_call"),
        path("calls/<int:pk>/sheet/", calls.draft, name="draft_from_call"),
        path("sheets/", include("practices.urls")),
        path(
            "meetings/<int:number>/sessions/<int:pk>/sheet/",
            session_sheet_views.session_sheet,
            name="session_sheet",
        ),
        path("meetings/", include("events.urls")),
        path("working-groups/", include("groups.urls")),
        path("cities/<slug:key>/", views.city, name="city"),
        path("vocabulary/", vocabulary.vocabulary, name="vocabulary"),
        path("vocabulary/vocabulary.<slug:suffix>", vocabulary.download, name="vocabulary_file"),
        path("vocabulary/<slug:key>.<slug:suffix>", vocabulary.download, name="concept_file"),
        path("vocabulary/<slug:key>/", vocabulary.concept, name="concept"),
        path("organisations/<slug:key>/", views.organisation, name="organisation"),
        path("leaving/", leaving_views.leaving, name="leaving"),
        path("leaving/<int:pk>/", leaving_views.leaving_person, name="leaving_person"),
        path("mail/", include("notifications.urls")),
        path("people/", people.people, name="people"),
        path("people/<int:pk>/", people.person, name="person"),
        path("", include("members.urls")),
        path("", views.serve, {"path": ""}, name="home"),
        re_path(r"^((?:[\w\-]+/)*)$", views.serve, name="wagtail_serve"),
    ),
]
