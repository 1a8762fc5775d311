from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups import signals  # noqa: PLC0415 -- they need all models
        from groups.views import pages  # noqa: F401, PLC0415 -- they need all models

        signals.connect()
