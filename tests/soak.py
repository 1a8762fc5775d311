"""``python -m tests.soak``: kill writers of the search index at random moments, hundreds of times, while others read.

At no moment may a reader fail, and in the end ``search_index update`` must have mended everything. Nothing is
simulated: a database of its own, the portal's own jobs, SIGKILL.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SHEETS = 40
ALWAYS_THERE = "lighthouse"
"""The word of a sheet that is never changed: who does not find it has read a broken index."""
COMMON = "harbour"
REPAIRED_EVERY = 10


def prepare(folder: Path) -> None:
    """A portal of its own in ``folder``: what is there already is used."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="portal.settings.base",
        DATA_DIR=str(folder),
        DATABASE_URL="",
        DEBUG="0",
        DEMO_PASSWORD="",
    )
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from portal.catalogues import compile_catalogues
    from portal.structure import create_structure
    from practices.models import PracticeSheet
    from tests.factories import CityFactory, PracticeSheetFactory

    compile_catalogues()
    call_command("migrate", verbosity=0, interactive=False)
    create_structure(Path(settings.CONTENT_DIR) / "structure.toml")
    if not PracticeSheet.objects.exists():
        city = CityFactory(key="soak")
        for number in range(SHEETS):
            language = ("en", "fr", "de")[number % 3]
            word = ALWAYS_THERE if number == 0 else "changing"
            PracticeSheetFactory(
                title=f"{COMMON} {word} {number}", language=language, city=city, problem=f"Word {number}. " * 300
            )


# ---------------------------------------------------------------- processes


def fork(work: Callable[[], Any]) -> int:
    """A process that does ``work`` and ends; 0 only if it came to its end."""
    from django.db import connections

    connections.close_all()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        work()
        status = 0
    except BaseException as error:
        print(f"{work}: {error!r}", file=sys.stderr, flush=True)
    finally:
        os._exit(status)


def change_some(chance: random.Random) -> None:
    """As people do: some sheets get another title, one is hidden or shown; then the job of the queue runs."""
    from django.db import transaction

    from practices.models import PracticeSheet
    from search.actions import queue_updates, take_in_pending
    from search.sources import document_ids_of

    with transaction.atomic():
        sheets = list(PracticeSheet.objects.exclude(title__contains=ALWAYS_THERE).order_by("pk"))
        for sheet in chance.sample(sheets, chance.randint(1, 12)):
            changed = {"title": f"{COMMON} changing {chance.randrange(10**6)}", "live": chance.random() > 0.2}
            PracticeSheet.objects.filter(pk=sheet.pk).update(**changed)
            queue_updates(document_ids_of(sheet))
    take_in_pending()


def rebuild(_chance: random.Random) -> None:
    from search.actions import rebuild_index

    rebuild_index()


def read_all_the_time(report: Path) -> None:
    """Until it is told to stop. Before the first index there may be none; from then on nothing may fail."""
    from search.engine import IndexUnavailable, SearchRequest
    from search.engines import get_engine

    stopped = []
    signal.signal(signal.SIGTERM, lambda *_details: stopped.append(True))
    get_engine.cache_clear()
    engine = get_engine()
    searches, failures, was_there = 0, [], False
    while not stopped and len(failures) < 20:
        try:
            always = SearchRequest(ALWAYS_THERE, "en")
            ranking = engine.search(always)
            was_there = True
            hits = [*ranking.own, *ranking.other]
            if not any(ALWAYS_THERE in hit.title for hit in hits):
                failures.append("What is always there was not found.")
            common = SearchRequest(COMMON, "en")
            ranking = engine.search(common)
            found = [hit.id for hit in (*ranking.own, *ranking.other)]
            if len(found) != len(set(found)):
                failures.append("Something was found twice.")
            engine.passages(common, [*ranking.own, *ranking.other][:10])
            engine.complete(SearchRequest(COMMON[:4], "en"), 5)
            if found:
                engine.similar(found[0], common, 5)
            engine.fingerprints()
            searches += 1
        except IndexUnavailable as error:
            if was_there:
                failures.append(repr(error))
        except Exception as error:
            failures.append(repr(error))
    report.write_text(json.dumps({"searches": searches, "failures": failures}))


# ---------------------------------------------------------------- the run


@dataclass
class Outcome:
    killed: dict[str, int] = field(default_factory=lambda: {"change_some": 0, "rebuild": 0})
    finished: int = 0
    searches: int = 0
    failures: list[str] = field(default_factory=list)


def run(folder: Path, kills: int, seed: int) -> Outcome:
    from search.actions import rebuild_index

    chance, outcome = random.Random(seed), Outcome()
    report = folder / "reader.json"
    reader = fork(lambda: read_all_the_time(report))
    rebuild_index()
    # How long each takes, so that the moments of the kills are spread over the whole of it.
    seconds = {work: _seconds(work, chance) for work in (change_some, rebuild)}
    while sum(outcome.killed.values()) < kills and not outcome.failures:
        work = rebuild if chance.random() < 0.4 else change_some
        seed = chance.randrange(10**9)
        pid = fork(lambda work=work, seed=seed: work(random.Random(seed)))  # type: ignore[misc]
        time.sleep(chance.uniform(0, 1.1 * seconds[work]))
        os.kill(pid, signal.SIGKILL)
        _pid, status = os.waitpid(pid, 0)
        if os.WIFSIGNALED(status):
            outcome.killed[work.__name__] += 1
        elif status:
            outcome.failures.append(f"{work.__name__} failed by itself.")
        else:
            outcome.finished += 1
        if sum(outcome.killed.values()) % REPAIRED_EVERY == 0:
            outcome.failures += repair()
    outcome.failures += repair()
    outcome.failures += leftovers()
    os.kill(reader, signal.SIGTERM)
    os.waitpid(reader, 0)
    read = json.loads(report.read_text()) if report.exists() else {"searches": 0, "failures": ["The reader died."]}
    outcome.searches = read["searches"]
    outcome.failures += read["failures"]
    return outcome


def _seconds(work: Callable[[random.Random], None], chance: random.Random) -> float:
    began = time.monotonic()
    pid = fork(lambda: work(chance))
    os.waitpid(pid, 0)
    return time.monotonic() - began


def repair() -> list[str]:
    """What ``search_index update`` did not mend."""
    from search.actions import compare_index, repair_index
    from search.engines import get_engine
    from search.models import PendingUpdate
    from search.sources import all_documents

    repair_index()
    wrong = []
    if differences := compare_index():
        wrong.append(f"Index and database disagree: {differences}")
    if PendingUpdate.objects.exists():
        wrong.append("Updates are pending.")
    expected, there = sum(1 for _document in all_documents()), get_engine().health().documents
    if expected != there:
        wrong.append(f"The index has {there} documents instead of {expected}.")
    return wrong


def leftovers() -> list[str]:
    """Whether the killed have left more behind than a rebuild clears away."""
    from django.conf import settings

    from search.actions import rebuild_index

    def size() -> int:
        return sum(path.stat().st_size for path in Path(settings.SEARCH_INDEX_DIR).rglob("*") if path.is_file())

    rebuild_index()
    first = size()
    rebuild_index()
    second = size()
    return (
        [] if second <= 1.1 * first + 10_000 and first <= 1.1 * second + 10_000 else [f"{first} bytes, then {second}"]
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=None, help="to do the same once more")
    parser.add_argument("--folder", type=Path, default=None, help="where to work; what is there is used")
    options = parser.parse_args(arguments)
    seed = random.randrange(10**6) if options.seed is None else options.seed
    with (
        nullcontext(options.folder) if options.folder else tempfile.TemporaryDirectory(prefix="portal-soak-") as folder
    ):
        prepare(Path(folder))
        print(f"Seed {seed}: killing {options.kills} writers …", flush=True)
        outcome = run(Path(folder), options.kills, seed)
    print(
        f"{outcome.killed['change_some']} updates and {outcome.killed['rebuild']} rebuilds killed,"
        f" {outcome.finished} came to their end; {outcome.searches} rounds of reading meanwhile"
    )
    for failure in outcome.failures:
        print(f"FAILED: {failure}")
    return 1 if outcome.failures else 0


if __name__ == "__main__":
    sys.exit(main())
