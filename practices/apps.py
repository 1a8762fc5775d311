from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"

    def ready(self) -> None:
        from practices import signals  # noqa: PLC0415 -- models are there only now
        from practices.views import pages, projects, recommendations  # noqa: F401, PLC0415 -- register what pages show

        signals.connect()
