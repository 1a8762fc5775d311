from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        from events import views  # noqa: F401, PLC0415 -- registers what the pages show, once the models are there
