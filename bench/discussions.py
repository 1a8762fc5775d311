"""``python -m bench.discussions``: what reading and telling cost as the discussions grow, beside a bare page.

One process, no server: requests go through the test client of Django, with the middleware of production. Times are
those of the processor, the least of several rounds; the number of queries says the same on every machine. At every size
there are fifteen groups, a thousand members of two groups each, and one thread of 2,000 posts.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from bench.__main__ import prepare_environment
from bench.errors import BenchError

if TYPE_CHECKING:
    from bench.talk import Talk

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 7
POSTS_A_DAY = 100
BARE = "bare Wagtail page"


@dataclass(frozen=True, slots=True)
class Figure:
    posts: int
    name: str
    milliseconds: float
    """Of the processor."""
    queries: int
    note: str = ""


def measure(sizes: list[int], say: Callable[[str], object]) -> list[Figure]:
    # Django reads its settings at the first import of a model, and they come from the environment prepared before.
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from bench.content import create_bare_page  # noqa: PLC0415
    from bench.run import refuse_foreign_database  # noqa: PLC0415
    from bench.talk import Talk  # noqa: PLC0415
    from members.models import User  # noqa: PLC0415
    from portal.catalogues import compile_catalogues  # noqa: PLC0415
    from portal.structure import create_structure  # noqa: PLC0415

    refuse_foreign_database()
    say("Database …")
    compile_catalogues()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    create_structure(settings.BASE_DIR / "content" / "structure.toml")
    create_bare_page()
    # Without an administrator, the portal shows its first run and nothing else.
    User.objects.create_superuser("generated-administrator@example.org")
    say("Groups, members and the long thread …")
    talk = Talk()
    figures = []
    for size in sizes:
        say(f"{size:,} posts …")
        talk.grow_to(size)
        figures += list(_measure_at(size, talk))
    return figures


def _measure_at(size: int, talk: Talk) -> Iterator[Figure]:
    from django.test import Client  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415

    from bench.models import BarePage  # noqa: PLC0415
    from discussions.queries import count_unread  # noqa: PLC0415
    from discussions.telling import tell_of_post  # noqa: PLC0415
    from notifications.digests import send_due_digests  # noqa: PLC0415
    from notifications.models import Notice, OutgoingMail  # noqa: PLC0415

    visitor, reader = (Client(SERVER_NAME="localhost") for _client in range(2))
    reader.force_login(talk.reader)
    thread = talk.long_thread.get_absolute_url()

    def get(client: Any, address: str) -> Callable[[], object]:
        def ask() -> None:
            status = client.get(address).status_code
            if status != 200:
                raise BenchError(f"{address} was answered with {status}, not 200.")

        return ask

    yield _figure(size, BARE, get(visitor, BarePage.objects.get().url))
    yield _figure(size, "group page", get(reader, talk.groups[0].url))
    yield _figure(size, "thread of 2,000 posts, first page", get(reader, thread))
    yield _figure(size, "the same, in the middle", get(reader, f"{thread}?page=20"))
    yield _figure(size, "unread count of a member", lambda: count_unread(talk.reader))
    yield _figure(size, "my discussions", get(reader, "/en/discussions/"))

    said = talk.say_something(POSTS_A_DAY)
    told = Notice.objects.count()
    telling = _figure(
        size, f"telling of a day's {POSTS_A_DAY} posts", lambda: [tell_of_post.func(post.pk) for post in said], 1
    )
    yield replace(telling, note=f"{Notice.objects.count() - told:,} notices")
    letters = OutgoingMail.objects.count()
    tomorrow = timezone.now() + timedelta(days=1, minutes=1)
    digest = _figure(size, "nightly digest", lambda: send_due_digests(tomorrow), 1)
    yield replace(digest, note=f"{OutgoingMail.objects.count() - letters:,} letters")


def _figure(posts: int, name: str, do: Callable[[], object], rounds: int = ROUNDS) -> Figure:
    """Done ``rounds`` times, and once before to warm up where it can be done again."""
    from django.db import connection  # noqa: PLC0415

    if rounds > 1:
        do()
    counts, times = [], []
    for _round in range(rounds):
        count = _Count()
        with connection.execute_wrapper(count):
            started = time.process_time()
            do()
            times.append(time.process_time() - started)
        counts.append(count.number)
    return Figure(posts, name, 1000 * min(times), max(counts))


class _Count:
    """Counts queries without keeping them: those of a thousand digests are many."""

    number = 0

    def __call__(self, execute: Callable, sql: str, params: Any, many: bool, context: Any) -> Any:
        self.number += 1
        return execute(sql, params, many, context)


def as_text(figures: list[Figure]) -> str:
    """A table for the terminal: a line a size, with the multiple of the bare page, and of the smallest size."""
    bare = {figure.posts: figure.milliseconds for figure in figures if figure.name == BARE}
    lines = [f"{'':36} {'posts':>8} {'CPU ms':>9} {'× bare':>7} {'growth':>7} {'SQL':>6}"]
    for name in dict.fromkeys(figure.name for figure in figures):
        first = None
        for figure in (figure for figure in figures if figure.name == name):
            first = first or figure
            lines.append(
                f"{name if figure is first else '':36} {figure.posts:8,} {figure.milliseconds:9.1f}"
                f" {figure.milliseconds / bare[figure.posts]:7.1f} {figure.milliseconds / first.milliseconds:7.2f}"
                f" {figure.queries:6,}  {figure.note}".rstrip()
            )
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.discussions", description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="numbers of posts, growing")
    options = parser.parse_args(arguments)
    # Ended from outside, it clears up as after Ctrl+C.
    signal.signal(signal.SIGTERM, lambda *_details: sys.exit("bench: stopped from outside."))
    kept = os.environ.get("BENCH_DIR")
    with nullcontext(kept) if kept else tempfile.TemporaryDirectory(prefix="portal-bench-") as folder:
        prepare_environment(str(folder))
        import django  # noqa: PLC0415

        django.setup()
        try:
            figures = measure(sorted(options.sizes), lambda message: print(message, flush=True))
        except BenchError as error:
            print(f"bench: {error}", file=sys.stderr)
            return 1
    print(f"\n{as_text(figures)}")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit("bench: interrupted.")
