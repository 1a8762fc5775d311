"""``search_index rebuild|update|check``: keep the index and the database in agreement."""

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from search.actions import compare_index, rebuild_index, repair_index
from search.engine import IndexUnavailable
from search.engines import get_engine


class Command(BaseCommand):
    help = "Rebuild the search index, bring it up to date, or check that it agrees with the database."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("action", choices=["rebuild", "update", "check"])

    def handle(self, *, action: str, **options: Any) -> None:
        try:
            getattr(self, f"_{action}")()
        except OSError as error:
            # Without room or the right to write, the index of before goes on answering.
            raise CommandError(f"The index cannot be written: {error}") from error
        except IndexUnavailable as error:
            raise CommandError(f"{error} Run: manage.py search_index rebuild") from error

    def _rebuild(self) -> None:
        count = rebuild_index(progress=self._show_progress)
        self.stdout.write(f"Rebuilt: {count} documents.")

    def _update(self) -> None:
        changed = repair_index()
        self.stdout.write(f"Up to date: {changed} documents changed, {get_engine().health().documents} in all.")

    def _check(self) -> None:
        differences = compare_index()
        for name in ("missing", "outdated", "left_over"):
            for document_id in getattr(differences, name):
                self.stdout.write(f"{name.replace('_', ' ')}: {document_id}")
        if differences:
            raise CommandError("The index and the database disagree. Run: manage.py search_index update")
        self.stdout.write(f"The index agrees with the database: {get_engine().health().documents} documents.")

    def _show_progress(self, count: int) -> None:
        self.stderr.write(f"{count} documents …", ending="\r")
        self.stderr.flush()
