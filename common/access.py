"""What people may do, declared by each app beside its permissions: the table in ``docs/permissions.md`` is made of it.

An app's module ``access`` declares; ``permissions`` finds them all. A permission says nothing of roles: it names the
check that the app's own screens make, and the table is what that check answers for each person.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.utils.module_loading import autodiscover_modules

Reader = AbstractBaseUser | AnonymousUser
Check = Callable[[Reader, Any], bool]


@dataclass(frozen=True, slots=True)
class Permission:
    """``action`` is done to, or with, a thing of ``model``, by whoever passes ``check``."""

    model: type[models.Model] | None
    """None for what is done to no particular thing."""
    action: str
    """In plain English, as the table says it: ``reply``."""
    check: Check

    @property
    def key(self) -> str:
        """``discussions.thread: reply``"""
        return f"{self.model._meta.label_lower if self.model else 'portal'}: {self.action}"


_DECLARED: dict[str, Permission] = {}


def declare(*permissions: Permission) -> None:
    """Raises ValueError for an action that is declared twice for the same kind of things."""
    for permission in permissions:
        if permission.key in _DECLARED:
            raise ValueError(f"{permission.key} is declared twice.")
        _DECLARED[permission.key] = permission


def permissions() -> list[Permission]:
    """All that the installed apps declare, in the order of their layers and of their lines."""
    autodiscover_modules("access")
    return list(_DECLARED.values())


# ---------------------------------------------------------------- checks made of what is there already


def sees(user: Reader, thing: Any) -> bool:
    """Whether the one rule of the thing's model shows it to ``user``."""
    return bool(type(thing).objects.visible_to(user).filter(pk=thing.pk).exists())


def passes(getter: Callable[..., Any], **options: Any) -> Check:
    """The check of a ``get_…`` of ``permissions``, which raises for whoever may not."""

    def check(user: Reader, thing: Any) -> bool:
        try:
            getter(user, thing.pk, **options)
        except (Http404, PermissionDenied):
            return False
        return True

    return check
