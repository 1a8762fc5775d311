"""``python -m tests.checks``: all that is checked without running the portal, and at the end what failed."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


def templates() -> list[str]:
    return sorted(str(path.relative_to(ROOT)) for path in (ROOT / "templates").rglob("*.html"))


def checks() -> dict[str, list[str]]:
    manage = [sys.executable, "manage.py"]
    return {
        "Format": [str(BIN / "ruff"), "format", "--check", "."],
        "Format of templates": [str(BIN / "djade"), "--check", "--target-version", "5.2", *templates()],
        "Lint": [str(BIN / "ruff"), "check", "."],
        "Types": [str(BIN / "mypy"), "."],
        "Import layers": [str(BIN / "lint-imports")],
        "Migrations": [*manage, "makemigrations", "--check", "--dry-run"],
        "Translations": [*manage, "collect_messages", "--check"],
        "Deployment": [*manage, "check", "--deploy", "--fail-level", "WARNING"],
    }


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="portal-checks-") as data:
        # As a network would deploy it: its own name, HTTPS, no demonstration.
        environment = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "portal.settings.base",
            "DATA_DIR": data,
            "BASE_URL": "https://practices.example.org",
            "ALLOWED_HOSTS": "practices.example.org",
            "DEBUG": "0",
            "DEMO_PASSWORD": "",
        }
        for name, command in checks().items():
            print(f"{name} …", end=" ", flush=True)
            answer = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
            print("ok" if answer.returncode == 0 else "failed")
            if answer.returncode:
                failed.append(name)
                print(answer.stdout, answer.stderr, sep="\n")
    if failed:
        print(f"Failed: {', '.join(failed)}.")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
