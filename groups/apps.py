from django.apps import AppConfig


class GroupsConfig(AppConfig):
    name = "groups"

    def ready(self) -> None:
        from groups import views  # noqa: F401, PLC0415 -- registers what the pages show, once the models are there
