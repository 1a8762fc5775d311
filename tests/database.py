"""The tables as all migrations leave them, made once and copied: to run the migrations takes ten seconds."""

import fcntl
import hashlib
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import django
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection

FOLDER = Path(settings.BASE_DIR) / ".test_cache"


def copy_migrated_tables(target: sqlite3.Connection) -> None:
    """Fill an empty database. Processes that come at the same time wait for the first one to make the original."""
    FOLDER.mkdir(exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        original = FOLDER / f"{_state_of_migrations()}.sqlite3"
        if not original.exists():
            for outdated in FOLDER.glob("*.sqlite3"):
                outdated.unlink()
            _migrate(original)
        with closing(sqlite3.connect(original)) as source:
            source.backup(target)


def create_tables() -> None:
    """Fill the empty database of a process of its own."""
    if connection.vendor == "sqlite":
        with closing(sqlite3.connect(connection.settings_dict["NAME"])) as database:
            copy_migrated_tables(database)
    else:
        call_command("migrate", verbosity=0, interactive=False)


def _state_of_migrations() -> str:
    """It changes with each migration, with what migrations take from ``common``, and with Django and SQLite."""
    digest = hashlib.sha256(f"{django.get_version()} {sqlite3.sqlite_version}".encode())
    migrations = [Path(app.path) / "migrations" for app in apps.get_app_configs()]
    for folder in (*migrations, Path(settings.BASE_DIR) / "common"):
        for path in sorted(folder.glob("*.py")):
            digest.update(str(path).encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _migrate(target: Path) -> None:
    """Run by the portal's own settings, in a folder that is its own: one that is killed leaves nothing half done."""
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "DATA_DIR": folder,
            "DATABASE_URL": "",
            "DEBUG": "0",
        }
        subprocess.run(
            [sys.executable, "manage.py", "migrate", "--verbosity=0", "--no-input"],
            cwd=settings.BASE_DIR,
            env=environment,
            check=True,
        )
        made = Path(folder) / "portal.sqlite3"
        with closing(sqlite3.connect(made)) as database:
            # All in one file, nothing in a log beside it.
            database.execute("PRAGMA journal_mode=DELETE")
        made.replace(target)
