"""What may be done with people, for ``docs/permissions.md``."""

from common.access import Permission, declare, sees
from members.models import User

declare(Permission(User, "see the person named: on the page of the city, in the list of people, on a page", sees))
