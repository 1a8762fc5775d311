"""What discussions add to pages."""

from django.http import HttpRequest

from common.languages import current_language
from common.models import BasePage
from common.page_views import page_view
from discussions.models import Thread
from discussions.queries import THREADS_A_PAGE, count_new, threads_on_page, with_marks
from discussions.translations import with_titles
from groups.models import WorkingGroup
from groups.queries import groups_of, is_member


@page_view(WorkingGroup)
def group_threads(page: WorkingGroup, request: HttpRequest) -> dict:
    if not is_member(request.user, page):
        return {"is_member": False}
    threads = Thread.objects.visible_to(request.user).of_group(page).for_list()
    return {"is_member": True, "threads": threads_on_page(threads, request)}


def threads_about(page: BasePage, request: HttpRequest) -> dict:
    """The threads about a page, and the groups of this reader in which one can be opened."""
    if not request.user.is_authenticated:
        return {}
    about = Thread.objects.visible_to(request.user).about_page(page).for_list()
    threads = list(with_titles(with_marks(about, request.user), current_language())[:THREADS_A_PAGE])
    count_new(threads, request.user)
    return {"threads": threads, "own_groups": list(groups_of(request))}
