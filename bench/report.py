"""Figures: what is kept of the measured turns, and how it is shown."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from bench.first_view import LIMIT, Transfer
from bench.load import Turn

BARE = "bare Wagtail page"


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one page, over all rounds: the median round each."""

    requests_a_second: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float | None
    """Processor time of the server for one request; the mean over all rounds."""
    queries: int
    """SQL queries of the address that needs most."""
    requests: int
    """How many requests all this is drawn from."""

    @classmethod
    def of(cls, turns: Sequence[Turn], *, cpu_seconds: float | None, queries: int) -> "Figures":
        requests = sum(len(turn.latencies) for turn in turns)
        return cls(
            requests_a_second=median(turn.requests_a_second for turn in turns),
            p50_ms=1000 * median(percentile(turn.latencies, 50) for turn in turns),
            p95_ms=1000 * median(percentile(turn.latencies, 95) for turn in turns),
            cpu_ms=None if cpu_seconds is None else 1000 * cpu_seconds / requests,
            queries=queries,
            requests=requests,
        )


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that at least ``percent`` per cent of all do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def as_data(
    conditions: Mapping[str, Any], figures: Mapping[str, Figures], transfers: Sequence[Transfer]
) -> dict[str, Any]:
    bare = figures[BARE]
    return {
        "conditions": dict(conditions),
        "limit": BARE,
        "pages": {
            name: asdict(page)
            | {
                "requests_a_second_of_limit": page.requests_a_second / bare.requests_a_second,
                "p50_times_limit": page.p50_ms / bare.p50_ms,
                "p95_times_limit": page.p95_ms / bare.p95_ms,
                "cpu_times_limit": page.cpu_ms / bare.cpu_ms if page.cpu_ms and bare.cpu_ms else None,
            }
            for name, page in figures.items()
        },
        "first_view": {
            "bytes": sum(transfer.sent for transfer in transfers),
            "limit_bytes": LIMIT,
            "files": [asdict(transfer) for transfer in transfers],
        },
    }


def as_text(data: Mapping[str, Any]) -> str:
    """A table for the terminal."""
    width = max(map(len, data["pages"]))
    lines = [
        *(f"{name:18} {value}" for name, value in data["conditions"].items()),
        "",
        f"{'':{width}}  requests/s  of bare    p50 ms   × bare    p95 ms   × bare    CPU ms   × bare   SQL",
    ]
    for name, page in data["pages"].items():
        cells = [
            f"{page['requests_a_second']:10.1f}",
            f"{page['requests_a_second_of_limit']:7.2f}",
            f"{page['p50_ms']:8.1f}",
            f"{page['p50_times_limit']:7.1f}",
            f"{page['p95_ms']:8.1f}",
            f"{page['p95_times_limit']:7.1f}",
            f"{page['cpu_ms']:8.1f}" if page["cpu_ms"] else f"{'–':>8}",
            f"{page['cpu_times_limit']:7.1f}" if page["cpu_times_limit"] else f"{'–':>7}",
            f"{page['queries']:4}",
        ]
        lines.append(f"{name:{width}}  {'  '.join(cells)}")
    view = data["first_view"]
    lines += [
        "",
        f"First view of the home page, without pictures: {view['bytes']:,} of at most {view['limit_bytes']:,} bytes",
    ]
    lines += [f"{file['sent']:10,}  {file['address']} ({file['encoding']})" for file in view["files"]]
    if "relevance" in data:
        lines += ["", "Judged queries, on the demonstration and the generated content:", data["relevance"]]
    return "\n".join(lines)
