"""Days and times in forms, as clocks show them in a zone that the same form names.

In the form: ``starts_at = LocalMomentField(label=…)``, before the form is shown ``show_local_moment(self, "starts_at",
event.starts_at, event.zone)``, and in ``clean`` ``clean_local_moment(self, "starts_at", zone)``, which gives the moment
in universal time. A time that clocks jump over is refused with the nearest ones named. A time that they show twice is
asked back: a choice ``starts_at_fold`` appears under the field, and is honoured when the form comes again.
"""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.dates import day_in_words, time_in_words
from common.moments import AmbiguousTime, NonexistentTime, resolve_local
from common.time_zones import city_of, offset_in_words

_FOLDS = ("0", "1")


class LocalMomentInput(forms.DateTimeInput):
    """One native field for day and time: a picker on phones, and at a keyboard part by part in the browser's order."""

    input_type = "datetime-local"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat(timespec="minutes") if isinstance(value, datetime) else super().format_value(value)


class LocalMomentField(forms.Field):
    """A day and a time without a zone, to the minute. What cannot be read stays in the field as it was typed."""

    widget = LocalMomentInput
    default_error_messages = {"invalid": gettext_lazy("Give the day and the time.")}

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        try:
            local = value if isinstance(value, datetime) else datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        if local.tzinfo:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return local.replace(second=0, microsecond=0)

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return bool(self.to_python(initial) != self.to_python(data))
        except ValidationError:
            return True


class _FoldSelect(forms.Select):
    # Whoever corrects the time instead must not be kept from sending the form.
    def use_required_attribute(self, initial: Any) -> bool:
        return False


class _FoldField(forms.ChoiceField):
    """Needed only with the time that it is about, so that ``clean_local_moment`` judges both."""

    widget = _FoldSelect

    def validate(self, value: Any) -> None:
        pass


def show_local_moment(form: forms.BaseForm, name: str, at: datetime, zone: ZoneInfo) -> None:
    """Let the field ``name`` show at first what clocks in ``zone`` show at this moment."""
    local = at.astimezone(zone)
    form.initial[name] = local.replace(tzinfo=None, fold=0)
    try:
        resolve_local(form.initial[name], zone)
    except AmbiguousTime as twice:
        form.initial[f"{name}_fold"] = str(local.fold)
        _ask_which(form, name, twice)


def clean_local_moment(form: forms.BaseForm, name: str, zone: ZoneInfo | None) -> datetime | None:
    """The moment that the field ``name`` means in ``zone``, in universal time; also put into ``cleaned_data``.

    Called in the form's ``clean``. None, with an error at the field, if the time does not exist or it is not said
    which of two is meant; None without another error if the field or the zone is wrong or empty already.
    """
    local = form.cleaned_data.get(name)
    if local is None or zone is None:
        # A time without a zone must not be taken for a moment.
        form.cleaned_data[name] = None
        return None
    try:
        at = resolve_local(local, zone)
    except AmbiguousTime as twice:
        _ask_which(form, name, twice)
        chosen = form.data.get(form.add_prefix(f"{name}_fold"))
        if chosen not in _FOLDS:
            form.add_error(f"{name}_fold", _shown_twice(twice, zone))
            return None
        at = resolve_local(local, zone, fold=int(chosen))
    except NonexistentTime as jump:
        form.add_error(name, _jumped_over(jump, zone))
        return None
    except OverflowError:
        form.add_error(name, _("This is not a date of our times."))
        return None
    else:
        # It may be there for another time, shown at first or typed before.
        form.fields.pop(f"{name}_fold", None)
    form.cleaned_data[name] = at
    return at


def _ask_which(form: forms.BaseForm, name: str, twice: AmbiguousTime) -> None:
    """Put the choice of one of two moments right after the field."""
    label = form.fields[name].label or name.replace("_", " ").capitalize()
    choices = [("", "–"), *zip(_FOLDS, _names_of(twice), strict=True)]
    present = form.fields.get(f"{name}_fold")
    if isinstance(present, _FoldField):
        present.choices = choices
        return
    place = list(form.fields).index(name) + 1
    names = list(form.fields)
    form.fields[f"{name}_fold"] = _FoldField(
        label=_("%(field)s: which of the two times") % {"field": label}, choices=choices
    )
    form.order_fields([*names[:place], f"{name}_fold", *names[place:]])


def _names_of(twice: AmbiguousTime) -> tuple[str, str]:
    first, second = offset_in_words(twice.first), offset_in_words(twice.second)
    if twice.first.dst() == timedelta(hours=1) and not twice.second.dst():
        return (
            _("the first: summer time, %(offset)s") % {"offset": first},
            _("the second: winter time, %(offset)s") % {"offset": second},
        )
    # Not every change of clocks is one of summer and winter.
    return _("the first: %(offset)s") % {"offset": first}, _("the second: %(offset)s") % {"offset": second}


def _jumped_over(jump: NonexistentTime, zone: ZoneInfo) -> str:
    return _(
        "Clocks in the time zone of %(place)s are put forward and jump over this time: it does not exist. "
        "The nearest ones that do are %(before)s and %(after)s."
    ) % {"place": city_of(zone), "before": _in_words(jump.before), "after": _in_words(jump.after)}


def _shown_twice(twice: AmbiguousTime, zone: ZoneInfo) -> str:
    return _(
        "Clocks in the time zone of %(place)s are put back, so that there are two times %(time)s. "
        "Say which of them you mean."
    ) % {"place": city_of(zone), "time": _in_words(twice.first)}


def _in_words(local: datetime) -> str:
    return _("%(day)s, %(times)s") % {"day": day_in_words(local.date()), "times": time_in_words(local)}
