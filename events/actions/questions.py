"""The questions of a registration form."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from events.models import Answer, Question


@transaction.atomic
def save_question(*, question: Question) -> Question:
    """Write a question, a new one after the others. Raises ValidationError, also where answers that were given would
    mean something else."""
    is_new = question._state.adding
    if is_new:
        last = Question.objects.filter(event=question.event_id).aggregate(last=Max("position"))["last"]
        question.position = 0 if last is None else last + 1
    elif has_answers(question):
        before = Question.objects.get(pk=question.pk)
        if before.kind != question.kind:
            raise ValidationError({"kind": _("It has been answered: what it asks for cannot change any more.")})
        if len(question.choices) < len(before.choices):
            raise ValidationError({"choices": _("It has been answered: choices can be added, but not taken away.")})
    question.full_clean()
    question.save()
    return question


def has_answers(question: Question) -> bool:
    return Answer.objects.filter(question=question).exists()


def delete_question(*, question: Question) -> None:
    """The question goes, and all answers with it."""
    question.delete()
