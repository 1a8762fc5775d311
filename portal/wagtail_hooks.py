from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.snippets.models import register_snippet

from members.models import User
from portal.vocabulary_admin import ConceptViewSet

register_snippet(ConceptViewSet)


@hooks.register("register_user_listing_buttons")
def way_to_leave(user: User, request_user: User) -> Iterator[Button]:
    """For administrators: rather than delete an account, hand over what its person leaves behind."""
    if request_user.is_superuser and user.is_active:
        yield Button(_("Leaves the network"), url=reverse("leaving_person", args=[user.pk]), priority=40)
