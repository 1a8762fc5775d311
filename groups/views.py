"""What the pages of working groups show."""

from django.http import HttpRequest

from common.page_views import page_view
from groups.models import WorkingGroup, WorkingGroupIndexPage
from taxonomy.queries import concepts_of, preferred_labels


@page_view(WorkingGroupIndexPage)
def working_group_list(page: WorkingGroupIndexPage, request: HttpRequest) -> dict:
    groups = (
        WorkingGroup.objects.best_for(request)
        .select_related("locale")
        .prefetch_related(preferred_labels("themes__labels"))
    )
    return {"groups": groups.order_by("title")}


@page_view(WorkingGroup)
def working_group(page: WorkingGroup, request: HttpRequest) -> dict:
    return {"themes": concepts_of(page.themes)}
