"""The search in the editor."""

from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from search.desk import SearchViewSetGroup


@hooks.register("register_admin_viewset")
def register_the_coordinators_side() -> ViewSetGroup:
    return SearchViewSetGroup()
