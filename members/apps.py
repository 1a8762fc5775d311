from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(AppConfig):
    default = True
    name = "members"


class PeopleConfig(WagtailUsersAppConfig):
    """Wagtail's app of people, with the portal's forms."""

    user_viewset = "members.viewsets.PersonViewSet"
