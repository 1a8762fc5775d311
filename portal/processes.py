"""The portal's processes: the web server and the queue's worker, started and stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Mapping
from types import FrameType

from django.conf import settings

GRACE_SECONDS = 15


class _Stop(Exception):
    pass


def commands(host: str, port: int) -> dict[str, list[str]]:
    manage = [sys.executable, str(settings.BASE_DIR / "manage.py")]
    if settings.DEBUG:
        web = [*manage, "runserver", f"{host}:{port}"]
    else:
        # Threads, because a connection that says nothing must not hold up a whole process.
        # A request line of any length is the application's to answer, in the reader's language.
        web = [
            sys.executable, "-m", "gunicorn", "portal.wsgi", "--preload",
            "--bind", f"{host}:{port}", "--workers", str(settings.WEB_WORKERS),
            "--worker-class", "gthread", "--threads", "2", "--limit-request-line", "0", "--log-level", "warning",
        ]  # fmt: skip
    return {"web server": web, "worker": [*manage, "work"]}


def serve(*, host: str, port: int, environment: Mapping[str, str], say: Callable[[str], object]) -> None:
    """Run until interrupted or until one process ends by itself; then stop both and wait for them."""
    handlers = {number: signal.signal(number, _stop) for number in (signal.SIGINT, signal.SIGTERM)}
    running: dict[str, subprocess.Popen] = {}
    try:
        for name, command in commands(host, port).items():
            # In a group of their own: Ctrl+C reaches this process alone, which then stops them in order.
            running[name] = subprocess.Popen(
                command, cwd=settings.BASE_DIR, env={**os.environ, **environment}, start_new_session=True
            )
        name, status = _first_to_end(running)
        say(f"The {name} has ended by itself (status {status}).")
    except _Stop:
        say("Stopping …")
    finally:
        _end(running.values())
        for number, handler in handlers.items():
            signal.signal(number, handler)
    say("Stopped.")


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise _Stop


def _first_to_end(running: Mapping[str, subprocess.Popen]) -> tuple[str, int]:
    while True:
        for name, process in running.items():
            if (status := process.poll()) is not None:
                return name, status
        time.sleep(0.2)


def _end(processes: Collection[subprocess.Popen]) -> None:
    for process in processes:
        if process.poll() is None:
            process.terminate()
    for process in processes:
        try:
            process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
