"""The form by which people register: what every event asks for, and the questions of its coordinators."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.dates import day_in_words
from common.forms import NameField
from common.languages import current_language, own_name
from common.moments import span_in_words
from common.words import best_words
from events.actions.registering import Applicant
from events.enums import QuestionKind
from events.models import Event, Question, Registration, Session
from events.opening import has_quotas
from members.models import City, CityName, User
from members.zones import zones_to_choose_from
from taxonomy.queries import preferred_labels

LONGEST_ANSWER = 1000
LONGEST_LINE = 160


class CityChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label()}, {obj.country_name}"


def all_cities() -> Any:
    return City.objects.prefetch_related(preferred_labels("labels", CityName))


def open_questions(event: Event, today: date | None = None) -> list[Question]:
    """Those whose answers are kept still: others are not asked any more."""
    found = Question.objects.filter(event=event, erased_at=None, erase_on__gt=today or timezone.localdate())
    return list(found)


def bookable_sessions(event: Event) -> list[Session]:
    found = Session.objects.filter(event=event, capacity__isnull=False, is_cancelled=False)
    return list(found.select_related("event__city"))


def in_words(words: dict[str, str], order: Sequence[str]) -> str:
    """The text in the reader's best language, marked where that is not the interface's."""
    text, language = best_words(words, order)
    return text if language in ("", current_language()) else format_html('<span lang="{}">{}</span>', language, text)


class QuestionsForm(forms.Form):
    """The questions of an event, and the sessions that are booked apart."""

    def __init__(
        self,
        data: Any = None,
        *,
        event: Event,
        order: Sequence[str],
        registration: Registration | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.event, self.order = event, order
        self.questions = open_questions(event)
        self.sessions = bookable_sessions(event)
        answers = dict(registration.answers.values_list("question", "value")) if registration else {}
        for question in self.questions:
            self.fields[f"question_{question.pk}"] = self._field(question, answers.get(question.pk, ""))
        if self.sessions:
            booked = registration.bookings.values_list("session", flat=True) if registration else ()
            self.fields["sessions"] = forms.MultipleChoiceField(
                label=_("Sessions with places of their own"),
                choices=[(str(session.pk), self._session_in_words(session)) for session in self.sessions],
                required=False,
                widget=forms.CheckboxSelectMultiple,
                initial=[str(pk) for pk in booked],
                help_text=_("If a session is full, you wait for it, and move up without being asked."),
            )

    def _field(self, question: Question, initial: str) -> forms.Field:
        erased = _now("The answers are erased on %(day)s.") % {"day": day_in_words(question.erase_on)}
        own_help = in_words(question.help, self.order)
        common: dict[str, Any] = {
            "label": in_words(question.label, self.order),
            "help_text": format_html("{} {}", own_help, erased) if own_help else erased,
            "required": question.is_required,
            "initial": initial,
        }
        if choices := self._choices(question):
            return forms.ChoiceField(choices=[("", _now("Choose")), *choices], **common)
        is_long = question.kind in (QuestionKind.ACCESS, QuestionKind.TEXT)
        return forms.CharField(
            max_length=LONGEST_ANSWER if is_long else LONGEST_LINE,
            widget=forms.Textarea(attrs={"rows": 3}) if is_long else forms.TextInput,
            **common,
        )

    def _choices(self, question: Question) -> list[tuple[str, str]]:
        if question.kind == QuestionKind.YES_NO:
            return [("yes", _now("yes")), ("no", _now("no"))]
        if question.kind == QuestionKind.INTERPRETATION:
            offered = question.languages or [*self.event.spoken, *self.event.interpreted] or dict(settings.LANGUAGES)
            return [(code, own_name(code)) for code in dict.fromkeys(offered)]
        if question.kind == QuestionKind.CHOICE:
            # Inside an option there is no markup: the language cannot be told.
            return [(str(place), best_words(words, self.order)[0]) for place, words in enumerate(question.choices)]
        return []

    def _session_in_words(self, session: Session) -> str:
        event = self.event
        parts: list[str] = [in_words(session.title, self.order)]
        if session.starts_at and session.ends_at:
            parts.append(span_in_words(session.starts_at, session.ends_at, event.zone, event.place_name))
        free = max(0, (session.capacity or 0) - session.taken)
        words = _now("%(free)s of %(places)s places left") % {"free": free, "places": session.capacity}
        parts.append(words if free else _now("full: you would wait"))
        return format_html(" · ".join(["{}"] * len(parts)), *parts)

    @property
    def line_fields(self) -> Iterable[forms.BoundField]:
        """All but the sessions, which are shown as a group."""
        return [field for field in self if field.name != "sessions"]

    @property
    def sessions_field(self) -> forms.BoundField:
        return self["sessions"]

    @property
    def answers(self) -> dict[int, str]:
        return {question.pk: self.cleaned_data.get(f"question_{question.pk}", "") for question in self.questions}

    @property
    def chosen_sessions(self) -> list[Session]:
        chosen = set(self.cleaned_data.get("sessions", ()))
        return [session for session in self.sessions if str(session.pk) in chosen]


class MemberRegistrationForm(QuestionsForm):
    """Address, city and language are those of the account."""

    name = NameField(label=_("Your name"), max_length=LONGEST_LINE, help_text=_("As it is to stand on lists."))
    organisation = forms.CharField(label=_("Organisation"), max_length=LONGEST_LINE, required=False)

    def __init__(self, data: Any = None, *, user: User, **kwargs: Any) -> None:
        known = {"name": user.get_full_name(), "organisation": user.organisation_in_words}
        super().__init__(data, initial=known, **kwargs)
        self.user = user

    @property
    def language(self) -> str:
        """That in which this person's letters come."""
        return next((code for code in self.user.languages if code in dict(settings.LANGUAGES)), current_language())

    @property
    def applicant(self) -> Applicant:
        return Applicant(
            name=self.cleaned_data["name"],
            organisation=self.cleaned_data["organisation"],
            email=self.user.email,
            city=self.user.city,
            language=self.language,
            time_zone=self.user.time_zone,
        )


class ApplicantFields(forms.Form):
    """Who somebody is who has no account."""

    name = NameField(label=_("Name"), max_length=LONGEST_LINE, help_text=_("As it is to stand on lists."))
    email = forms.EmailField(label=_("E-mail address"))
    organisation = forms.CharField(label=_("Organisation"), max_length=LONGEST_LINE, required=False)
    city = CityChoiceField(
        label=_("City"), queryset=City.objects.none(), required=False, empty_label=_("none of these, or no city")
    )
    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)

    def ask_for_city(self, event: Event) -> None:
        field: Any = self.fields["city"]
        field.queryset = all_cities()
        if has_quotas(event):
            field.required, field.empty_label = True, _now("Choose")
            field.help_text = _now("Each city has a number of places at this event.")

    @property
    def applicant(self) -> Applicant:
        names = ("name", "email", "organisation", "city", "language")
        return Applicant(
            **{name: self.cleaned_data[name] for name in names}, time_zone=self.cleaned_data.get("time_zone", "")
        )


class GuestRegistrationForm(ApplicantFields, QuestionsForm):
    time_zone = forms.ChoiceField(
        label=_("Time zone"), required=False, help_text=_("If named, letters tell times in it as well.")
    )

    def __init__(self, data: Any = None, *, event: Event, **kwargs: Any) -> None:
        super().__init__(data, event=event, initial={"language": current_language()}, **kwargs)
        self.fields["email"].help_text = _now(
            "You get a letter with a link, by which you confirm that it is yours. Only then you are registered."
        )
        self.fields["email"].widget.attrs["autocomplete"] = "email"
        self.fields["name"].widget.attrs["autocomplete"] = "name"
        self.fields["time_zone"].choices = zones_to_choose_from(current="")  # type: ignore[attr-defined]
        self.ask_for_city(event)


class ChangeForm(QuestionsForm):
    """What somebody who is registered can change."""

    language = forms.ChoiceField(label=_("Language of letters"), choices=settings.LANGUAGES)

    def __init__(self, data: Any = None, *, event: Event, registration: Registration, **kwargs: Any) -> None:
        super().__init__(
            data, event=event, registration=registration, initial={"language": registration.language}, **kwargs
        )
        if registration.user_id:
            # Letters to members come in the language of their profile.
            del self.fields["language"]

    @property
    def chosen_language(self) -> str:
        return str(self.cleaned_data.get("language", ""))
