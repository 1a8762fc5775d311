"""One whole run: content, server, measurement. Django has to be set up before this is imported."""

import os
import platform
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import quote, urlsplit

import django
import wagtail
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.management import call_command
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult
from wagtail.models import Page

from bench.content import demonstration_vocabulary, ensure_content, generated_sheets
from bench.errors import BenchError
from bench.first_view import first_view
from bench.freshness import measure_freshness
from bench.load import HEADERS, Turn, Visitors
from bench.models import BarePage
from bench.report import BARE, Figures, as_data
from bench.server import HOST, serving
from members.models import City
from portal.catalogues import compile_catalogues
from portal.demonstration import load_demonstration
from portal.models import HomePage
from practices.models import PracticeIndexPage, PracticeSheet
from practices.views.pages import SHEETS_A_PAGE
from search.actions import repair_index
from search.queries import search_as
from search.relevance import as_table, run_before, score, version
from taxonomy.models import Concept

Say = Callable[[str], object]
Pages = Mapping[str, Sequence[str]]
"""Name of what is measured to the addresses that are asked for in turn."""

SHEETS_MEASURED = 20
EDITORS_FILES = ["wagtail*"]
"""Static files of pages that visitors do not see: to compress them takes longer than all that is measured."""


@dataclass(frozen=True, slots=True)
class Scale:
    sheets: int
    rounds: int
    seconds: float
    """Of one page in one round."""
    warm_up_seconds: float
    visitors: int
    publications: int


FULL = Scale(sheets=2_000, rounds=5, seconds=1.5, warm_up_seconds=1, visitors=4, publications=10)
QUICK = Scale(sheets=60, rounds=1, seconds=0.3, warm_up_seconds=0.1, visitors=2, publications=2)


def run(scale: Scale, say: Say) -> dict[str, Any]:
    """Measure, and return all figures as plain data. Raises BenchError."""
    set_up(scale, say)
    searches = search_queries()
    pages = measured_pages(searches)
    queries = {name: count_queries(addresses) for name, addresses in pages.items()}
    conditions = _conditions(scale, searches)
    # The server opens its own; this one would only keep a lock or a slot.
    connections.close_all()
    with serving() as server, Visitors(scale.visitors, HOST, server.port) as visitors:
        say("Warming up …")
        for addresses in pages.values():
            visitors.turn(addresses, scale.warm_up_seconds)
        turns: dict[str, list[Turn]] = defaultdict(list)
        cpu: dict[str, list[float | None]] = defaultdict(list)
        for number in range(scale.rounds):
            say(f"Round {number + 1} of {scale.rounds} …")
            # All pages in each round, each time from another one on: a noisy moment hits none alone.
            names = list(pages)
            start = number % len(names)
            for name in names[start:] + names[:start]:
                before = server.cpu_seconds()
                turns[name].append(visitors.turn(pages[name], scale.seconds))
                after = server.cpu_seconds()
                cpu[name].append(None if before is None or after is None else after - before)
        transfers = first_view(HOST, server.port, pages["home page"][0])
        memory = server.workers_megabytes()
    figures = {
        name: Figures.of(
            turns[name],
            cpu_seconds=None if None in cpu[name] else sum(filter(None, cpu[name])),
            queries=queries[name],
        )
        for name in pages
    }
    if memory:
        conditions["memory"] = "; ".join(
            f"a web worker has {used:.0f} MB, its share of it is {share:.0f} MB" for used, share in memory
        )
    say("Judged queries and freshness …")
    fresh = measure_freshness(scale.publications)
    conditions["freshness"] = (
        f"published sheets are found after {fresh.median_seconds:.2f} s (median of {fresh.publications}), "
        f"{fresh.worst_seconds:.2f} s at worst; the limit is {fresh.limit_seconds:g} s"
    )
    return as_data(conditions, figures, transfers) | {"relevance": as_table(score(), run_before(version()))}


# ---------------------------------------------------------------- what is measured on


def set_up(scale: Scale, say: Say) -> None:
    refuse_foreign_database()
    say("Database and demonstration content …")
    compile_catalogues()
    call_command("migrate", verbosity=0, interactive=False)
    load_demonstration(Path(settings.CONTENT_DIR))
    say(f"{scale.sheets:,} practice sheets …")
    ensure_content(scale.sheets)
    say("Search index and static files …")
    # Once for all, as at the portal's start; what was queued for the worker meanwhile has nothing left to do.
    repair_index()
    DBTaskResult.objects.all().delete()
    call_command("collectstatic", verbosity=0, interactive=False, clear=True, ignore_patterns=EDITORS_FILES)


def refuse_foreign_database() -> None:
    """Only an empty database or a benchmark's own may be filled with generated sheets."""
    tables = connection.introspection.table_names()
    if tables and BarePage._meta.db_table not in tables:
        raise BenchError(
            "The database holds something else than a benchmark: give an empty one in DATABASE_URL or BENCH_DIR."
        )


# ---------------------------------------------------------------- what is asked for


def measured_pages(searches: Sequence[str]) -> Pages:
    listing = _path(PracticeIndexPage.objects.get(locale__language_code="en"))
    last = -(
        -PracticeSheet.objects.visible_to(AnonymousUser()).values("translation_key").distinct().count() // SHEETS_A_PAGE
    )
    deep = max(1, last * 9 // 10)
    sheets = generated_sheets()
    return {
        BARE: [_path(BarePage.objects.get())],
        "home page": [_path(HomePage.objects.get(locale__language_code="en"))],
        "listing, page 1": [listing],
        f"listing, page {deep}": [f"{listing}?page={deep}"],
        "sheet": [_path(sheet) for sheet in sheets[:: max(1, len(sheets) // SHEETS_MEASURED)][:SHEETS_MEASURED]],
        "search": [f"/en/search/?q={quote(text)}" for text in searches],
    }


def _path(page: Page) -> str:
    address = page.full_url
    if not address:
        raise BenchError(f"The page {page} has no address.")
    return urlsplit(address).path


def search_queries() -> list[str]:
    """Themes, cities, words of the texts, several together and mistyped: 24 different ones, always the same."""
    themes = [concept.label("en") for concept in Concept.objects.prefetch_related("labels")]
    cities = [city.label("en") for city in City.objects.order_by("key").prefetch_related("labels")]
    words = demonstration_vocabulary("en").long
    chosen = words[:: max(1, len(words) // 16)][:16]
    queries = [
        *themes[:7],
        *cities[:3],
        *chosen[:6],
        *(" ".join(pair) for pair in zip(chosen[6:9], chosen[9:12], strict=True)),
        *(f"{theme} {city}" for theme, city in zip(themes[-3:], cities[-3:], strict=True)),
        # A letter too few, so that spelling is corrected.
        *(f"{word[:3]}{word[4:]}" for word in chosen[-2:]),
    ]
    return list(dict.fromkeys(queries))


# ---------------------------------------------------------------- what does not depend on the machine


def count_queries(addresses: Sequence[str]) -> int:
    """SQL queries of a request in a process that has warmed up; of several addresses the one that needs most."""
    most = 0
    for address in addresses:
        _get(address)
        with CaptureQueriesContext(connection) as captured:
            _get(address)
        most = max(most, len(captured))
    return most


def _get(address: str) -> None:
    client = Client(SERVER_NAME="localhost", headers={"Accept-Language": HEADERS["Accept-Language"]})
    status = client.get(address).status_code
    if status != 200:
        raise BenchError(f"{address} was answered with {status}, not 200.")


def _conditions(scale: Scale, searches: Sequence[str]) -> dict[str, Any]:
    hits = [
        len(ranking.own) + len(ranking.other)
        for _request, ranking in (search_as(AnonymousUser(), text, language="en") for text in searches)
    ]
    return {
        "measured": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "machine": f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before, {platform.machine()}",
        "software": (
            f"Python {platform.python_version()}, Django {django.__version__}, Wagtail {wagtail.__version__}, "
            f"{connection.vendor}"
        ),
        "server": f"gunicorn, {settings.WEB_WORKERS} workers of two threads; {scale.visitors} visitors at a time",
        "content": f"{scale.sheets:,} generated sheets, every third one in two languages",
        "searches": f"{len(searches)} different ones, {min(hits):,} to {max(hits):,} hits, median {median(hits):,.0f}",
        "rounds": f"{scale.rounds} of {scale.seconds:g} s a page; the median round is shown",
    }
