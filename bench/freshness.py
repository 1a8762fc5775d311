"""How long a sheet that is published takes to be found. Django has to be set up before this is imported."""

import secrets
import subprocess
import time
from dataclasses import dataclass
from statistics import median

from django.contrib.auth.models import AnonymousUser

from bench.errors import BenchError
from bench.server import running
from members.models import City
from practices.models import PracticeIndexPage, PracticeSheet
from search.queries import search_as

LIMIT_SECONDS = 2.0
LOOK_SECONDS = 0.02
PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Freshness:
    """Seconds from the moment in which a sheet is sent to be published to the first search that finds it."""

    publications: int
    median_seconds: float
    worst_seconds: float
    limit_seconds: float = LIMIT_SECONDS

    @property
    def is_within_limit(self) -> bool:
        return self.worst_seconds <= self.limit_seconds


def measure_freshness(publications: int = 10) -> Freshness:
    """Publish that many sheets one after the other, with the worker running, and remove them again. Raises BenchError.

    The worker is the portal's own, started and stopped here; the index has to be there.
    """
    sheets = [_draft(number) for number in range(publications)]
    try:
        with running("worker") as worker:
            # The first job loads what a process loads once.
            _seconds_until_found(sheets[0], worker)
            seconds = [_seconds_until_found(sheet, worker) for sheet in sheets]
    finally:
        for sheet in sheets:
            practice = sheet.practice
            sheet.delete()
            practice.delete()
    return Freshness(publications, median(seconds), max(seconds))


def _draft(number: int) -> PracticeSheet:
    parent = PracticeIndexPage.objects.get(locale__language_code="en")
    sheet = PracticeSheet(
        title=f"Measured draft {number}",
        slug=f"measured-{secrets.token_hex(6)}",
        locale=parent.locale,
        original_language="en",
        city=City.objects.order_by("key").first(),
        live=False,
    )
    parent.add_child(instance=sheet)
    return sheet


def _seconds_until_found(sheet: PracticeSheet, worker: subprocess.Popen) -> float:
    """Publish ``sheet`` with a word that nothing else has, and look for it."""
    word = "".join(secrets.choice("bdfgklmnprstvz") + secrets.choice("aeiou") for _syllable in range(7))
    sheet.title = f"Measured {word}"
    began = time.monotonic()
    sheet.save_revision().publish()
    while time.monotonic() - began < PATIENCE_SECONDS:
        _request, ranking = search_as(AnonymousUser(), word, language="en")
        if any(word in hit.title for hit in ranking.own):
            return time.monotonic() - began
        if worker.poll() is not None:
            raise BenchError(f"The worker has ended by itself (status {worker.returncode}).")
        time.sleep(LOOK_SECONDS)
    raise BenchError(f"What was published was not found within {PATIENCE_SECONDS} seconds.")
