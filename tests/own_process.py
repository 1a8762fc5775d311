"""Tests that run in processes, and on databases, of their own."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings


def _server() -> psycopg.Connection:
    return psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)


@contextmanager
def empty_database(name: str, *, otherwise: str) -> Iterator[str]:
    """The address of an empty database on the server that DATABASE_URL names; ``otherwise`` where it names none."""
    address = os.environ.get("DATABASE_URL", "")
    if not address.startswith("postgres"):
        yield otherwise
        return
    name = f"{name}_{os.getpid()}"
    with _server() as server:
        server.execute(f'CREATE DATABASE "{name}"')
        yield re.sub(r"/[^/?]*(\?|$)", rf"/{name}\1", address)
        server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def copy_database(address: str, *, to: str) -> None:
    """Make the database at the address ``to`` a copy of that at ``address``; nobody may be using either."""
    name, copy = (address.rpartition("/")[2].partition("?")[0] for address in (address, to))
    with _server() as server:
        server.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')
        server.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')


def report_of(module: str, database: str) -> dict[str, Any]:
    """What ``module``, run as a program on ``database``, prints as JSON."""
    finished = subprocess.run(
        [sys.executable, "-m", module],
        cwd=Path(settings.BASE_DIR),
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "portal.settings.test", "DATABASE_URL": database},
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    report: dict[str, Any] = json.loads(finished.stdout)
    return report
