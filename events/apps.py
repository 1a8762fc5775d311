from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "events"

    def ready(self) -> None:
        # They register what the pages show, once the models are there.
        from events.views import announcing, pages  # noqa: F401, PLC0415
