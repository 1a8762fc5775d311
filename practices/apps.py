from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"

    def ready(self) -> None:
        from practices import signals  # noqa: PLC0415 -- models are there only now
        from practices.views import exports, pages  # noqa: F401, PLC0415 -- registers what the pages show

        signals.connect()
