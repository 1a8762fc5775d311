"""``search_relevance``: how well the search answers the judged queries, and what has changed."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.actions.relevance import save_run
from search.engine import IndexUnavailable
from search.relevance import as_table, changes, run_before, score, version


class Command(BaseCommand):
    help = "Ask all judged queries as a visitor would, and print how well they are answered."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")
        parser.add_argument("--save", action="store_true", help="keep the scores, to compare later ones with")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            scores, measured = score(), version()
        except IndexUnavailable as error:
            raise CommandError(f"{error} Run: manage.py search_index rebuild") from error
        if not scores.rows:
            raise CommandError("No query is judged yet: there is nothing to measure.")
        before = run_before(measured)
        if options["save"]:
            save_run(scores=scores)
        if options["json"]:
            rows = [
                {**row, "change": None if change.before is None else round(change.difference, 4)}
                for change in changes(scores, before)
                for row in [{"text": change.row.text, "language": change.row.language, **change.row.measures,
                             "missed": list(change.row.missed)}]
            ]  # fmt: skip
            compared = before.version if before else None
            self.stdout.write(
                json.dumps(
                    {"version": measured, "compared_with": compared, "means": scores.means, "rows": rows},
                    ensure_ascii=False,
                )
            )
            return
        self.stdout.write(f"{len(scores.rows)} queries, version {measured}")
        if before:
            self.stdout.write(f"compared with version {before.version} of {before.created_at:%Y-%m-%d %H:%M}")
        self.stdout.write(as_table(scores, before))
