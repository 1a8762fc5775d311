"""The survey after an event: what is asked, who may answer, and what came of it.

Nobody sees results before three people have answered, and of a single question not before three answers to it.
"""

import csv
import io
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from common.languages import current_language
from common.numbers import number_in_words
from common.words import best_words
from events.enums import DefaultQuestion, SurveyKind
from events.models import Attendance, Event, Registration, Survey, SurveyQuestion, SurveyTurn

LEAST_ANSWERS = 3
OPEN_FOR = timedelta(days=60)
SCALE = ("1", "2", "3", "4", "5")
DEGREES = ("yes", "partly", "no")


def questions_of(event: Event) -> list[SurveyQuestion]:
    """All questions, also those that are not asked; as long as nobody has changed them, the usual five, unsaved."""
    survey = Survey.objects.filter(event=event).first()
    return list(survey.questions.all()) if survey else usual_questions()


def usual_questions() -> list[SurveyQuestion]:
    return [
        SurveyQuestion(default=default, kind=default.kind, position=position)
        for position, default in enumerate(DefaultQuestion)
    ]


def question_in_words(question: SurveyQuestion, order: Sequence[str]) -> tuple[str, str]:
    """The question for a reader with this order of languages, and its language."""
    if question.default:
        return str(question.get_default_display()), current_language()
    return best_words(question.label, order)


def choices_in_words(kind: str) -> list[tuple[str, str]]:
    """What can be answered; empty for texts."""
    if kind == SurveyKind.SCALE:
        ends = {"1": _("1 (not at all)"), "5": _("5 (very)")}
        return [(value, ends.get(value, value)) for value in SCALE]
    if kind == SurveyKind.DEGREE:
        return [("yes", _("yes")), ("partly", _("in part")), ("no", _("no"))]
    return []


def is_open(event: Event) -> bool:
    """From the last day of the event on, for as long as people remember it; never for what did not take place."""
    now = timezone.now()
    begins = now.astimezone(event.zone).date() >= event.last_day
    is_on = not Survey.objects.filter(event=event, is_on=False).exists()
    return begins and now <= event.ends_at + OPEN_FOR and not event.is_cancelled and is_on


def took_part(registration: Registration) -> bool:
    """Those who were checked in; where nobody was, all who are enrolled."""
    if Attendance.objects.filter(registration=registration).exists():
        return True
    someone_was = Attendance.objects.filter(registration__event=registration.event_id).exists()
    return registration.is_enrolled and not someone_was


def has_answered(registration: Registration) -> bool:
    return SurveyTurn.objects.filter(registration=registration).exists()


def may_answer(registration: Registration) -> bool:
    """Whether the survey waits for this person."""
    return is_open(registration.event) and took_part(registration) and not has_answered(registration)


# ---------------------------------------------------------------- results


@dataclass(frozen=True, slots=True)
class Count:
    label: str
    number: int
    percent: int


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question."""

    label: str
    language: str
    kind: str
    answers: int
    counts: list[Count]
    mean: str
    texts: list[str]
    """In alphabetical order: that in which they came would say whose they are."""

    @property
    def is_shown(self) -> bool:
        return self.answers >= LEAST_ANSWERS


class SurveyResults:
    """What came of the survey of one event, for a reader with this order of languages."""

    def __init__(self, event: Event, order: Sequence[str]) -> None:
        self.event, self.order = event, order

    @cached_property
    def people(self) -> int:
        return SurveyTurn.objects.filter(registration__event=self.event).count()

    @property
    def is_shown(self) -> bool:
        return self.people >= LEAST_ANSWERS

    @cached_property
    def results(self) -> list[Result]:
        """Questions in their order; empty as long as too few have answered."""
        if not self.is_shown:
            return []
        questions: QuerySet[SurveyQuestion] = SurveyQuestion.objects.filter(survey__event=self.event)
        return [self._result(question) for question in questions.prefetch_related("answers")]

    def _result(self, question: SurveyQuestion) -> Result:
        values = [answer.value for answer in question.answers.all()]
        label, language = question_in_words(question, self.order)
        is_shown = len(values) >= LEAST_ANSWERS
        counter, choices = Counter(values), choices_in_words(question.kind) if is_shown else []
        counts = [
            Count(capfirst(words), counter[value], round(100 * counter[value] / len(values)))
            for value, words in choices
        ]
        is_text, is_scale = question.kind == SurveyKind.TEXT, question.kind == SurveyKind.SCALE
        return Result(
            label=label,
            language=language,
            kind=question.kind,
            answers=len(values),
            counts=counts,
            mean=_mean(values) if is_scale and is_shown else "",
            texts=sorted(values, key=str.casefold) if is_text and is_shown else [],
        )

    def as_csv(self) -> str:
        """A line an answer that was given, with how many gave it; the mark at its start tells spreadsheets UTF-8."""
        file = io.StringIO()
        writer = csv.writer(file)
        writer.writerow([_("Question"), _("Answer"), pgettext("how many", "Number")])
        for result in self.results:
            for count in result.counts:
                writer.writerow([_harmless(result.label), count.label, count.number])
            for text in result.texts:
                writer.writerow([_harmless(result.label), _harmless(text), 1])
        return "\ufeff" + file.getvalue()


def _mean(values: list[str]) -> str:
    mean = Decimal(sum(int(value) for value in values)) / len(values)
    return number_in_words(mean.quantize(Decimal("0.1")))


def _harmless(text: Any) -> str:
    """Text that a spreadsheet does not take for a formula."""
    return f"'{text}" if str(text).startswith(("=", "+", "-", "@", "\t", "\r")) else str(text)
