"""What may be done with practices, for ``docs/permissions.md``."""

from typing import Any, cast

from common.access import Permission, declare, passes, sees
from groups.permissions import Reader, is_network_member
from members.models import City, User
from practices.documents import may_fetch
from practices.models import Adoption, Attachment, Collection, PracticeSheet, SheetVersion
from practices.permissions import (
    can_change_now,
    can_declare_for,
    can_delete,
    can_write,
    get_adoption,
    get_collection,
    has_conflict_of_interest,
    is_reviewer,
)


def decides(user: Reader, sheet: Any) -> bool:
    """Nobody accepts what he or she wrote, while somebody else could."""
    return is_reviewer(user, sheet) and not has_conflict_of_interest(cast("User", user), sheet)


def fetches(user: Reader, attachment: Any) -> bool:
    return may_fetch(user, attachment.document)


def takes_over(user: Reader, city: Any) -> bool:
    return is_network_member(user) and can_declare_for(user, city)


declare(
    Permission(PracticeSheet, "read it", sees),
    Permission(PracticeSheet, "preview it, see where it stands", can_write),
    Permission(PracticeSheet, "write on it now", can_change_now),
    Permission(PracticeSheet, "decide on it under review", decides),
    Permission(PracticeSheet, "delete it", can_delete),
    Permission(SheetVersion, "read it", sees),
    Permission(Attachment, "fetch its file", fetches),
    Permission(City, "record what it took over", takes_over),
    Permission(Adoption, "see it", sees),
    Permission(Adoption, "change it, withdraw it", passes(get_adoption, to_change=True)),
    Permission(Adoption, "confirm or decline it", passes(get_adoption, to_decide=True)),
    Permission(None, "begin a sheet, make a collection", lambda user, thing: is_network_member(user)),
    Permission(Collection, "see it", sees),
    Permission(Collection, "change it", passes(get_collection, to_change=True)),
)
