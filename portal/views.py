"""Screens that join several domains, and the way from an address to a page."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.static import serve as serve_file
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page
from wagtail.views import serve as serve_page

from common.addresses import address_in
from common.languages import current_language, reading_order
from common.models import BasePage
from common.page_views import page_view, screen_view
from discussions.models import Thread
from discussions.translations import with_titles
from discussions.views import threads_about
from events.models import Event, EventPage
from events.queries import EventLists, event_cards, event_lists
from groups.models import WorkingGroup
from members.models import City, CityName, Organisation, User
from members.passkeys import log_in
from members.privacy import seen_people, shows
from members.views.accounts import go_on
from portal.actions import create_first_administrator, has_administrator
from portal.forms import FirstAdministratorForm
from portal.models import HomePage
from portal.related import presentations_of, related_events
from portal.setup_code import forget_setup_code
from practices.models import PracticeIndexPage, PracticeSheet, Project
from practices.queries import projects_with_partner, sheet_cards, themes_in_use
from practices.transfers import adoptions_by_city, adoptions_of_city_practices
from search.engine import IndexUnavailable
from search.engines import get_engine
from taxonomy.queries import preferred_labels

SHEETS_ON_HOME = 12
EVENTS_ON_HOME = 4
THREADS_ON_HOME = 5
THEMES_ON_HOME = 12
LONGEST_WAIT = timedelta(minutes=5)
_LOGGING_IN = frozenset({"login", "mfa_login_webauthn", "mfa_authenticate"})


# ---------------------------------------------------------------- what pages show of other domains


@page_view(HomePage)
def home(page: HomePage, request: HttpRequest) -> dict:
    threads = with_titles(Thread.objects.visible_to(request.user).for_list(), current_language())
    return {
        "sheets": sheet_cards(request)[:SHEETS_ON_HOME],
        "practice_index": PracticeIndexPage.objects.best_for(request).select_related("locale").first(),
        "themes": themes_in_use(request, THEMES_ON_HOME),
        "events": EventLists(
            list(event_cards(request).upcoming()[:EVENTS_ON_HOME]), list(event_cards(request).past()[:EVENTS_ON_HOME])
        ),
        "groups": WorkingGroup.objects.best_for(request).select_related("locale").order_by("title"),
        "threads": threads[:THREADS_ON_HOME],
    }


@page_view(WorkingGroup)
def working_group(page: WorkingGroup, request: HttpRequest) -> dict:
    return {
        "sheets": sheet_cards(request).filter(group__translation_key=page.translation_key),
        "events": event_lists(request, Q(event__group__translation_key=page.translation_key)),
    }


@page_view(Project)
def project_events(page: Project, request: HttpRequest) -> dict:
    return {"events": event_lists(request, Q(event__related_project__translation_key=page.translation_key))}


@page_view(EventPage)
def event(page: EventPage, request: HttpRequest) -> dict:
    return {
        "project": Project.objects.best_version_of(page.event.related_project, request),
        "group": WorkingGroup.objects.best_version_of(page.event.group, request),
        **sheets_of(page.event, request),
        **threads_about(page, request),
    }


@screen_view("events:programme", "events:session")
def presented(context: dict, request: HttpRequest) -> dict:
    return sheets_of(context["event"], request)


def sheets_of(event: Event, request: HttpRequest) -> dict:
    """The sheets that this reader may see of the practices that an event is about, and of those that its sessions
    present, by practice."""
    about = set(event.practices.values_list("pk", flat=True))
    concerned = Q(practice__in=about) | Q(practice__in=event.sessions.exclude(practice=None).values("practice"))
    sheets = {sheet.practice_id: sheet for sheet in sheet_cards(request).filter(concerned)}
    return {"sheets": sheets, "about": [sheet for key, sheet in sheets.items() if key in about]}


@page_view(PracticeSheet)
def sheet(page: PracticeSheet, request: HttpRequest) -> dict:
    group = WorkingGroup.objects.best_version_of(page.group, request)
    return {
        "group": group,
        "related_events": related_events(page, request),
        "presentations": presentations_of(page.practice, request),
        **threads_about(page, request),
    }


# ---------------------------------------------------------------- cities and organisations


def city(request: HttpRequest, key: str) -> HttpResponse:
    """What the portal has of one city."""
    found = get_object_or_404(City.objects.prefetch_related(preferred_labels("labels", CityName)), key=key)
    context = {
        "city": found,
        "names": found.names_by_language(),
        "organisations": found.organisations.order_by("name"),
        "people": seen_people(User.objects.visible_to(request.user).filter(city=found).for_list(), request.user),
        "sheets": sheet_cards(request).filter(city=found),
        "taken": adoptions_by_city(found, request),
        "given": adoptions_of_city_practices(found, request),
        "events": event_lists(request, Q(event__city=found)),
    }
    return render(request, "portal/city.html", context)


def organisation(request: HttpRequest, key: str) -> HttpResponse:
    """What the portal has of one organisation."""
    organisations = Organisation.objects.select_related("city").prefetch_related(
        preferred_labels("city__labels", CityName)
    )
    found = get_object_or_404(organisations, key=key)
    context = {
        "organisation": found,
        "people": seen_people(_shown_members_of(found, request), request.user),
        "sheets": sheet_cards(request).filter(organisation=found),
        "projects": projects_with_partner(found, request),
        "events": event_lists(request, Q(event__organiser=found)),
    }
    return render(request, "portal/organisation.html", context)


def _shown_members_of(organisation: Organisation, request: HttpRequest) -> QuerySet[User]:
    """Those who let this reader see where they work."""
    people = User.objects.visible_to(request.user).filter(shows("organisation", request.user))
    return people.filter(organisation=organisation).for_list()


# ---------------------------------------------------------------- from an address to a page


def serve(request: HttpRequest, path: str) -> HttpResponse:
    """Answer with the page at this address or, where this language has none, with the best other version.

    ``/de/practices/bart/`` is the English page's address under the German prefix: a reader whose best version is
    that one sees it there; one whose language has a version of its own is sent to that version's address.
    """
    if Page.route_for_request(request, path):
        try:
            return serve_page(request, path)
        except Http404:
            # Not for this reader; what another language has here may be.
            pass
    found = _find_in_other_languages(request, path)
    best = type(found).objects.best_version_of(found, request)
    if best is None:
        raise Http404
    address = address_in(best, current_language(), request)
    if address != request.path:
        return redirect(address)
    return best.serve(request)


def _find_in_other_languages(request: HttpRequest, path: str) -> BasePage:
    """The page that this reader may see at this path under another language's prefix. Raises Http404."""
    components = [component for component in path.split("/") if component]
    order = reading_order(request)
    homes = sorted(HomePage.objects.select_related("locale"), key=lambda home: order.index(home.locale.language_code))
    for home_page in homes:
        try:
            page, args, _kwargs = home_page.route(request, components)
        except Http404:
            continue
        if isinstance(page, BasePage) and not args and page.is_visible_to(request.user):
            return page
    raise Http404


def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded picture, for sites without a web server in front."""
    try:
        return serve_file(request, path, document_root=str(settings.MEDIA_ROOT))
    except OSError as error:
        # A name that no file system takes.
        raise Http404 from error


def nothing(request: HttpRequest) -> HttpResponse:
    raise Http404


# ---------------------------------------------------------------- first run


@never_cache
def welcome(request: HttpRequest) -> HttpResponse:
    """Make the first administrator; afterwards, show an administrator what comes next."""
    if has_administrator():
        if request.user.is_superuser:
            return render(request, "portal/next_steps.html")
        raise Http404
    form = FirstAdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        answers = {name: value for name, value in form.cleaned_data.items() if name != "setup_code"}
        user = create_first_administrator(**answers, language=current_language())
        forget_setup_code()
        return log_in(request, user, passkey=None, then=reverse("welcome"))
    return render(request, "portal/welcome.html", {"form": form}, status=422 if form.errors else 200)


# ---------------------------------------------------------------- errors and health


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    reason = str(exception) or _("You may not do this.")
    return render(request, "403.html", {"reason": reason}, status=403)


def form_too_old(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Instead of Django's page for a form without a valid token: logging in, in another tab, makes a new one."""
    name = request.resolver_match.view_name if request.resolver_match else ""
    if request.user.is_authenticated and name in _LOGGING_IN:
        return go_on(request)
    explanation = _(
        "The form was open for too long, you logged in or out in another tab meanwhile, or cookies are off. Go back,"
        " reload the page, and send it again; your browser usually keeps what you typed."
    )
    return render(request, "403.html", {"reason": explanation, "again": _page_with_form(request)}, status=403)


def _page_with_form(request: HttpRequest) -> str:
    """The page on which the form stood, as far as the browser says so."""
    address = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_ours else request.get_full_path()


def healthz(request: HttpRequest) -> HttpResponse:
    return HttpResponse("alive\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Whether database, index and queue can do their work; 503 when one cannot."""
    parts = {"database": _database_state(), "index": _index_state(), "queue": _queue_state()}
    return JsonResponse(parts, status=200 if all(part["ok"] for part in parts.values()) else 503)


def _database_state() -> dict:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return {"ok": False, "reason": type(error).__name__}
    return {"ok": True, "vendor": connection.vendor}


def _index_state() -> dict:
    try:
        health = get_engine().health()
    except IndexUnavailable:
        return {"ok": False, "reason": "There is no usable index."}
    modes = ["lexical", "semantic", "hybrid"] if health.is_semantic else ["lexical"]
    return {"ok": True, "documents": health.documents, "version": health.version, "modes": modes}


def _queue_state() -> dict:
    """The queue is not in order when a job has waited for longer than a worker that lives would let it."""
    try:
        waiting = DBTaskResult.objects.ready()
        oldest = waiting.order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
        count = waiting.count()
    except DatabaseError as error:
        return {"ok": False, "reason": type(error).__name__}
    is_late = oldest is not None and timezone.now() - oldest > LONGEST_WAIT
    return {"ok": not is_late, "waiting": count} | ({"reason": "No worker takes the jobs up."} if is_late else {})
