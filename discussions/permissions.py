"""Who may read and write in discussions, and who looks after them."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from discussions.models import Post, Thread
from groups.enums import Role
from groups.models import WorkingGroup
from groups.permissions import Reader, coordinates, is_administrator, memberships_of
from groups.queries import is_coordinator, is_member
from members.models import User


def get_thread(user: Reader, pk: int, *, to_reply: bool = False) -> Thread:
    """The thread for ``user``. Raises Http404 to whoever may not see it, PermissionDenied when it takes no replies."""
    threads = Thread.objects.visible_to(user).select_related("group", "about", "author", "addressed_to", "merged_into")
    thread = threads.filter(pk=pk).first()
    if thread is None:
        raise Http404
    if to_reply and thread.is_closed:
        raise PermissionDenied(_("This discussion is closed to new replies."))
    return thread


def get_post(user: Reader, pk: int) -> Post:
    """The post for ``user``, with its thread. Raises Http404 to whoever may not see it."""
    posts = Post.objects.visible_to(user).select_related("thread__group", "author", "guest")
    post = posts.filter(pk=pk).first()
    if post is None:
        raise Http404
    return post


def moderates(user: Reader, thread: Thread) -> bool:
    """Whether ``user`` looks after ``thread``: the coordinators of its group; of a thread for the whole network those
    of any group. Administrators only where they may see it."""
    if thread.group is None:
        return coordinates(user, None)
    return is_coordinator(user, thread.group) or (is_administrator(user) and is_member(user, thread.group))


def get_thread_to_moderate(user: Reader, pk: int) -> Thread:
    """Raises Http404 to whoever may not see the thread, PermissionDenied to whoever does not look after it."""
    thread = get_thread(user, pk)
    if not moderates(user, thread):
        raise PermissionDenied(_("Only the coordinators of the working group may do this."))
    return thread


def get_post_to_moderate(user: Reader, pk: int) -> Post:
    """Raises Http404 to whoever may not see the post, PermissionDenied to whoever does not look after its thread."""
    post = get_post(user, pk)
    if not moderates(user, post.thread):
        raise PermissionDenied(_("Only the coordinators of the working group may do this."))
    return post


def get_own_post(user: Reader, pk: int, *, to_change: bool = False) -> Post:
    """The post, for its author. Raises Http404 to whoever may not see it, PermissionDenied to everybody else, of a post
    that does not stand, and, ``to_change``, in a thread that is closed."""
    post = get_post(user, pk)
    if post.author_id is None or post.author_id != user.pk:
        raise PermissionDenied(_("Only the person who wrote a post may do this."))
    if not post.is_standing:
        raise PermissionDenied(_("This post does not stand any more."))
    if to_change and post.thread.is_closed:
        raise PermissionDenied(_("This discussion is closed to new replies."))
    return post


def may_see_versions(user: Reader, post: Post) -> bool:
    """Whether ``user`` may read what ``post`` said before it was changed: its author, and those who look after the
    thread. People correct what others should not have seen."""
    return (post.author_id is not None and post.author_id == user.pk) or moderates(user, post.thread)


def get_post_with_versions(user: Reader, pk: int) -> Post:
    """Raises Http404 to whoever may not see the post, PermissionDenied to whoever may not see what it said before."""
    post = get_post(user, pk)
    if not may_see_versions(user, post):
        raise PermissionDenied(_("Only its author and the coordinators can see what a post said before."))
    return post


def get_post_to_say_language(user: Reader, pk: int) -> Post:
    """Raises Http404 to whoever may not see the post, PermissionDenied to whoever neither wrote it nor looks after its
    thread."""
    post = get_post(user, pk)
    if not may_see_versions(user, post):
        raise PermissionDenied(_("Only its author and the coordinators can correct the language of a post."))
    return post


def get_group_to_write_in(user: Reader, pk: int) -> WorkingGroup:
    """The group, for a member of it. Raises Http404 to everybody else."""
    group = WorkingGroup.objects.filter(pk=pk).first()
    if group is None or not is_member(user, group):
        raise Http404
    return group


def solves(user: Reader, thread: Thread) -> bool:
    """Whether ``user`` may say which post answered: whoever opened the thread, as long as he or she sees it, and those
    who look after it."""
    opened = thread.author_id is not None and thread.author_id == user.pk
    return (opened and Thread.objects.visible_to(user).filter(pk=thread.pk).exists()) or moderates(user, thread)


def groups_to_move_to(user: User, thread: Thread) -> list[WorkingGroup]:
    """The other groups that ``user`` looks after, each once, in its original language."""
    if not moderates(user, thread):
        return []
    memberships = memberships_of(user)
    if not is_administrator(user):
        memberships = memberships.filter(role=Role.COORDINATOR)
    originals = {membership.group.original.pk for membership in memberships.select_related("group")}
    groups = WorkingGroup.objects.filter(pk__in=originals).order_by("title", "pk")
    return list(groups.exclude(translation_key=thread.group.translation_key) if thread.group else groups)
