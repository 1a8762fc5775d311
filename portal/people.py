"""The list of people and the page of one: who they are as far as they show it, and the groups that they belong to."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from common.addresses import address_for
from common.page_views import screen_view
from groups.models import Membership, WorkingGroup, WorkingGroupIndexPage
from groups.permissions import Reader
from members.directory import PeopleFilters, active_filters, filter_fields, find_people
from members.models import User, UserQuerySet
from members.privacy import seen, seen_people, shows
from members.requests import MemberRequest

ON_A_PAGE = 30

# As whom people can look at their own page.
_OTHERS: dict[str, Callable[[], Reader]] = {"members": User, "everybody": AnonymousUser}


@never_cache
@login_required
def people(request: MemberRequest) -> HttpResponse:
    """All who want to be found by members, by name, city, language, expertise and group."""
    filters = PeopleFilters.from_query(request.GET)
    groups = _groups_to_choose(request)
    found = find_people(filters, request.user)
    if filters.group:
        found = _of_group(found, filters.group, request.user) if filters.group in dict(groups) else found.none()
    paged = Paginator(found.for_list(), ON_A_PAGE).get_page(request.GET.get("page"))
    offered = filter_fields(filters, request.user, groups)
    context = {
        "filters": filters,
        "fields": offered,
        "active_filters": active_filters(filters, offered),
        "paged": paged,
        "people": seen_people(paged, request.user),
    }
    return render(request, "members/people.html", context)


def person(request: HttpRequest, pk: int) -> HttpResponse:
    """What one person shows to this reader; of those who show nothing there is no page, but for themselves."""
    is_self = request.user.pk == pk
    shown = User.objects.all() if is_self else User.objects.visible_to(request.user)
    found = shown.for_list().filter(pk=pk).first()
    if found is None:
        raise Http404
    seen_as = request.GET.get("as", "") if is_self else ""
    reader = _OTHERS[seen_as]() if seen_as in _OTHERS else request.user
    one = seen(found, reader, with_expertise=True)
    keys = Membership.objects.filter(user=found).order_by().values("group__translation_key")
    groups = WorkingGroup.objects.filter(translation_key__in=keys).best_for(request).select_related("locale")
    context = {
        "person": one,
        # Those without a name have no page but for themselves.
        "name": one.name or found.email,
        "groups": groups.order_by("title") if one.shows_groups else [],
        "is_self": is_self,
        "seen_as": seen_as if seen_as in _OTHERS else "",
        "is_hidden": is_self and not User.objects.visible_to(reader).filter(pk=pk).exists(),
    }
    return render(request, "members/person.html", context)


@screen_view("sign_up")
def way_to_the_groups(context: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """Whoever wants an account asks a group to be admitted."""
    index = WorkingGroupIndexPage.objects.best_for(request).first()
    return {"groups_address": address_for(index, request) if index else ""}


def _of_group(people: UserQuerySet, key: str, reader: Reader) -> UserQuerySet:
    members = Membership.objects.filter(group__translation_key=key).order_by().values("user")
    return people.filter(shows("groups", reader), pk__in=members)


def _groups_to_choose(request: HttpRequest) -> list[tuple[str, str]]:
    groups = WorkingGroup.objects.best_for(request).order_by("title")
    return [(str(group.translation_key), group.title) for group in groups]
