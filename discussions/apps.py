from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "discussions"

    def ready(self) -> None:
        from discussions import views  # noqa: F401, PLC0415 -- registers what the pages show, once the models are there
