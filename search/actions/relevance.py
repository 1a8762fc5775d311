"""The relevance desk: judged queries, and measuring how well the search answers them."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django_tasks import task

from search.models import ExpectedResult, JudgedQuery, RelevanceRun
from search.relevance import Scores, score, version

KEPT_RUNS = 200


@transaction.atomic
def judge_query(
    *, judged: JudgedQuery | None, text: str, language: str, note: str, own: Sequence[str], other: Sequence[str]
) -> JudgedQuery:
    """Say which objects a query should find, in order, by keys of documents; without ``judged``, of a new query.

    What is said already is not written again. Raises ValidationError where nothing is expected, or where the same
    query in the same language is judged already.
    """
    expected = [("own", key) for key in own] + [("other", key) for key in other if key not in own]
    if not expected:
        raise ValidationError(_("Choose at least one result that the query should find."))
    same = JudgedQuery.objects.filter(text=text, language=language).first()
    if same is not None and (judged is None or same.pk != judged.pk):
        raise ValidationError(_("This query is judged already in this language."))
    judged = judged or JudgedQuery()
    if judged.pk is None or (judged.text, judged.language, judged.note) != (text, language, note):
        judged.text, judged.language, judged.note = text, language, note
        judged.save()
    if [(row.list, row.key) for row in judged.expected.all()] != expected:
        judged.expected.all().delete()
        rows = [
            ExpectedResult(query=judged, list=name, key=key, place=place) for place, (name, key) in enumerate(expected)
        ]
        ExpectedResult.objects.bulk_create(rows)
    return judged


def save_run(*, scores: Scores) -> RelevanceRun:
    """Keep the scores of one moment; the oldest beyond ``KEPT_RUNS`` go."""
    run = RelevanceRun.objects.create(version=version(), rows=scores.rows_as_data(), means=scores.means)
    old = RelevanceRun.objects.order_by("-created_at", "-pk").values_list("pk", flat=True)[KEPT_RUNS:]
    RelevanceRun.objects.filter(pk__in=list(old)).delete()
    return run


@task()
def measure_relevance() -> int:
    """The job of the queue: measure and keep. Returns the number of queries. Raises IndexUnavailable."""
    scores = score()
    save_run(scores=scores)
    return len(scores.rows)
