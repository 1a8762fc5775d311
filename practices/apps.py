from django.apps import AppConfig


class PracticesConfig(AppConfig):
    name = "practices"

    def ready(self) -> None:
        from practices import signals  # noqa: PLC0415 -- models are there only now

        # They register what the pages show.
        from practices.views import (  # noqa: F401, PLC0415
            adoptions,
            collections,
            exports,
            pages,
            projects,
            recommendations,
            reviewing,
        )

        signals.connect()
