"""What the pages of working groups show."""

from django.http import HttpRequest

from common.page_views import page_view
from groups.enums import Openness
from groups.keys import invitation_address
from groups.models import WorkingGroup, WorkingGroupIndexPage
from groups.permissions import memberships_of
from groups.queries import member_counts, shown_people_of
from groups.standing import standing_towards
from groups.views.screens import tabs
from members.models import CityName
from taxonomy.queries import concepts_of, preferred_labels

PEOPLE_ON_A_PAGE = 24


@page_view(WorkingGroupIndexPage)
def working_group_list(page: WorkingGroupIndexPage, request: HttpRequest) -> dict:
    groups = list(
        WorkingGroup.objects.best_for(request)
        .select_related("locale")
        .prefetch_related(preferred_labels("themes__labels"), preferred_labels("leading_cities__labels", CityName))
        .order_by("title")
    )
    counts = member_counts(groups)
    roles = dict(memberships_of(request.user).values_list("group__translation_key", "role"))
    groups.sort(key=lambda group: group.translation_key not in roles)
    return {
        "groups": groups,
        "rows": [
            {"group": group, "count": counts.get(group.translation_key, 0), "role": roles.get(group.translation_key)}
            for group in groups
        ],
    }


@page_view(WorkingGroup)
def working_group(page: WorkingGroup, request: HttpRequest) -> dict:
    standing = standing_towards(page.original, request.user)
    people = shown_people_of(page, request.user)
    return {
        "themes": concepts_of(page.themes),
        "leading_cities": page.leading_cities.prefetch_related(preferred_labels("labels", CityName)),
        "standing": standing,
        "invitation_address": invitation_address(standing.invitation.pk) if standing.invitation else "",
        "tabs": tabs(standing, request, page),
        "people": list(people[:PEOPLE_ON_A_PAGE]),
        "member_count": member_counts([page]).get(page.translation_key, 0),
        "is_hidden": page.openness == Openness.HIDDEN,
    }
