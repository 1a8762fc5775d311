import json
import os
import subprocess
import sys

from django.conf import settings


def test_quick_run_measures_every_page_against_the_bare_one(tmp_path):
    figures = tmp_path / "figures.json"
    answer = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--json", str(figures)],
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.returncode == 0, answer.stderr
    for page in ("bare Wagtail page", "home page", "listing, page 1", "sheet", "search"):
        assert page in answer.stdout
    assert json.loads(figures.read_text())
