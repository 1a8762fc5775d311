from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "portal"

    def ready(self) -> None:
        # They register, once the models are there.
        from portal import following, own_data, topics  # noqa: F401, PLC0415
        from portal.asking import notices, signals  # noqa: F401, PLC0415

        following.connect()
        signals.connect()
