"""All addresses. The language comes first, then the screens, then Wagtail's pages."""

from django.conf.urls.i18n import i18n_patterns
from django.contrib.auth import views as auth_views
from django.urls import include, path, re_path
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from members import views as member_views
from portal import session_sheet_views, views, vocabulary

handler404 = "portal.views.page_not_found"
handler403 = "portal.views.permission_denied"

urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("readyz", views.readyz, name="readyz"),
    path("cms/", include(wagtailadmin_urls)),
    # Ids that no database holds are not worth asking it.
    re_path(r"^documents/\d{10,}/", views.nothing),
    path("documents/", include(wagtaildocs_urls)),
    # Pictures only: documents are handed out by Wagtail, which knows the privacy of their collection.
    re_path(r"^media/(?P<path>images/.*)$", views.picture),
    # What concepts are called for ever (SKOS): each leads to its page or its data.
    path("vocabulary/", vocabulary.uri),
    path("vocabulary/<slug:key>", vocabulary.uri),
    path("vocabulary/schemes/<slug:scheme>", vocabulary.scheme_uri),
    *i18n_patterns(
        path("welcome/", views.welcome, name="welcome"),
        path("search/", include("search.urls")),
        path("discussions/", include("discussions.urls")),
        path("sheets/", include("practices.urls")),
        path(
            "meetings/<int:number>/sessions/<int:pk>/sheet/",
            session_sheet_views.session_sheet,
            name="session_sheet",
        ),
        path("meetings/", include("events.urls")),
        path("cities/<slug:key>/", views.city, name="city"),
        path("vocabulary/", vocabulary.vocabulary, name="vocabulary"),
        path("vocabulary/vocabulary.<slug:suffix>", vocabulary.download, name="vocabulary_file"),
        path("vocabulary/<slug:key>.<slug:suffix>", vocabulary.download, name="concept_file"),
        path("vocabulary/<slug:key>/", vocabulary.concept, name="concept"),
        path("organisations/<slug:key>/", views.organisation, name="organisation"),
        path("login/", auth_views.LoginView.as_view(template_name="members/login.html"), name="login"),
        path("password/", include("members.urls")),
        path("profile/", member_views.profile, name="profile"),
        path("profile/mail/", member_views.mail, name="profile_mail"),
        path("mail/", include("notifications.urls")),
        path("logout/", auth_views.LogoutView.as_view(), name="logout"),
        path("", views.serve, {"path": ""}, name="home"),
        re_path(r"^((?:[\w\-]+/)*)$", views.serve, name="wagtail_serve"),
    ),
]
