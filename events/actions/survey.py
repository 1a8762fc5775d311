"""Answers after an event, and what is asked; and figures of it in the report."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.models import Page, Revision

from common.languages import complete_order
from events.actions.places import lock_event
from events.enums import SurveyKind
from events.models import Event, EventPage, Registration, Survey, SurveyAnswer, SurveyQuestion, SurveyTurn
from events.surveys import DEGREES, LEAST_ANSWERS, SCALE, SurveyResults, is_open, took_part, usual_questions
from members.models import User

MOST_QUESTIONS = 20
LONGEST_TEXT = 2000


class AlreadyAnswered(Exception):
    """This person has had his or her turn; which answers were theirs nobody knows, so that none can be changed."""


@transaction.atomic
def answer_survey(*, registration: Registration, answers: Mapping[str, str]) -> None:
    """Keep the answers of one person without saying whose they are.

    ``answers`` are by the keys of the questions (``question_key``). Raises AlreadyAnswered, PermissionDenied where the
    survey is not open for this person, and ValidationError for answers that cannot be given.
    """
    if not is_open(registration.event) or not took_part(registration):
        raise PermissionDenied(_("The survey is not open."))
    survey = survey_of(registration.event)
    asked = {question_key(question): question for question in survey.questions.filter(is_on=True)}
    given = [(asked[key], text.strip()) for key, text in answers.items() if key in asked and text.strip()]
    if not given:
        raise ValidationError(_("Answer one question at least."))
    for question, text in given:
        _check(question, text)
    try:
        with transaction.atomic():
            SurveyTurn(registration=registration).save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyAnswered from error
    for question, text in given:
        SurveyAnswer.objects.create(question=question, value=text)


def question_key(question: SurveyQuestion) -> str:
    """What a question is called in forms: the usual ones have no number before the first answer."""
    return question.default or f"own-{question.pk}"


def _check(question: SurveyQuestion, text: str) -> None:
    possible = {SurveyKind.SCALE.value: SCALE, SurveyKind.DEGREE.value: DEGREES}.get(question.kind)
    if (possible and text not in possible) or len(text) > LONGEST_TEXT:
        raise ValidationError(_("Choose from what is offered."))


@transaction.atomic
def survey_of(event: Event) -> Survey:
    """The survey of ``event``, with the usual questions where nobody has chosen others."""
    lock_event(event.pk)
    survey, is_new = Survey.objects.get_or_create(event=event)
    if is_new:
        for question in usual_questions():
            question.survey = survey
            question.save()
    return survey


# ---------------------------------------------------------------- what is asked


@transaction.atomic
def switch_survey(*, event: Event, is_on: bool) -> None:
    survey = survey_of(event)
    survey.is_on = is_on
    survey.save(update_fields=["is_on"])


@transaction.atomic
def add_question(*, event: Event, kind: str, label: dict[str, str]) -> SurveyQuestion:
    """A question of one's own, at the end. Raises ValidationError."""
    survey = survey_of(event)
    last = survey.questions.last()
    if survey.questions.count() >= MOST_QUESTIONS:
        raise ValidationError(_("Nobody answers more than %(most)s questions.") % {"most": MOST_QUESTIONS})
    question = SurveyQuestion(survey=survey, kind=kind, label=label, position=last.position + 1 if last else 0)
    question.full_clean()
    question.save()
    return question


@transaction.atomic
def switch_question(*, event: Event, key: str, is_on: bool) -> None:
    """Ask a question, or do so no more; answers that were given stay. Raises KeyError."""
    question = _questions(survey_of(event))[key]
    question.is_on = is_on
    question.save(update_fields=["is_on"])


@transaction.atomic
def move_question(*, event: Event, key: str, by: int) -> None:
    """Move a question up (-1) or down (1); beyond the ends nothing happens. Raises KeyError."""
    questions = _questions(survey_of(event))
    order = list(questions)
    place = order.index(key) if key in order else _unknown(key)
    there = min(max(place + by, 0), len(order) - 1)
    order[place], order[there] = order[there], order[place]
    for position, one in enumerate(order):
        SurveyQuestion.objects.filter(pk=questions[one].pk).update(position=position)


@transaction.atomic
def remove_question(*, event: Event, key: str) -> None:
    """Throw a question of one's own away that nobody has answered; others can be switched off. Raises KeyError and
    ValidationError."""
    question = _questions(survey_of(event))[key]
    if question.default or question.answers.exists():
        raise ValidationError(_("This question can be switched off, but not removed."))
    question.delete()


def _questions(survey: Survey) -> dict[str, SurveyQuestion]:
    return {question_key(question): question for question in survey.questions.all()}


def _unknown(key: str) -> int:
    raise KeyError(key)


# ---------------------------------------------------------------- the report


@transaction.atomic
def copy_results_to_report(*, page: EventPage, by: User) -> Revision:
    """Put the figures of the survey into the report of one language version, as a draft that somebody publishes.

    Done again, the former figures are replaced. Texts that people wrote are not copied: they were written for the
    coordinators. Raises ValidationError as long as too few have answered.
    """
    # Whoever calls may have read the page before somebody else saved a draft.
    Page.objects.select_for_update(of=("self",)).get(pk=page.pk)
    page = EventPage.objects.select_related("locale", "event__city", "latest_revision").get(pk=page.pk)
    with translation.override(page.language):
        results = SurveyResults(page.event, complete_order((page.language,)))
        if not results.is_shown:
            raise ValidationError(_("At least %(least)s people must have answered.") % {"least": LEAST_ANSWERS})
        heading = _("What those who took part said")
        figures = _figures(results)
    draft: Any = page.get_latest_revision_as_object()
    blocks: list[tuple[str, Any]] = [(block.block_type, block.value) for block in draft.report]
    places = [place for place, block in enumerate(blocks) if block == ("heading", heading)]
    place = places[0] if places else len(blocks)
    followed = places and blocks[place + 1 : place + 2] and blocks[place + 1][0] == "figures"
    ours = [("heading", heading), ("figures", {"title": "", "items": figures})]
    draft.report = [*blocks[:place], *ours, *blocks[place + (2 if followed else len(places[:1])) :]]
    return draft.save_revision(user=by, log_action=True)


def _figures(results: SurveyResults) -> list[dict[str, str]]:
    people = ngettext("%(count)s answer", "%(count)s answers", results.people) % {"count": results.people}
    year = results.event.local_end.year
    source = _("Survey after the event, %(people)s, %(year)s") % {"people": people, "year": year}
    figures = [{"value": str(results.people), "label": _("people answered the survey"), "source": source}]
    for result in results.results:
        if not result.is_shown or not result.label:
            continue
        if result.mean:
            value = _("%(mean)s of 5") % {"mean": result.mean}
        elif result.counts:
            value = f"{result.counts[0].percent}\N{NO-BREAK SPACE}%"
        else:
            continue
        label = result.label if result.mean else f"{result.label} – {result.counts[0].label}"
        figures.append({"value": value, "label": label[:200], "source": source})
    return figures
