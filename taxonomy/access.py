"""What may be done with the vocabulary, for ``docs/permissions.md``."""

from typing import Any

from common.access import Permission, Reader, declare
from taxonomy.models import Concept


def _is_allowed(permission: str) -> Any:
    def check(user: Reader, thing: Any) -> bool:
        return bool(getattr(user, "is_active", False)) and user.has_perm(permission)  # type: ignore[union-attr]

    return check


declare(
    Permission(Concept, "change it, add others", _is_allowed("taxonomy.change_concept")),
    Permission(Concept, "delete it", _is_allowed("taxonomy.delete_concept")),
)
