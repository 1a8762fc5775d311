"""``skos export [FILE]`` and ``skos import FILE``: the vocabulary as SKOS, out and in."""

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from taxonomy.actions import write_concepts
from taxonomy.skos import FORMATS, vocabulary_graph, write
from taxonomy.skos_import import LARGEST_FILE, Plan, plan_import


class Command(BaseCommand):
    help = "Write the vocabulary as SKOS, or take one in."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="command", required=True)
        export = commands.add_parser("export", help="write all concepts")
        export.add_argument("file", nargs="?", help="where to; by default to the terminal")
        export.add_argument("--format", choices=list(FORMATS), help="by default as the file's name ends, or else ttl")
        load = commands.add_parser("import", help="add and change what a file says; nothing is deleted")
        load.add_argument("file")
        load.add_argument("--dry-run", action="store_true", help="only report")

    def handle(self, *, command: str, file: str | None, **options: Any) -> None:
        if command == "export":
            self._export(file, options["format"])
        else:
            self._import(Path(str(file)), dry_run=options["dry_run"])

    def _export(self, file: str | None, suffix: str | None) -> None:
        ending = Path(file).suffix[1:] if file else ""
        suffix = suffix or (ending if ending in FORMATS else "ttl")
        content = write(vocabulary_graph(), suffix)
        if file is None:
            self.stdout.write(content.decode())
            return
        try:
            Path(file).write_bytes(content)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from error

    def _import(self, path: Path, *, dry_run: bool) -> None:
        try:
            with path.open("rb") as file:
                # One byte too many is enough to be refused.
                content = file.read(LARGEST_FILE + 1)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from error
        plan = plan_import(content, path.name)
        self._report(plan)
        if plan.errors:
            raise CommandError(f"{len(plan.errors)} errors: nothing was imported.")
        if dry_run:
            self.stdout.write("Nothing was written.")
            return
        written = write_concepts(concepts=plan.concepts)
        self.stdout.write(f"{len(written.added)} added, {len(written.changed)} changed.")

    def _report(self, plan: Plan) -> None:
        for name, changes in (("add", plan.added), ("change", plan.changed)):
            for change in changes:
                self.stdout.write(f"{name} {change.key}: {'; '.join(change.what)}")
        for name, problems in (("skipped", plan.skipped), ("error", plan.errors)):
            for problem in problems:
                self.stdout.write(f"{name}: {problem.place}: {problem.reason}")
        self.stdout.write(
            f"{len(plan.added)} to add, {len(plan.changed)} to change, {len(plan.unchanged)} as they are,"
            f" {len(plan.unmentioned)} not in the file and left alone."
        )
