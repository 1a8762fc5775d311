"""What people say after an event, without their names."""

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.constraints import Rule
from common.words import WordsField
from events.enums import DefaultQuestion, SurveyKind
from events.models.event import Event
from events.models.registration import Registration


class Survey(models.Model):
    """Made when somebody changes the questions or gives the first answer; until then the usual five are asked."""

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="survey")
    is_on = models.BooleanField(
        _("ask people after the event"), default=True, help_text=_("Turned off, nobody can answer any more.")
    )

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")

    def __str__(self) -> str:
        return str(self.event)


class SurveyQuestion(models.Model):
    survey = models.ForeignKey(Survey, on_delete=models.CASCADE, related_name="questions")
    default = models.CharField(max_length=10, choices=DefaultQuestion, blank=True, editable=False)
    """Which of the usual questions it is, asked in every language; empty for one's own."""
    kind = models.CharField(_("how it is answered"), max_length=6, choices=SurveyKind)
    label = WordsField(_("question"), blank=True, longest=200)
    is_on = models.BooleanField(_("is asked"), default=True)
    position = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("question of the survey")
        verbose_name_plural = _("questions of the survey")
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "default"], condition=~Q(default=""), name="survey_default_question_once"
            ),
            Rule(
                name="survey_question_has_words",
                condition=~Q(default="") | ~Q(label={}),
                field="label",
                message=_("Give the question in at least one language."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_default_display()) if self.default else next(iter(self.label.values()), "")


class SurveyAnswer(models.Model):
    """One answer to one question. Nothing says whose it is, when it came, or which others the same person gave.

    The key is random, so that the order of the rows says nothing either.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(SurveyQuestion, on_delete=models.CASCADE, related_name="answers")
    value = models.TextField()
    """``1`` to ``5``; ``yes``, ``partly`` or ``no``; a text."""

    class Meta:
        verbose_name = _("answer of the survey")
        verbose_name_plural = _("answers of the survey")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.value


class SurveyTurn(models.Model):
    """Somebody has answered; that, and nothing more. Its key is that of the registration, and not one in the order of
    answering."""

    registration = models.OneToOneField(
        Registration, primary_key=True, on_delete=models.CASCADE, related_name="survey_turn"
    )

    class Meta:
        verbose_name = _("person who has answered")
        verbose_name_plural = _("people who have answered")

    def __str__(self) -> str:
        return self.registration.name
