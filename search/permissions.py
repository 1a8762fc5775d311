"""Who may keep, see and judge what around the search."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from groups.permissions import Reader, coordinates_some_group
from search.models import SavedSearch


def get_saved_search(user: Any, pk: int) -> SavedSearch:
    """The search, if ``user`` saved it. Raises Http404: nobody else learns that it is there."""
    search = SavedSearch.objects.visible_to(user).filter(pk=pk).first()
    if search is None:
        raise Http404
    return search


def looks_after_search(user: Reader) -> bool:
    """Whether ``user`` sees what is searched in vain, and judges results: coordinators and administrators."""
    return coordinates_some_group(user)


def check_looks_after_search(user: Reader) -> None:
    """Raises PermissionDenied."""
    if not looks_after_search(user):
        raise PermissionDenied(_("Only coordinators judge how good results are."))
