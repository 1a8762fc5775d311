from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups import signals, views  # noqa: F401, PLC0415 -- they need all models

        signals.connect()
