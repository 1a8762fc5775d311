"""``python -m bench``: what the portal's pages cost beside a bare page of Wagtail's on the same server.

BENCH_DIR names a folder that is kept and used again; without it, all is in a temporary one. DATABASE_URL may name
another database than the folder's own SQLite: an empty one, or one that an earlier run has filled.
"""

import argparse
import json
import os
import signal
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

# Nothing of Django is imported up here: each visitor's process reads this file again.
from bench.errors import BenchError

# What an installation may have set, and what would make its figures those of that installation.
NOT_TAKEN_OVER = ("ALLOWED_HOSTS", "CONTENT_DIR", "DEMO_PASSWORD", "LOG_LEVEL", "SECRET_KEY")


def prepare_environment(folder: str) -> None:
    for name in NOT_TAKEN_OVER:
        os.environ.pop(name, None)
    os.environ.update(
        DJANGO_SETTINGS_MODULE="bench.settings", DATA_DIR=folder, DEBUG="0", BASE_URL="http://localhost:8000"
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few sheets and one short round: to see that it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to this file as well")
    options = parser.parse_args(arguments)
    # Ended from outside, it stops the server and clears up as after Ctrl+C.
    signal.signal(signal.SIGTERM, lambda *_details: sys.exit("bench: stopped from outside."))
    kept = os.environ.get("BENCH_DIR")
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        prepare_environment(str(folder))
        try:
            data, text = _measure(quick=options.quick)
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    print(f"\n{text}")
    if options.json:
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return 0


def _measure(*, quick: bool) -> tuple[dict, str]:
    # Django reads its settings at the first import of a model, and they come from the environment prepared above.
    import django  # noqa: PLC0415

    from portal.settings.env import SettingError  # noqa: PLC0415

    try:
        django.setup()
    except SettingError as error:
        raise BenchError(str(error)) from error

    from bench.report import as_text  # noqa: PLC0415
    from bench.run import FULL, QUICK, run  # noqa: PLC0415

    data = run(QUICK if quick else FULL, lambda message: print(message, flush=True))
    return data, as_text(data)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("bench: interrupted.")
