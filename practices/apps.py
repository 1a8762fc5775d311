from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"

    def ready(self) -> None:
        from practices import views  # noqa: F401, PLC0415 -- registers what the pages show, once the models are there
