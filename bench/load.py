"""Visitors: processes that ask the server for pages, one request after the other, and note how long each took."""

import multiprocessing
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from bench.errors import BenchError

HEADERS = {"Accept-Language": "en", "Accept-Encoding": "gzip, br", "User-Agent": "bench"}
MOST_REQUESTS = 5_000
"""Of one visitor in one turn, so that a turn stays bounded whatever the clock does."""

REQUEST_TIMEOUT = 30


@dataclass(frozen=True, slots=True)
class Turn:
    """What all visitors together measured of one page in one go."""

    seconds: float
    latencies: tuple[float, ...]
    """In seconds, one for each request, waiting in the server's queue included."""

    @property
    def requests_a_second(self) -> float:
        return len(self.latencies) / self.seconds


class Visitors:
    """``count`` processes, each with one connection. They live as long as the context."""

    def __init__(self, count: int, host: str, port: int) -> None:
        # Spawned, so that they hold nothing of Django, and none of the database's files.
        context = multiprocessing.get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for _number in range(count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_visit, args=(theirs, host, port), daemon=True)
            self._pipes.append(ours)
            self._processes.append(process)

    def __enter__(self) -> Self:
        for process in self._processes:
            process.start()
        for pipe in self._pipes:
            pipe.recv()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.join()

    def turn(self, addresses: Sequence[str], seconds: float) -> Turn:
        """Ask for ``addresses`` in turn for so many seconds. Raises BenchError at the first answer that is not 200."""
        for number, pipe in enumerate(self._pipes):
            # Each visitor starts at another place of the list.
            offset = number * len(addresses) // len(self._pipes)
            pipe.send(((*addresses[offset:], *addresses[:offset]), seconds))
        answers = []
        for pipe in self._pipes:
            if not pipe.poll(seconds + 2 * REQUEST_TIMEOUT):
                raise BenchError("The server does not answer any more.")
            answers.append(pipe.recv())
        for _began, _ended, _latencies, problem in answers:
            if problem:
                raise BenchError(problem)
        began, ended = min(answer[0] for answer in answers), max(answer[1] for answer in answers)
        return Turn(ended - began, tuple(latency for answer in answers for latency in answer[2]))


def _visit(pipe: Connection, host: str, port: int) -> None:
    # Ctrl+C reaches all processes of the terminal; the first one ends its visitors itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    pipe.send("ready")
    while True:
        try:
            addresses, seconds = pipe.recv()
        except EOFError:
            return
        pipe.send(_ask(addresses, seconds, host, port))


def _ask(addresses: Sequence[str], seconds: float, host: str, port: int) -> tuple[float, float, list[float], str]:
    """Times of the first and last moment, the latencies, and what went wrong or ``""``."""
    # Kept open as long as the server keeps it open.
    connection = HTTPConnection(host, port, timeout=REQUEST_TIMEOUT)
    latencies: list[float] = []
    problem = ""
    began = time.monotonic()
    try:
        while not latencies or (time.monotonic() - began < seconds and len(latencies) < MOST_REQUESTS):
            address = addresses[len(latencies) % len(addresses)]
            asked = time.monotonic()
            connection.request("GET", address, headers=HEADERS)
            response = connection.getresponse()
            response.read()
            latencies.append(time.monotonic() - asked)
            if response.status != 200:
                problem = f"{address} was answered with {response.status}, not 200."
                break
    except (OSError, HTTPException) as error:
        problem = f"{address} was not answered: {error!r}"
    finally:
        connection.close()
    return began, time.monotonic(), latencies, problem
