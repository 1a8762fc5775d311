"""``start``: set up whatever is missing, then serve. What ``make run`` calls."""

import argparse
import errno
import hashlib
import os
import secrets
import socket
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.management.commands.collectstatic import Command as CollectStatic
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection

from portal.actions import follow_base_url, has_administrator
from portal.catalogues import compile_catalogues
from portal.content.tables import ContentError
from portal.demonstration import demonstration_accounts, has_own_administrator, load_demonstration
from portal.models import HomePage
from portal.processes import serve
from portal.setup_code import make_setup_code
from portal.structure import create_structure
from search.actions import repair_index

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Set up database, content, index and static files as far as needed, then serve the portal."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--empty", action="store_true", help="no demonstration content: a network's own portal")

    def handle(self, *, port: int, empty: bool, **options: Any) -> None:
        refuse_used_port(port)
        # Database, sessions and index are for the portal's own account only.
        os.umask(0o077)
        began = monotonic()
        self._step("Translations", compile_catalogues)
        self._step("Database", self._migrate)
        self._refuse_other_kind(empty=empty)
        if empty:
            self._step("Languages and sections", self._create_empty_portal)
        else:
            self._step("Demonstration content", self._load_demonstration)
        follow_base_url()
        self._step("Search index", repair_index)
        self._step("Static files", self._collect_static_files)
        self.stdout.write(f"Ready after {monotonic() - began:.0f} s.")
        environment = {}
        if not empty:
            environment["DEMO_PASSWORD"] = secrets.token_urlsafe(9)
        self._greet(port, environment.get("DEMO_PASSWORD"))
        serve(host=HOST, port=port, environment=environment, say=self.stdout.write)

    def _step(self, name: str, work: Callable[[], object]) -> None:
        self.stdout.write(f"{name} …", ending=" ")
        self.stdout.flush()
        began = monotonic()
        try:
            work()
        except ContentError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{monotonic() - began:.1f} s")

    def _migrate(self) -> None:
        try:
            connection.ensure_connection()
        except OperationalError as error:
            raise CommandError(f"DATABASE_URL: the database does not answer: {str(error).strip()}") from error
        call_command("migrate", verbosity=0, interactive=False)

    def _refuse_other_kind(self, *, empty: bool) -> None:
        """A network's own portal never becomes the demonstration, nor the demonstration a network's own."""
        if empty and demonstration_accounts() and not has_own_administrator():
            raise CommandError(
                f"{settings.DATA_DIR} holds the demonstration. A portal of your own needs a folder and a database of"
                " its own: make run DEMO=0 DATA_DIR=…"
            )
        if not empty and has_own_administrator():
            raise CommandError(
                f"{settings.DATA_DIR} holds a portal with an administrator of its own. Start it with: make run DEMO=0"
            )

    def _create_empty_portal(self) -> None:
        if not HomePage.objects.exists():
            create_structure(Path(settings.CONTENT_DIR) / "structure.toml", network_name="Practice portal")

    def _load_demonstration(self) -> None:
        """Load the content unless this very content is in this very database already."""
        folder = Path(settings.CONTENT_DIR)
        stamp = Path(settings.DATA_DIR) / "demonstration.stamp"
        wanted = f"{connection.settings_dict['ENGINE']} {connection.settings_dict['NAME']} {_digest(folder, '*.toml')}"
        if HomePage.objects.exists() and stamp.exists() and stamp.read_text() == wanted:
            return
        load_demonstration(folder)
        stamp.write_text(wanted)

    def _collect_static_files(self) -> None:
        if settings.DEBUG:
            return
        stamp = Path(settings.STATIC_ROOT) / ".stamp"
        wanted = _digest(settings.BASE_DIR / "static", "*") + _digest(settings.BASE_DIR / "requirements", "base.txt")
        if not stamp.exists() or stamp.read_text() != wanted:
            call_command(CollectStatic(), verbosity=0, interactive=False, clear=True)
            stamp.write_text(wanted)

    def _greet(self, port: int, demo_password: str | None) -> None:
        self.stdout.write(f"\nThe portal is at http://localhost:{port}\n")
        if demo_password:
            self.stdout.write(
                f"Demonstration accounts, all with the password {demo_password} (a new one at each start):"
            )
            for user in demonstration_accounts():
                self.stdout.write(f"  {user.email:28} {user.get_full_name()}")
        elif not has_administrator():
            self.stdout.write(f"It has no administrator yet. Open it, and enter this setup code: {make_setup_code()}")
        self.stdout.write("Ctrl+C stops it.\n")


def refuse_used_port(port: int) -> None:
    """Raises CommandError, with what to do, when the port cannot be had."""
    if not 1 <= port <= 65535:
        raise CommandError(f"PORT must be from 1 to 65535 (it is {port}).")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is in use by another program."
            else:
                reason = f"Port {port} cannot be used: {error.strerror}."
            raise CommandError(
                f"{reason} Choose another one: make run PORT={port + 1 if port < 65535 else 8000}"
            ) from error


def _digest(folder: Path, pattern: str) -> str:
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(folder.rglob(pattern)):
        if path.is_file():
            digest.update(os.fsencode(path.relative_to(folder)))
            digest.update(path.read_bytes())
    return digest.hexdigest()
