"""What stands between people who use the editor and the pages of groups that do not concern them."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found
from wagtail.admin.auth import permission_denied
from wagtail.models import Page

from groups.models import WorkingGroup, WorkingGroupIndexPage
from groups.permissions import Reader, get_group, get_group_to_manage, is_administrator

# What the addresses of the editor call the pages that they are about.
_NAMES = ("page_id", "parent_page_id", "page_to_move_id", "page_pk")
_WITH_PK = frozenset({"wagtailadmin_pages:revisions_compare", "wagtailadmin_api:pages:action"})
# These name pages in their query.
_BULK, _CHOSEN = "wagtail_bulk_action", "wagtailadmin_choose_page_chosen_multiple"
# Views that only name a page, and what is below it as far as its reader may know of that.
_NAMING = frozenset({"wagtailadmin_explore", "wagtailadmin_explore_results", "wagtailadmin_choose_page_child", _CHOSEN})
# Views that count what is below a page, or do the same with it.
_REACHING_BELOW = frozenset(
    {
        "wagtailadmin_pages:copy",
        "wagtailadmin_pages:move",
        "wagtailadmin_pages:move_confirm",
        "wagtailadmin_pages:delete",
        "wagtailadmin_pages:unpublish",
        "wagtailadmin_api:pages:action",
        "simple_translation:submit_page_translation",
        _BULK,
    }
)
# What their forms call the place to which pages are copied or moved.
_PLACES = ("new_parent_page", "chooser")
_HIGHEST_ID = 2**31 - 1


class GroupsInEditorMiddleware:
    """The one rule for all views of the editor that name pages: that of a group is there for whoever may learn of the
    group, and used by those who look after it; what reaches all groups at once is for administrators.

    Permissions of Wagtail decide over the rest: over buttons, and what is done with several pages at once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: Any, kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        if not request.path.startswith(reverse("wagtailadmin_home")):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        numbers = _pages_named(request, name, kwargs)
        # Whoever may not use the editor at all is told so by the editor.
        if not numbers or is_administrator(request.user) or not _uses_editor(request.user):
            return None
        try:
            _require_groups(request.user, name, numbers, _places_named(request, name, kwargs))
        except Http404 as missing:
            # As the editor says it of pages that do not exist.
            return never_cache(page_not_found)(request, missing, template_name="wagtailadmin/404.html")
        except PermissionDenied:
            return permission_denied(request)
        return None


def _uses_editor(user: Any) -> bool:
    return bool(user.has_perm("wagtailadmin.access_admin"))


def _pages_named(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> set[int]:
    """The pages that an address of the editor is about; the root, which is above all, where it means every page."""
    names = (*_NAMES, "pk") if name in _WITH_PK else _NAMES
    named = [str(kwargs[each]) for each in names if each in kwargs]
    if name == _CHOSEN or (name == _BULK and (kwargs["app_label"], kwargs["model_name"]) == ("wagtailcore", "page")):
        ids = request.GET.getlist("id")
        named += ids
        if "all" in ids:
            named.append(request.GET.get("childOf") or str(Page.get_first_root_node().pk))
    return _numbers(named)


def _places_named(request: HttpRequest, name: str, kwargs: dict[str, Any]) -> set[int]:
    """Where pages are copied or moved to."""
    named = [str(kwargs["destination_id"])] if "destination_id" in kwargs else []
    for each in _PLACES if name in _REACHING_BELOW else ():
        named += request.POST.getlist(each)
    return _numbers(named)


def _numbers(named: list[str]) -> set[int]:
    return {int(each) for each in named if each.isdecimal() and int(each) <= _HIGHEST_ID}


def _require_groups(user: Reader, name: str, numbers: set[int], places: set[int]) -> None:
    """Raises Http404 where one of the pages is a group of which ``user`` may not learn, PermissionDenied where others
    look after it, or where something is done to all groups."""
    require = get_group if name in _NAMING else get_group_to_manage
    for number in WorkingGroup.objects.filter(pk__in=numbers | places).values_list("pk", flat=True):
        require(user, number)
    if name in _REACHING_BELOW and _are_above_groups(numbers):
        raise PermissionDenied


def _are_above_groups(numbers: set[int]) -> bool:
    above = Q()
    for path in Page.objects.filter(pk__in=numbers).values_list("path", flat=True):
        above |= Q(path__startswith=path)
    return bool(above) and WorkingGroupIndexPage.objects.filter(above).exists()
