"""Forms of the programme: sessions with their people, rooms, tracks."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.choices import OneField
from common.languages import CODES
from common.local_moments import show_local_moment
from common.words import WordsFormField
from events.choices import Choices, offer
from events.forms.fields import ClockInput, RuleForm, address_field, day_choices, moments
from events.models import Event, Room, Session, SessionPerson, Track
from members.models import City, User
from taxonomy.models import MARKS

MOST_PEOPLE = 30
MOST_ROWS = 60
EMPTY_ROWS = 2


class SessionForm(RuleForm):
    """One session. Its times are those of the event's place; without them it stands on its day alone."""

    shown_at = {"starts_at": "start", "ends_at": "end"}

    day = forms.TypedChoiceField(label=_("Day"), coerce=date.fromisoformat)
    start = forms.TimeField(label=_("Begins at"), required=False, widget=ClockInput)
    end = forms.TimeField(
        label=_("Ends at"),
        required=False,
        widget=ClockInput,
        help_text=_("Earlier than the beginning: on the next day. Leave both empty while they are not known."),
    )
    join_url = address_field(Session, "join_url")
    room = OneField(label=_("Room"), queryset=Room.objects.none(), required=False)
    track = OneField(label=_("Track"), queryset=Track.objects.none(), required=False)
    practice = OneField(label=_("Practice that it presents"), queryset=City.objects.none(), required=False)

    field_order = [
        "title",
        "kind",
        "day",
        "start",
        "end",
        "room",
        "track",
        "spoken",
        "interpreted",
        "slides",
        "abstract",
        "practice",
        "join_url",
        "capacity",
    ]

    class Meta:
        model = Session
        fields = [
            "title",
            "kind",
            "day",
            "room",
            "track",
            "spoken",
            "interpreted",
            "slides",
            "abstract",
            "practice",
            "join_url",
            "capacity",
        ]

    def __init__(
        self, data: Any = None, *, session: Session, choices: Choices, languages: Iterable[str], all_languages: bool
    ) -> None:
        super().__init__(data, instance=session)
        event = session.event
        fields: dict[str, Any] = self.fields
        fields["day"].choices = day_choices(event)
        offer(fields["room"], [(room.pk, room.name) for room in event.rooms.all()], _("none"))
        offer(fields["track"], [(track.pk, str(track)) for track in event.tracks.all()], _("none"))
        fields["practice"].queryset = apps.get_model("practices", "Practice").objects.none()
        listed = choices.practices
        if session.practice_id and session.practice_id not in {value for value, _label in listed}:
            listed = [(session.practice_id, str(session.practice)), *listed]
        offer(fields["practice"], listed, _("none"))
        if event.precision != "month" and not event.is_online:
            fields["join_url"].help_text = gettext("Only if somebody can join this session from elsewhere.")
        for name in ("title", "abstract"):
            words: WordsFormField = fields[name]
            written = getattr(session, name)
            # Nothing that is written is lost by not being shown.
            words.show_languages(CODES if all_languages else dict.fromkeys([*languages, *written]))
        if session.day:
            self.initial["day"] = session.day.isoformat()
        if session.starts_at and session.ends_at:
            for name, at in (("start", session.starts_at), ("end", session.ends_at)):
                show_local_moment(self, name, at, event.zone)
                self.initial[name] = self.initial[name].time()

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned, event = self.cleaned_data, self.instance.event
        day, start, end = cleaned.get("day"), cleaned.get("start"), cleaned.get("end")
        if day is None or {"start", "end"} & set(self.errors):
            return cleaned
        if (start is None) != (end is None):
            self.add_error("end" if end is None else "start", gettext("Give both times or neither."))
            return cleaned
        if start is None or end is None:
            self.instance.starts_at = self.instance.ends_at = None
            return cleaned
        next_day = day + timedelta(days=1)
        if span := moments(self, {"start": day, "end": next_day if end < start else day}, event.zone):
            self.instance.starts_at, self.instance.ends_at = span
        return cleaned


class PersonForm(RuleForm):
    """One row: a member, or a guest by name."""

    user = OneField(label=_("Member"), queryset=User.objects.none(), required=False)
    city = OneField(label=_("City"), queryset=City.objects.none(), required=False)

    class Meta:
        model = SessionPerson
        fields = ["role", "user", "name", "organisation", "city"]

    def __init__(self, *args: Any, choices: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["user"], choices.people, _("a guest"))
        offer(self.fields["city"], choices.cities, _("none"))
        self.fields["name"].help_text = gettext("Of a guest.")
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"session"}

    def has_changed(self) -> bool:
        # A row in which only the part is chosen is an empty one.
        return bool(set(self.changed_data) - {"role"})

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        if self.has_changed() and cleaned.get("user") is None and not cleaned.get("name") and "user" not in self.errors:
            self.add_error("name", gettext("Choose a member, or give a name."))
        return cleaned


class BasePeople(forms.BaseFormSet):
    def clean(self) -> None:
        seen = set()
        for form in self.kept_forms():
            user, role = form.cleaned_data.get("user"), form.cleaned_data.get("role")
            if user is not None and (user.pk, role) in seen:
                form.add_error("user", gettext("This person has this part already."))
            seen.add((user and user.pk, role))

    def kept_forms(self) -> list[PersonForm]:
        return [
            form
            for form in self.forms
            if form.has_changed() and hasattr(form, "cleaned_data") and not form.cleaned_data.get("DELETE")
        ]

    def rows(self) -> list[SessionPerson]:
        return [form.instance for form in self.kept_forms()]


PeopleFormSet: Any = forms.formset_factory(
    PersonForm,
    formset=BasePeople,
    extra=EMPTY_ROWS,
    can_delete=True,
    can_delete_extra=False,
    max_num=MOST_PEOPLE,
    absolute_max=MOST_PEOPLE,
    validate_max=True,
)


def people_formset(data: Any, session: Session, choices: Choices) -> Any:
    present = list(session.people.all()) if session.pk else []
    names = PersonForm.Meta.fields
    initial = [
        {name: getattr(person, f"{name}_id" if name in {"user", "city"} else name) for name in names}
        for person in present
    ]
    return PeopleFormSet(data, initial=initial, prefix="people", form_kwargs={"choices": choices})


# ---------------------------------------------------------------- rooms and tracks


class RoomForm(RuleForm):
    class Meta:
        model = Room
        fields = ["name", "capacity"]

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"event"}


class TrackForm(RuleForm):
    mark = forms.TypedChoiceField(
        label=_("Colour and shape"), coerce=int, choices=[(number, str(number)) for number in MARKS], initial=MARKS[0]
    )

    class Meta:
        model = Track
        fields = ["name", "mark"]

    def __init__(self, *args: Any, languages: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words: Any = self.fields["name"]
        words.show_languages(dict.fromkeys([*languages, *(self.instance.name or {})]))

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() | {"event"}


class BaseRows(forms.BaseModelFormSet):
    """Rows of an event, in an order that is told by numbers: it works without a mouse and without a script."""

    def clean(self) -> None:
        names = [str(form.cleaned_data.get("name", "")).casefold() for form in self.kept_forms()]
        if len(names) != len(set(names)):
            raise ValidationError(gettext("Two have the same name."))

    def kept_forms(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if hasattr(form, "cleaned_data")
            and (form.instance.pk or form.has_changed())
            and form not in self.deleted_forms
        ]

    def rows(self) -> list[Any]:
        def place(form: Any) -> tuple[bool, int]:
            number = form.cleaned_data.get("ORDER")
            return (number is None, number or 0)

        return [form.instance for form in sorted(self.kept_forms(), key=place)]

    def removed(self) -> list[Any]:
        return [form.instance for form in self.deleted_forms if form.instance.pk]


def _row_set(model: Any, form: Any) -> Any:
    return forms.modelformset_factory(
        model,
        form=form,
        formset=BaseRows,
        extra=EMPTY_ROWS,
        can_delete=True,
        can_delete_extra=False,
        can_order=True,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )


RoomFormSet: Any = _row_set(Room, RoomForm)
TrackFormSet: Any = _row_set(Track, TrackForm)


def rooms_formset(data: Any, event: Event) -> Any:
    return RoomFormSet(data, queryset=event.rooms.all(), prefix="rooms")


def tracks_formset(data: Any, event: Event, languages: Iterable[str]) -> Any:
    return TrackFormSet(data, queryset=event.tracks.all(), prefix="tracks", form_kwargs={"languages": tuple(languages)})
