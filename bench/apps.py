from django.apps import AppConfig


class BenchConfig(AppConfig):
    name = "bench"
    verbose_name = "Benchmarks"

    def ready(self) -> None:
        from search.sources import EXCLUDED  # noqa: PLC0415 -- needs the models, which are there only now

        # The portal's own list does not know the page type, which exists under bench.settings alone.
        EXCLUDED["bench.BarePage"] = "a yardstick: there is nothing in it to find"
