"""The inbox: what one was told of, and marking it read."""

from datetime import UTC, datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications.inbox import inbox_of, unread_count, unread_topics
from notifications.topics import read_topic


@never_cache
@login_required
@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """What one was told of, by topic; ``?show=unread`` leaves out what is read."""
    only_unread = request.GET.get("show") == "unread"
    topics, page = inbox_of(request.user, request.GET.get("page"), only_unread=only_unread)
    context = {
        "topics": topics,
        "page_of_topics": page,
        "only_unread": only_unread,
        "query": "show=unread" if only_unread else "",
        "unread": unread_count(request.user),
        # What comes while this is read stays unread.
        "until": timezone.now().timestamp(),
    }
    return render(request, "notifications/inbox.html", context)


@login_required
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark ``topic`` as read, or everything without one, as far as it happened ``until`` the page was shown."""
    until = _moment(request.POST.get("until", ""))
    topic = request.POST.get("topic", "")
    for each in [topic] if topic else unread_topics(request.user, until):
        read_topic(user=request.user, topic=each, until=until)
    if not topic:
        messages.success(request, _("Everything in your inbox is read."))
    query = {name: request.POST[name] for name in ("show", "page") if request.POST.get(name)}
    return redirect(f"{reverse('notifications:inbox')}{f'?{urlencode(query)}' if query else ''}")


def _moment(timestamp: str) -> datetime:
    """What a form says, but not later than now."""
    now = timezone.now()
    try:
        return min(datetime.fromtimestamp(float(timestamp), UTC), now)
    except (ValueError, OverflowError, OSError):
        return now
