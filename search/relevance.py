"""How well the search answers the queries whose best results people know."""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from statistics import fmean
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser

from common.languages import complete_order
from search.engines import get_engine
from search.evaluation import DEPTH, LISTS, measures
from search.models import JudgedQuery, RelevanceRun
from search.queries import search_as

MEASURES = (f"mrr@{DEPTH}", f"recall@{DEPTH}", f"ndcg@{DEPTH}")
LEADING = f"ndcg@{DEPTH}"
"""The measure by which two runs are compared: it minds both what is found and where it stands."""
ALL = "all"


@dataclass(frozen=True, slots=True)
class Row:
    """One judged query and its measures; where results are expected in both lists, the means of both."""

    text: str
    language: str
    measures: dict[str, float]
    missed: tuple[str, ...]
    """Keys of what was expected and is not among the first ten of its list."""


@dataclass(frozen=True, slots=True)
class Scores:
    rows: tuple[Row, ...]
    means: dict[str, dict[str, float]]
    """By language, and for all of them under ``ALL``; each with ``queries``, how many they are."""

    def rows_as_data(self) -> list[dict[str, Any]]:
        return [asdict(row) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Change:
    """A row, and how it stands to the run before."""

    row: Row
    before: float | None
    """None where the query is new."""

    @property
    def difference(self) -> float:
        return 0.0 if self.before is None else self.row.measures[LEADING] - self.before


def score(queries: Iterable[JudgedQuery] | None = None) -> Scores:
    """Ask all judged queries, or these, as a visitor would. Raises IndexUnavailable."""
    if queries is None:
        queries = JudgedQuery.objects.prefetch_related("expected")
    rows = tuple(_row(query) for query in queries)
    languages = sorted({row.language for row in rows})
    means = {language: _means([row for row in rows if row.language == language]) for language in languages}
    return Scores(rows, {**means, ALL: _means(rows)})


def _row(query: JudgedQuery) -> Row:
    language = query.language
    _asked, ranking = search_as(
        AnonymousUser(), query.text, language=language, reading_order=complete_order((language,))
    )
    found_measures, missed = [], []
    for name in LISTS:
        expected = [row.key for row in query.expected.all() if row.list == name]
        if expected:
            found = [hit.key for hit in getattr(ranking, name)[:DEPTH]]
            found_measures.append(measures(found, frozenset(expected)))
            missed += [key for key in expected if key not in found]
    return Row(
        text=query.text,
        language=language,
        measures={name: round(_mean([each[name] for each in found_measures]), 4) for name in MEASURES},
        missed=tuple(missed),
    )


def _means(rows: Sequence[Row]) -> dict[str, float]:
    means = {name: round(_mean([row.measures[name] for row in rows]), 4) for name in MEASURES}
    return {**means, "queries": len(rows)}


def _mean(values: Sequence[float]) -> float:
    return fmean(values) if values else 0.0


# ---------------------------------------------------------------- runs, and what changed between them


def version() -> str:
    """What is measured: the version of the portal and of the index, and whether meaning is searched.

    Raises IndexUnavailable.
    """
    health = get_engine().health()
    return f"{_portal_version()} / {health.version}{' + meaning' if health.is_semantic else ''}"


@cache
def _portal_version() -> str:
    project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return str(project["version"])


def scores_of(run: RelevanceRun) -> Scores:
    rows = tuple(Row(row["text"], row["language"], row["measures"], tuple(row["missed"])) for row in run.rows)
    return Scores(rows, run.means)


def run_before(of_version: str, run: RelevanceRun | None = None) -> RelevanceRun | None:
    """The last run of another version than ``of_version``; before ``run`` where that is given."""
    runs = RelevanceRun.objects.exclude(version=of_version)
    if run is not None:
        runs = runs.filter(created_at__lte=run.created_at, pk__lt=run.pk)
    return runs.order_by("-created_at", "-pk").first()


def changes(scores: Scores, before: RelevanceRun | None) -> list[Change]:
    """The rows with what they were before: those that changed most come first, then the worst."""
    earlier = (
        {(row.text, row.language): row.measures[LEADING] for row in scores_of(before).rows}
        if before is not None
        else {}
    )
    compared = [Change(row, earlier.get((row.text, row.language))) for row in scores.rows]
    return sorted(compared, key=lambda change: (-abs(change.difference), change.row.measures[LEADING]))


def as_table(scores: Scores, before: RelevanceRun | None = None) -> str:
    """Means and rows as lines of text, with the change since ``before``."""
    heading = f"{'':<4}{'queries':>9}" + "".join(f"{name:>11}" for name in MEASURES) + f"{'change':>10}"
    lines = [heading]
    for language, means in scores.means.items():
        earlier = before.means.get(language) if before is not None else None
        difference = f"{means[LEADING] - earlier[LEADING]:+10.4f}" if earlier else f"{'':>10}"
        values = "".join(f"{means[name]:11.4f}" for name in MEASURES)
        lines.append(f"{language:<4}{int(means['queries']):>9}{values}{difference}")
    told = [change for change in changes(scores, before) if change.difference or change.row.missed]
    if told:
        lines.append("")
    for change in told:
        missed = f"  missed: {', '.join(change.row.missed)}" if change.row.missed else ""
        difference = "" if change.before is None else f" ({change.difference:+.4f})"
        value = f"{LEADING} {change.row.measures[LEADING]:.4f}{difference}"
        lines.append(f"{change.row.language}  {value}  {change.row.text}{missed}")
    return "\n".join(lines)
