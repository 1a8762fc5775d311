"""The portal's own web server, started as in production and stopped again."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from django.conf import settings

from bench.errors import BenchError
from portal import processes

HOST = "127.0.0.1"
START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Server:
    port: int
    pid: int

    def cpu_seconds(self) -> float | None:
        """Processor time of all its processes so far; None where the system does not tell it as Linux does."""
        try:
            times = [_times(Path("/proc") / str(self.pid) / "stat")]
        except OSError:
            return None
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = _times(stat)
            except OSError:
                continue  # It has ended meanwhile.
            if fields[0] == self.pid:
                times.append(fields)
        return sum(ticks for _parent, ticks in times) / os.sysconf("SC_CLK_TCK")

    def workers_megabytes(self) -> list[tuple[float, float]] | None:
        """Of each worker the memory that it uses, and its part of it (what it shares counts by the number of sharers).

        None where the system does not tell it as Linux does.
        """
        found = []
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                if _times(stat)[0] == self.pid:
                    lines = (stat.parent / "smaps_rollup").read_text().splitlines()
                    sizes = {line.split()[0]: int(line.split()[1]) / 1024 for line in lines if line.endswith("kB")}
                    found.append((sizes["Rss:"], sizes["Pss:"]))
            except (OSError, KeyError):
                continue
        return found or None


def _times(stat: Path) -> tuple[int, int]:
    """Parent and clock ticks of a process. Its name, in brackets, may hold anything: what counts is behind it."""
    fields = stat.read_text().rpartition(")")[2].split()
    return int(fields[1]), int(fields[11]) + int(fields[12])


@contextmanager
def running(name: str, port: int = 0) -> Iterator[subprocess.Popen]:
    """One of the portal's processes as ``make run`` starts it: ``web server`` or ``worker``."""
    # In a group of its own: Ctrl+C reaches this process alone, which then stops it.
    process = subprocess.Popen(processes.commands(HOST, port)[name], cwd=settings.BASE_DIR, start_new_session=True)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(processes.GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@contextmanager
def serving() -> Iterator[Server]:
    """The web server on a free port; without the queue's worker, which would take turns."""
    port = _free_port()
    with running("web server", port) as process:
        _wait_for(process, port)
        yield Server(port, process.pid)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(process: subprocess.Popen, port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise BenchError(f"The web server has ended by itself (status {process.returncode}).")
        connection = HTTPConnection(HOST, port, timeout=5)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        finally:
            connection.close()
        time.sleep(0.1)
    raise BenchError(f"The web server does not answer within {START_SECONDS} seconds.")
