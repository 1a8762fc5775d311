from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class MembersConfig(AppConfig):
    default = True
    name = "members"

    def ready(self) -> None:
        from members import account_letters, signals  # noqa: F401, PLC0415 -- they need all models

        signals.connect()


class PeopleConfig(WagtailUsersAppConfig):
    """Wagtail's app of people, with the portal's forms."""

    user_viewset = "members.viewsets.PersonViewSet"
