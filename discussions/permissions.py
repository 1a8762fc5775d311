"""Who may read and write in discussions."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from discussions.models import Thread
from groups.models import WorkingGroup
from groups.permissions import Reader
from groups.queries import is_member


def get_thread(user: Reader, pk: int, *, to_reply: bool = False) -> Thread:
    """The thread for ``user``. Raises Http404 to whoever may not see it, PermissionDenied when it takes no replies."""
    thread = Thread.objects.visible_to(user).select_related("group", "about", "author").filter(pk=pk).first()
    if thread is None:
        raise Http404
    if to_reply and thread.is_closed:
        raise PermissionDenied(_("This discussion is closed to new replies."))
    return thread


def get_group_to_write_in(user: Reader, pk: int) -> WorkingGroup:
    """The group, for a member of it. Raises Http404 to everybody else."""
    group = WorkingGroup.objects.filter(pk=pk).first()
    if group is None or not is_member(user, group):
        raise Http404
    return group
