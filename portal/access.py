"""What may be done with the portal as a whole, for ``docs/permissions.md``."""

from typing import Any

from common.access import Permission, declare, passes, sees
from discussions.models import AnswerOffer
from groups.permissions import Reader, coordinates_some_group, is_administrator, is_network_member
from portal.asking.answers import offer_of
from portal.models import StandardPage
from practices.models import PracticeSheet


def edits(user: Reader, thing: Any) -> bool:
    return is_network_member(user) and user.has_perm("wagtailadmin.access_admin")  # type: ignore[union-attr]


def consents(user: Reader, offer: Any) -> bool:
    return is_network_member(user) and passes(offer_of)(user, offer)


def publishes(user: Reader, page: Any) -> bool:
    return is_network_member(user) and bool(page.permissions_for_user(user).can_publish())


declare(
    Permission(None, "open a page of one’s own: what waits, what is new", lambda user, thing: is_network_member(user)),
    Permission(None, "open the queue", lambda user, thing: coordinates_some_group(user)),
    Permission(None, "open the editor", edits),
    Permission(StandardPage, "change it, publish it", publishes),
    Permission(None, "keep people and settings", lambda user, thing: is_administrator(user)),
    Permission(None, "see the addresses that take no mail", lambda user, thing: is_administrator(user)),
    Permission(None, "call to the network", lambda user, thing: is_network_member(user)),
    Permission(None, "see the list of people", lambda user, thing: is_network_member(user)),
    Permission(AnswerOffer, "agree that it stands on the sheet, or refuse", consents),
    Permission(
        PracticeSheet, "ask its city about it", lambda user, sheet: is_network_member(user) and sees(user, sheet)
    ),
)
