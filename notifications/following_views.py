"""Following things, and hearing nothing of them."""

from collections import defaultdict

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from notifications.models import Subscription
from notifications.topics import Topic, mute, read_topics, topics_found_elsewhere, unfollow
from notifications.topics import follow as follow_topic


@never_cache
@login_required
@require_safe
def following(request: HttpRequest) -> HttpResponse:
    """All that one follows, by what it is, and what one does not want to hear of."""
    subscriptions = list(Subscription.objects.filter(user=request.user.pk))
    elsewhere = topics_found_elsewhere(request)
    topics = read_topics([each.topic for each in subscriptions] + elsewhere, request)
    followed: dict[str, list[tuple[Topic, bool]]] = defaultdict(list)
    muted = []
    for subscription in subscriptions:
        if topic := topics.get(subscription.topic):
            if subscription.is_muted:
                muted.append(topic)
            else:
                followed[str(topic.kind)].append((topic, True))
    for key in elsewhere:
        if topic := topics.get(key):
            followed[str(topic.kind)].append((topic, False))
    kinds = [(kind, sorted(found, key=lambda each: each[0].title.casefold())) for kind, found in followed.items()]
    context = {"kinds": sorted(kinds), "muted": muted, "count": sum(len(found) for _kind, found in kinds)}
    return render(request, "notifications/following.html", context)


@login_required
@require_POST
def follow(request: HttpRequest) -> HttpResponse:
    """Follow ``topic``, stop following it, or mute it, as ``act`` says; back to the page from which that was asked.

    Raises Http404 for what this reader may not see.
    """
    key = request.POST.get("topic", "")
    topic = read_topics([key], request).get(key)
    if topic is None:
        raise Http404
    pk, title = int(request.user.pk or 0), {"title": topic.title}
    match request.POST.get("act"):
        case "follow":
            follow_topic(user_pk=pk, topic=topic.key)
            words = _("You follow “%(title)s” now.") % title
        case "mute":
            mute(user_pk=pk, topic=topic.key)
            words = _("You hear nothing of “%(title)s” any more, unless somebody names you.") % title
        case "unfollow":
            unfollow(user_pk=pk, topic=topic.key)
            words = _("You no longer follow “%(title)s”.") % title
        case _unknown:
            raise Http404
    messages.success(request, words)
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    way = request.POST.get("next", "")
    is_own = url_has_allowed_host_and_scheme(way, {request.get_host()}, require_https=request.is_secure())
    return way if is_own else reverse("notifications:following")
