"""The survey after an event: answering it, and asking one's own questions."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.words import WordsFormField
from events.actions.survey import LONGEST_TEXT, question_key
from events.enums import SurveyKind
from events.models import SurveyQuestion
from events.surveys import choices_in_words, question_in_words


class SurveyForm(forms.Form):
    """The questions that are asked, none of which must be answered."""

    def __init__(self, data: Any = None, *, questions: Sequence[SurveyQuestion], order: Sequence[str]) -> None:
        super().__init__(data)
        self.languages: dict[str, str] = {}
        for question in questions:
            label, language = question_in_words(question, order)
            key = question_key(question)
            self.languages[key] = language
            self.fields[key] = _field(question, label)

    @property
    def rows(self) -> list[tuple[Any, str]]:
        """Each field, and the language of its question."""
        return [(self[name], self.languages[name]) for name in self.fields]

    def answers(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}


def _field(question: SurveyQuestion, label: str) -> forms.Field:
    choices = choices_in_words(question.kind)
    if choices:
        return forms.ChoiceField(label=label, choices=choices, required=False, widget=forms.RadioSelect)
    return forms.CharField(
        label=label, required=False, max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 4})
    )


class QuestionForm(forms.Form):
    label = WordsFormField(
        label=_("Question"),
        longest=200,
        help_text=_("In as many languages as you can; people read it in the one that suits them best."),
    )
    kind = forms.ChoiceField(label=_("How it is answered"), choices=SurveyKind.choices)
