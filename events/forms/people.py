"""Forms by which coordinators look after registration: its rules, its questions, and people."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.languages import current_language, own_name
from common.local_moments import LocalMomentField, clean_local_moment, show_local_moment
from common.words import WordsFormField
from events.enums import QuestionKind, RegistrationMode
from events.forms.fields import DayInput, RuleForm, address_field
from events.forms.registering import ApplicantFields, all_cities
from events.models import CityPlaces, Event, Question, Registration

MORE_CITIES = 3
_LONGEST_REASON = Registration._meta.get_field("reason").max_length


class RegistrationSettingsForm(RuleForm):
    """The rules of registration. Its moments are asked for as clocks show them in the event's zone."""

    registration_url: Any = address_field(Event, "registration_url")
    registration_opens_at: Any = LocalMomentField(
        label=_("Registration opens"),
        required=False,
        help_text=_("Empty: as soon as the event is announced. In the event’s time zone."),
    )
    registration_closes_at: Any = LocalMomentField(
        label=_("Registration closes"),
        required=False,
        help_text=_("Empty: with the end of the event. From then on, nobody moves up from the waiting list either."),
    )

    class Meta:
        model = Event
        fields = [
            "registration_mode",
            "registration_url",
            "registration_opens_at",
            "registration_closes_at",
            "capacity",
            "places_per_city",
            "has_waiting_list",
            "offer_hours",
            "needs_approval",
            "guests_allowed",
        ]

    def __init__(self, data: Any = None, *, event: Event) -> None:
        # A copy: what is refused must not stand elsewhere on the page as if it were saved.
        super().__init__(data, instance=Event.objects.select_related("city").get(pk=event.pk))
        self.event = event
        for name in ("registration_opens_at", "registration_closes_at"):
            if at := getattr(event, name):
                show_local_moment(self, name, at, event.zone)
        # A radio button for what is chosen already is the clearer one.
        self.fields["registration_mode"].widget = forms.RadioSelect(choices=RegistrationMode.choices)

    def _get_validation_exclusions(self) -> set[str]:
        # The action says it with the numbers of people, of the event and of each city.
        return super()._get_validation_exclusions() | {"taken"}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("registration_opens_at", "registration_closes_at"):
            clean_local_moment(self, name, self.event.zone)
        return cleaned

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.Meta.fields}


class CityPlacesForm(forms.Form):
    city = forms.TypedChoiceField(label=_("City"), coerce=int, empty_value=None, required=False)
    places = forms.IntegerField(label=_("Places"), min_value=0, max_value=1_000_000, required=False)

    def __init__(self, *args: Any, cities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Choices, not a queryset: the rows share one reading of the cities.
        self.fields["city"].choices = cities  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("places") is not None and "city" in cleaned and cleaned["city"] is None:
            self.add_error("city", _now("Say for which city."))
        return cleaned


class _CityPlacesSet(forms.BaseFormSet):
    def clean(self) -> None:
        chosen = [row.cleaned_data.get("city") for row in self.forms if row.is_valid()]
        named = [city for city in chosen if city is not None]
        if len(named) != len(set(named)):
            raise ValidationError(_now("Each city can be named once."))


def own_places_rows(data: Any, event: Event) -> Any:
    """A row for each city with places of its own, and some empty ones."""
    cities = [("", "–"), *((city.pk, f"{city.label()}, {city.country_name}") for city in all_cities())]
    rows: Any = forms.formset_factory(CityPlacesForm, formset=_CityPlacesSet, extra=MORE_CITIES, max_num=500)
    own = CityPlaces.objects.filter(event=event, is_own=True)
    return rows(
        data,
        prefix="cities",
        initial=[{"city": row.city_id, "places": row.places} for row in own],
        form_kwargs={"cities": cities, "use_required_attribute": False},
    )


def own_places(rows: Any) -> dict[int, int | None]:
    """City → places, of rows that are valid."""
    found = (row.cleaned_data for row in rows if row.cleaned_data.get("city") is not None)
    return {row["city"]: row["places"] for row in found}


class QuestionForm(RuleForm):
    """A question of the form. Choices are lines, the same number of them in each language."""

    choices = WordsFormField(
        label=_("Choices, one a line"),
        required=False,
        longest=2000,
        is_long=True,
        help_text=_("For one of a list. In each language the same choices, in the same order."),
    )
    erase_on = forms.DateField(
        label=_("Answers are erased on"),
        widget=DayInput,
        help_text=_("From this day on nobody can read the answers any more. It stands beside the question."),
    )

    class Meta:
        model = Question
        fields = ["kind", "label", "help", "choices", "languages", "is_required", "erase_on"]

    def __init__(self, data: Any = None, *, event: Event, question: Question | None = None) -> None:
        super().__init__(data, instance=question or Question(event=event))
        self.order_fields(self.Meta.fields)
        self.fields["languages"].help_text = _now("For languages to listen to. None: those of the event.")
        if question and question.choices:
            codes = dict.fromkeys(code for words in question.choices for code in words)
            lines = {code: [words.get(code, "") for words in question.choices] for code in codes}
            self.initial["choices"] = {code: "\n".join(texts) for code, texts in lines.items()}
        elif not question:
            # What the days after the event need: the list of the caterer, the badge.
            self.initial["erase_on"] = event.last_day

    def clean_erase_on(self) -> date:
        day: date = self.cleaned_data["erase_on"]
        if day <= timezone.localdate():
            raise ValidationError(_now("This day is over, or today: nothing could be answered."))
        return day

    def clean_choices(self) -> list[dict[str, str]]:
        lines = {
            code: [line.strip() for line in text.splitlines() if line.strip()]
            for code, text in (self.cleaned_data["choices"] or {}).items()
        }
        lengths = {len(texts) for texts in lines.values()}
        if len(lengths) > 1:
            told = ", ".join(f"{own_name(code)}: {len(texts)}" for code, texts in lines.items())
            raise ValidationError(_now("Give the same choices in each language (%(numbers)s).") % {"numbers": told})
        number = lengths.pop() if lengths else 0
        return [{code: texts[place] for code, texts in lines.items()} for place in range(number)]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        is_choice = cleaned.get("kind") == QuestionKind.CHOICE
        if is_choice and "choices" in cleaned and len(cleaned["choices"]) < 2:
            self.add_error("choices", _now("Give at least two choices."))
        return cleaned


class AddPersonForm(ApplicantFields):
    """Somebody whom a coordinator registers by hand."""

    def __init__(self, data: Any = None, *, event: Event) -> None:
        super().__init__(data, initial={"language": current_language()}, use_required_attribute=False)
        self.ask_for_city(event)


class ReasonForm(forms.Form):
    """Why coordinators decline or cancel somebody's registration."""

    reason = forms.CharField(
        label=_("Why"),
        max_length=_LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it in the letter and on the event’s page."),
    )
