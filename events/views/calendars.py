"""Events for calendar programs, and the page where people make the secret address of their own calendar."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Site

from common.languages import complete_order, current_language
from events import calendar_feeds
from events.actions.calendar_keys import choose_for_calendar, make_calendar_key, note_use, revoke_calendar_key
from events.calendars import CONTENT_TYPE, Entry, calendar_file
from events.models import CalendarKey, Registration
from members.requests import MemberRequest

FRESH_SECONDS = 900
# How long it is remembered since when a calendar has been as it is. Forgotten earlier, it is sent once more.
_REMEMBERED = timedelta(days=60)


# ---------------------------------------------------------------- public


@require_safe
def public_calendar(request: HttpRequest) -> HttpResponse:
    """The calendar to subscribe to: all public events, or those that the address asks for."""
    choice = calendar_feeds.choice_of(request.GET)
    entries = calendar_feeds.public_entries(choice, current_language())
    name = f"{_network(request)}: {choice.name}" if _network(request) else choice.name
    return _answer(request, entries, name=name, file_name="events")


@require_safe
def event_file(request: HttpRequest, number: int) -> HttpResponse:
    """One event, to be added to a calendar."""
    entry, is_public = _event_entry(request, number)
    return _answer(request, [entry], name=entry.page.title, file_name=entry.page.slug, is_public=is_public)


@require_safe
def programme_file(request: HttpRequest, number: int) -> HttpResponse:
    """One event with all sessions of its programme whose times are known."""
    entry, is_public = _event_entry(request, number)
    entries = [entry, *calendar_feeds.session_entries(entry)]
    return _answer(request, entries, name=entry.page.title, file_name=entry.page.slug, is_public=is_public)


@require_safe
def session_file(request: HttpRequest, number: int, pk: int) -> HttpResponse:
    """One session; 404 also for one whose times are not known yet: no calendar could show it."""
    entry, is_public = _event_entry(request, number)
    entries = calendar_feeds.session_entries(entry, pk=pk)
    if not entries:
        raise Http404
    file_name = f"{entry.page.slug}-{pk}"
    return _answer(request, entries, name=entry.page.title, file_name=file_name, is_public=is_public)


def _event_entry(request: HttpRequest, number: int) -> tuple[Entry, bool]:
    """The event with this number as this person may read it, and whether everybody may."""
    languages = (current_language(),)
    try:
        return calendar_feeds.event_entry(number, AnonymousUser(), languages), True
    except Http404:
        return calendar_feeds.event_entry(number, request.user, languages), False


# ---------------------------------------------------------------- for one person


@require_safe
def own_calendar(request: HttpRequest, key: str) -> HttpResponse:
    """The calendar behind a secret address. 410 once it is revoked: programs then stop asking."""
    found = CalendarKey.objects.select_related("user").filter(key=key).first()
    if found is None or not found.user.is_active:
        raise Http404
    if found.revoked_at:
        return HttpResponse(_("This address was revoked."), status=410, content_type="text/plain; charset=utf-8")
    note_use(key=found)
    languages = complete_order((*found.user.languages, current_language()))
    with translation.override(languages[0]):
        entries = calendar_feeds.own_entries(found, languages)
        name = _("My events: %(network)s") % {"network": _network(request)}
        return _answer(request, entries, name=name, file_name="my-events", is_public=False, zone=found.user.zone)


@require_safe
def guest_calendar(request: HttpRequest, number: int, secret: str) -> HttpResponse:
    """The event of somebody who has registered, behind the secret of that registration's letters."""
    registration = get_object_or_404(Registration.objects.select_related("user"), event=number, secret=secret)
    if registration.user and not registration.user.is_active:
        raise Http404
    with translation.override(registration.language):
        entries = calendar_feeds.guest_entries(registration)
        page = entries[0].page
        return _answer(request, entries, name=page.title, file_name=page.slug, is_public=False)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def calendar_page(request: MemberRequest) -> HttpResponse:
    """Where people make, see, renew and revoke the address of their own calendar."""
    if request.method == "POST":
        _change(request, request.POST.get("do", ""))
        return redirect("events:calendar")
    key = CalendarKey.objects.filter(user=request.user, revoked_at=None).first()
    return render(request, "events/calendar.html", {"key": key})


def _change(request: MemberRequest, wish: str) -> None:
    with_groups = "with_groups" in request.POST
    if wish == "make":
        make_calendar_key(user=request.user, with_groups=with_groups)
        messages.success(request, _("Your calendar has an address now."))
    elif wish == "renew":
        make_calendar_key(user=request.user, with_groups=with_groups)
        messages.success(request, _("Your calendar has a new address; the old one does not work any more."))
    elif wish == "choose":
        choose_for_calendar(user=request.user, with_groups=with_groups)
        messages.success(request, _("Saved. Calendar programs will show it when they look the next time."))
    elif wish == "revoke":
        revoke_calendar_key(user=request.user)
        messages.success(request, _("The address does not work any more."))


# ---------------------------------------------------------------- the answer


def _answer(
    request: HttpRequest,
    entries: Sequence[Entry],
    *,
    name: str,
    file_name: str,
    is_public: bool = True,
    zone: ZoneInfo | None = None,
) -> HttpResponse:
    """The calendar, or 304 if the program has it already."""
    zone = zone or (entries[0].event.zone if len(entries) == 1 else ZoneInfo(settings.TIME_ZONE))
    content = calendar_file(entries, name=name, language=current_language(), zone=zone)
    etag = quote_etag(hashlib.blake2b(content, digest_size=12).hexdigest())
    since = _unchanged_since(request, etag)
    response = HttpResponse(content, content_type=CONTENT_TYPE)
    response["ETag"], response["Last-Modified"] = etag, http_date(since.timestamp())
    response["Content-Disposition"] = f'inline; filename="{slugify(file_name) or "calendar"}.ics"'
    if is_public:
        patch_cache_control(response, public=True, max_age=FRESH_SECONDS)
    else:
        patch_cache_control(response, private=True, no_cache=True)
        response["X-Robots-Tag"] = "noindex, nofollow"
    return get_conditional_response(request, etag, int(since.timestamp()), response) or response


def _unchanged_since(request: HttpRequest, etag: str) -> datetime:
    """Since when this calendar has been what it is.

    The latest change of what it contains would not do: of what was withdrawn since, nothing is in it. So it is noted
    when each content was first sent; two that follow each other never have the same second.
    """
    asked = [request.path, *(request.GET.get(name, "") for name in calendar_feeds.PARAMETERS)]
    address = hashlib.blake2b("\n".join(asked).encode(), digest_size=16).hexdigest()
    place = f"events.calendar.{address}"
    known: tuple[str, datetime] | None = cache.get(place)
    if known and known[0] == etag:
        return known[1]
    now = datetime.now(UTC).replace(microsecond=0)
    since = max(now, known[1] + timedelta(seconds=1)) if known else now
    cache.set(place, (etag, since), int(_REMEMBERED.total_seconds()))
    return since


def _network(request: HttpRequest) -> str:
    site = Site.find_for_request(request)
    return str(site.site_name) if site else ""
