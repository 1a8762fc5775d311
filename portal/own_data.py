"""The parts of people's own data that packages above ``members`` keep."""

from typing import Any

from discussions.models import Post
from groups.models import JoinRequest, Membership
from members.models import User
from members.own_data import part_of_own_data
from notifications.models import MailPreference, Subscription
from search.models import SavedSearch


@part_of_own_data("groups")
def groups(user: User) -> list[dict[str, Any]]:
    rows = Membership.objects.filter(user=user).select_related("group").order_by("pk")
    return [{"group": row.group.title, "role": row.role, "joined": row.joined_at} for row in rows]


@part_of_own_data("requests_to_join")
def requests_to_join(user: User) -> list[dict[str, Any]]:
    rows = JoinRequest.objects.filter(user=user).select_related("group", "city")
    return [
        {
            "group": row.group.title,
            "first_name": row.first_name,
            "last_name": row.last_name,
            "email": row.email,
            "city": row.city.key if row.city else None,
            "organisation": row.organisation,
            "message": row.message,
            "status": row.status,
            "reason": row.reason,
            "asked": row.created_at,
        }
        for row in rows
    ]


@part_of_own_data("posts")
def posts(user: User) -> list[dict[str, Any]]:
    rows = Post.objects.filter(author=user).select_related("thread").order_by("pk")
    return [
        {"thread": row.thread.title, "text": row.source, "language": row.language, "written": row.created_at}
        for row in rows
    ]


@part_of_own_data("mail")
def mail(user: User) -> dict[str, Any]:
    return {
        "follows": list(Subscription.objects.filter(user=user).order_by("pk").values_list("topic", flat=True)),
        "wants": dict(MailPreference.objects.filter(user=user).values_list("kind", "frequency")),
        "saved_searches": list(SavedSearch.objects.filter(user=user).values_list("name", flat=True)),
    }
