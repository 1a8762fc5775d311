"""What the portal knows of one person, for that person to take along: each package adds its part."""

from collections.abc import Callable
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession

from members.models import User

Part = Callable[[User], Any]

_parts: dict[str, Part] = {}


def part_of_own_data(name: str) -> Callable[[Part], Part]:
    """Register a function that gives what JSON can hold; times are ISO 8601 in universal time."""

    def register(part: Part) -> Part:
        _parts[name] = part
        return part

    return register


def own_data(user: User) -> dict[str, Any]:
    """All parts by their names, in the order of the names."""
    return {name: part(user) for name, part in sorted(_parts.items())}


@part_of_own_data("account")
def account(user: User) -> dict[str, Any]:
    addresses = EmailAddress.objects.filter(user=user).order_by("pk")
    return {
        "email": user.email,
        "addresses": [{"email": address.email, "confirmed": address.verified} for address in addresses],
        "joined": user.date_joined,
        "last_login": user.last_login,
        "has_password": user.has_usable_password(),
        "second_steps": list(
            Authenticator.objects.filter(user=user).order_by("pk").values("type", "created_at", "last_used_at")
        ),
        "sessions": list(
            UserSession.objects.filter(user=user)
            .order_by("pk")
            .values("created_at", "last_seen_at", "ip", "user_agent")
        ),
    }


@part_of_own_data("profile")
def profile(user: User) -> dict[str, Any]:
    return {
        "first_name": user.first_name,
        "last_name": user.last_name,
        "city": user.city.key if user.city else None,
        "organisation": user.organisation_in_words or None,
        "position": user.position,
        "about": user.about,
        "languages": user.languages,
        "time_zone": user.time_zone,
        "expertise": sorted(user.expertise.values_list("key", flat=True)),
        "name_shown_to": user.shown_to,
        "fields_shown_to": user.shown,
    }
