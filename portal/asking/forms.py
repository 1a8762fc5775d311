"""Forms of asking."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.choices import by_name
from common.forms import RefusableForm
from common.languages import current_language
from discussions.forms.posts import LONGEST_PASSAGE, LONGEST_TITLE, PostForm, VisibleTextField
from discussions.models import AnswerOffer, Call
from members.models import City, CityName, User
from taxonomy.queries import preferred_labels

LONGEST_CALL = timedelta(days=366)
USUAL_CALL = timedelta(days=21)
LONGEST_PART = 4_000


class CityQuestionForm(PostForm):
    """A question to a city; ``passage`` is what it is about on the sheet, if it is about some words in particular."""

    passage = forms.CharField(
        label=_("Passage that it is about"),
        required=False,
        max_length=LONGEST_PASSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copy the words of the page here, if you ask about some of them in particular."),
    )
    title = VisibleTextField(
        label=_("Your question, in one sentence"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Ask your question in one sentence.")},
    )

    field_order = ["title", "text", "passage", "language"]

    def clean_passage(self) -> str:
        return " ".join(self.cleaned_data["passage"].split())


# ---------------------------------------------------------------- calls


def _part(label: Any, help_text: Any, *, required: bool = False) -> VisibleTextField:
    return VisibleTextField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=LONGEST_PART,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Say what the problem is.")},
    )


class CallForm(forms.Form):
    """A call, part by part; ``text`` puts the parts together in the language in which it is written."""

    title = VisibleTextField(
        label=_("Your question, in one sentence"),
        max_length=LONGEST_TITLE,
        help_text=_("Such as: How do you keep cellars from being broken into without cameras?"),
        error_messages={"required": _("Ask your question in one sentence.")},
    )
    problem = _part(
        _("The problem"), _("What happens, where and to whom. Colleagues elsewhere know nothing of it."), required=True
    )
    tried = _part(_("What you have tried"), _("And what came of it, so that nobody proposes it to you again."))
    wanted = _part(_("What would help you"), _("Experiences, a document, somebody to talk to, a visit."))
    deadline = forms.DateField(
        label=_("Answers wanted until"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        help_text=_("Two or three weeks give colleagues time to ask around."),
    )
    languages = forms.MultipleChoiceField(
        label=_("You can read answers in"),
        choices=settings.LANGUAGES,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one language.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)

    @classmethod
    def initial_for(cls, user: User, title: str = "") -> dict[str, Any]:
        """What the form of ``user`` holds at first; a ``title`` that is too long goes to the problem."""
        words = title.strip()
        fits = len(words) <= LONGEST_TITLE
        return {
            "title": words if fits else "",
            "problem": "" if fits else words[:LONGEST_PART],
            "deadline": timezone.localdate() + USUAL_CALL,
            "languages": list(dict.fromkeys([current_language(), *user.languages])),
            "language": current_language(),
        }

    def clean_deadline(self) -> Any:
        deadline = self.cleaned_data["deadline"]
        today = timezone.localdate()
        if deadline <= today:
            raise ValidationError(_now("This day must lie in the future."))
        if deadline > today + LONGEST_CALL:
            raise ValidationError(_now("At most a year from now: later, nobody remembers the question."))
        return deadline


class AddressedCitiesForm(forms.Form):
    """The cities that a call asks in particular: those ticked, and one more to be added to them."""

    another = forms.ModelChoiceField(
        label=_("Another city"), queryset=City.objects.none(), required=False, empty_label=_("Choose")
    )

    def __init__(self, data: Any = None, *, own_city: City | None, chosen: Iterable[int] = ()) -> None:
        super().__init__(data)
        cities = City.objects.exclude(pk=own_city.pk) if own_city else City.objects.all()
        cities = cities.exclude(pk__in=chosen).prefetch_related(preferred_labels("labels", CityName))
        field: Any = self.fields["another"]
        field.queryset = cities
        field.choices = [("", _now("Choose")), *by_name((city.pk, f"{city}, {city.country_name}") for city in cities)]


class SummaryForm(forms.Form):
    summary = VisibleTextField(
        label=_("What came of it"),
        max_length=Call._meta.get_field("summary").max_length,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("A few sentences for all who answered, and for who has the same problem next year."),
        error_messages={"required": _("Write your message first.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)


class CallSheetForm(RefusableForm):
    """Of which city's practice the draft is, and what it is called."""

    city = forms.ChoiceField(
        label=_("Whose practice it is"),
        help_text=_("A draft of another city belongs to whoever answered for it, and is told by a letter."),
    )
    title = VisibleTextField(
        label=_("Title of the sheet"),
        max_length=200,
        help_text=_("What the practice is called there; it can be changed later."),
        error_messages={"required": _("Give the sheet a title.")},
    )

    def __init__(self, data: Any = None, *, cities: Iterable[City]) -> None:
        super().__init__(data)
        self.cities = {str(city.pk): city for city in cities}
        field: Any = self.fields["city"]
        field.choices = [(key, city.label()) for key, city in self.cities.items()]

    @property
    def chosen(self) -> City:
        return self.cities[self.cleaned_data["city"]]


# ---------------------------------------------------------------- answers on sheets


LONGEST_ANSWER = AnswerOffer._meta.get_field("answer").max_length or 0


class OfferForm(RefusableForm):
    question = VisibleTextField(
        label=_("Question"),
        max_length=AnswerOffer._meta.get_field("question").max_length,
        help_text=_("As somebody would ask who knows nothing of the discussion."),
        error_messages={"required": _("Ask your question in one sentence.")},
    )
    question_language = forms.ChoiceField(label=_("The question is written in"), choices=settings.LANGUAGES)
    answer = VisibleTextField(
        label=_("Answer"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("You may shorten it; the author is asked to agree to exactly these words."),
        error_messages={"required": _("Write your message first.")},
    )


class ConsentForm(forms.Form):
    """Under which name an answer stands on the sheet."""

    signed = forms.ChoiceField(label=_("What stands below the answer"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, name: str, city: City | None) -> None:
        self.names = {
            "person": ", ".join(filter(None, [name, city.own_name if city else ""])),
            "city": city.own_name if city else "",
            "nobody": "",
        }
        super().__init__(data, initial={"signed": "person"})
        field: Any = self.fields["signed"]
        words = {"person": self.names["person"], "city": self.names["city"], "nobody": _now("no name")}
        field.choices = [(key, text) for key, text in words.items() if text]

    @property
    def name(self) -> str:
        return self.names[self.cleaned_data["signed"]]
