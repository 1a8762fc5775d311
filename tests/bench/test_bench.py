import json
import os
import sqlite3
import subprocess
import sys
from contextlib import closing

from django.conf import settings

from tests.database import copy_migrated_tables


def test_quick_run_measures_every_page_against_the_bare_one(tmp_path):
    environment = {**os.environ, "DATABASE_URL": "", "BENCH_DIR": str(tmp_path), "DATA_DIR": str(tmp_path)}
    with closing(sqlite3.connect(tmp_path / "portal.sqlite3")) as tables:
        copy_migrated_tables(tables)
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "bench", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": "bench.settings"},
        check=True,
    )
    figures = tmp_path / "figures.json"
    answer = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--json", str(figures)],
        cwd=settings.BASE_DIR,
        env={**environment, "DJANGO_SETTINGS_MODULE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for page in ("bare Wagtail page", "home page", "listing, page 1", "sheet", "search"):
        assert page in answer.stdout
    assert json.loads(figures.read_text())
