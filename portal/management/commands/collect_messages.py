"""``collect_messages``: the strings to translate, and whether the complete languages are complete."""

import argparse
import shutil
import tempfile
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.commands import makemessages

# English is the language of the source. These must say everything that it says.
COMPLETE_LANGUAGES = ("fr",)


class MakeMessages(makemessages.Command):
    # Where `_` is the lazy one, the other is called `_now`; xgettext must be told.
    xgettext_options = [*makemessages.Command.xgettext_options, "--keyword=_now"]
    # What is alike is not the same: a guess would have to be found and corrected.
    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


class Command(BaseCommand):
    help = "Collect the strings of code and templates into the catalogues in locale/ (needs GNU gettext)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="change nothing; fail when a catalogue is not complete"
        )

    def handle(self, *, check: bool, **options: Any) -> None:
        if shutil.which("xgettext") is None:
            raise CommandError(
                "GNU gettext is needed to collect the strings: install it (Debian: apt install gettext)."
            )
        if check:
            self._check()
        else:
            self._collect()

    def _collect(self) -> None:
        languages = [code for code, _name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
        for code in languages:
            (Path(settings.LOCALE_PATHS[0]) / code).mkdir(parents=True, exist_ok=True)
        call_command(
            MakeMessages(),
            locale=languages,
            ignore_patterns=[".venv", "data", "tests", "bench", "node_modules"],
            no_location=True,
            no_wrap=True,
            no_obsolete=True,
            verbosity=0,
        )
        for path in _catalogues():
            # The date of each run would be a change of its own.
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            path.write_text(
                "".join(line for line in lines if not line.startswith('"POT-Creation-Date')), encoding="utf-8"
            )

    def _check(self) -> None:
        """Collect, compare with what was there, and put it back."""
        with tempfile.TemporaryDirectory() as folder:
            kept = {path: Path(shutil.copy2(path, Path(folder) / path.parts[-3])) for path in _catalogues()}
            before = {path: path.read_text(encoding="utf-8") for path in kept}
            try:
                self._collect()
                problems = [*_outdated(before), *_incomplete()]
            finally:
                for path, copy in kept.items():
                    shutil.copy2(copy, path)
        if problems:
            raise CommandError("\n".join([*problems, "Run make messages, then translate."]))
        self.stdout.write("All catalogues are up to date; the complete languages are complete.")


def _catalogues() -> list[Path]:
    return sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po"))


def _outdated(before: dict[Path, str]) -> list[str]:
    return [
        f"{path}: does not hold the strings of code and templates as they are now."
        for path in _catalogues()
        if before.get(path) != path.read_text(encoding="utf-8")
    ]


def _incomplete() -> list[str]:
    problems = []
    for path in _catalogues():
        language = path.parts[-3]
        if language not in COMPLETE_LANGUAGES:
            continue
        with path.open("rb") as catalogue:
            for message in read_po(catalogue, locale=language):
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and (message.fuzzy or not all(texts)):
                    problems.append(f"{language}: not translated: {message.id!r}")
    return problems
