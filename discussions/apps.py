from django.apps import AppConfig


class DiscussionsConfig(AppConfig):
    name = "discussions"

    def ready(self) -> None:
        # They register what pages show, what people are told and what they can follow, once the models are there.
        from discussions import acts, notices, signals, topics, views  # noqa: F401, PLC0415

        signals.connect()
