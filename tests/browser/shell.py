"""``python -m tests.browser.shell``: runs in a portal what tests hand in, and answers with what it printed.

One process for all of a portal's tests: to import the portal takes longer than most of what is asked of it.
"""

import contextlib
import io
import json
import subprocess
import sys
import traceback
from collections.abc import Mapping

from django.conf import settings


class Shell:
    """The process, seen by the tests."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.browser.shell"],
            cwd=settings.BASE_DIR,
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, code: str, *arguments: str) -> str:
        """What ``code`` prints, with these ``arguments`` in ``sys.argv``. Raises AssertionError with what it raises."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([code, arguments]) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "The shell has ended."
        answer: dict[str, str] = json.loads(line)
        assert not answer["error"], answer["error"]
        return answer["output"].strip()

    def close(self) -> None:
        self._process.communicate(timeout=60)


def serve() -> None:
    import django

    django.setup()
    from django.db import connections

    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        code, arguments = json.loads(line)
        sys.argv = ["-c", *arguments]
        output, error = io.StringIO(), ""
        try:
            with contextlib.redirect_stdout(output):
                exec(code, {"__name__": "__main__"})  # noqa: S102 -- the tests' own
        except Exception:
            error = traceback.format_exc()
        connections.close_all()
        print(json.dumps({"output": output.getvalue(), "error": error}), file=answers, flush=True)


if __name__ == "__main__":
    serve()
