"""The coordinators' queue, and the page on which each member begins."""

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from groups.permissions import coordinates_some_group
from members.models import City, CityName
from members.requests import MemberRequest
from portal.desk.groups import Groups
from portal.desk.my_page import my_page
from portal.desk.queue import Queue, tasks_of_coordinator
from taxonomy.queries import preferred_labels

TASKS_A_PAGE = 30


@never_cache
@login_required
def my(request: MemberRequest) -> HttpResponse:
    """Where a member begins: what waits, what is new, own sheets, events and groups."""
    cities = City.objects.filter(people=request.user).prefetch_related(preferred_labels("labels", CityName))
    waiting = tasks_of_coordinator(request) if coordinates_some_group(request.user) else []
    context = {
        "my": my_page(request),
        "city": cities.first(),
        "waiting_in_queue": len(waiting),
        "late_in_queue": sum(task.is_late for task in waiting),
        "now": timezone.now(),
    }
    return render(request, "portal/desk/my.html", context)


@never_cache
@login_required
def queue(request: MemberRequest) -> HttpResponse:
    """All that waits for those who look after working groups, the oldest first."""
    if not coordinates_some_group(request.user):
        raise PermissionDenied(_("The queue is for the coordinators of the working groups."))
    groups = Groups(request)
    found = Queue(tasks_of_coordinator(request), groups, request.GET)
    page = Paginator(found.tasks, TASKS_A_PAGE).get_page(request.GET.get("page"))
    context = {"queue": found, "paged": page, "rows": groups.beside(page.object_list)}
    return render(request, "portal/desk/queue.html", context)
