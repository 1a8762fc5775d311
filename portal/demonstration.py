"""The demonstration: its accounts, and its content in ``content/``, to be loaded as often as one likes."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

from members.models import User
from portal.content.loader import ContentLoader
from portal.content.network import DEMONSTRATION_DOMAIN
from portal.structure import create_structure


class DemonstrationBackend(ModelBackend):
    """Lets the demonstration accounts in with the password that ``make run`` printed for this run.

    They have no password in the database, so that nothing opens them where the setting is not there.
    """

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        email: str | None = None,
        **kwargs: Any,
    ) -> User | None:
        username = username or email
        if not settings.DEMO_PASSWORD or not username or not username.lower().endswith(DEMONSTRATION_DOMAIN):
            return None
        if not constant_time_compare(password or "", settings.DEMO_PASSWORD):
            return None
        user = User.objects.filter(email__iexact=username).first()
        return user if user and self.user_can_authenticate(user) else None


class NotADemonstration(Exception):
    """The database is a network's own: the demonstration is not loaded into it."""


def demonstration_accounts() -> list[User]:
    return list(User.objects.filter(email__endswith=DEMONSTRATION_DOMAIN).order_by("pk"))


def has_own_administrator() -> bool:
    administrators = User.objects.filter(is_superuser=True)
    return administrators.exclude(email__endswith=DEMONSTRATION_DOMAIN).exists()


@transaction.atomic
def load_demonstration(folder: Path) -> None:
    """Create what the content files say, or bring it up to date; nothing else is touched.

    Raises ContentError, with file, line and reason, and NotADemonstration; both leave the database as it was.
    """
    if has_own_administrator():
        raise NotADemonstration("This portal has an administrator of its own: the demonstration is not loaded into it.")
    create_structure(folder / "structure.toml")
    ContentLoader(folder).load()
