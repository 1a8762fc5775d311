"""What may be done around the search, for ``docs/permissions.md``."""

from common.access import Permission, declare, passes
from groups.permissions import is_network_member
from search.models import SavedSearch
from search.permissions import get_saved_search, looks_after_search

declare(
    Permission(SavedSearch, "open it, change it", passes(get_saved_search)),
    Permission(None, "save searches", lambda user, thing: is_network_member(user)),
    Permission(None, "see what is searched in vain, judge what is found", lambda user, thing: looks_after_search(user)),
)
