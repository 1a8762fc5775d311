"""What people change about themselves."""

from collections.abc import Sequence

from django.db import transaction

from members.models import User


@transaction.atomic
def update_profile(
    *, user: User, first_name: str, last_name: str, languages: Sequence[str], shown_to: str, time_zone: str
) -> User:
    """Save what ``user`` says about themselves; ``languages`` from the one read best, no ``time_zone`` is ``""``."""
    user.first_name, user.last_name = first_name, last_name
    user.languages, user.shown_to, user.time_zone = list(languages), shown_to, time_zone
    user.save(update_fields=["first_name", "last_name", "languages", "shown_to", "time_zone"])
    return user
