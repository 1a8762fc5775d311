"""What the forms about events have in common: rules at their fields, and when an event takes place."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.dates import day_in_words
from common.forms import Refusable
from common.local_moments import clean_local_moment, show_local_moment
from common.time_zones import zone_named
from events.enums import Precision
from events.models import Event
from members.zones import zones_to_choose_from

FIRST_YEAR, LAST_YEAR = 1950, 2200
LONGEST = timedelta(days=366)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


def address_field(model: type[Model], name: str) -> Any:
    """The field of a form for an address of a model; what is typed without a scheme is one of https."""
    field: Any = model._meta.get_field(name)
    return field.formfield(assume_scheme="https")


class RuleForm(Refusable, forms.ModelForm):
    """A form of which the model's rules hold also about fields that it does not show as they are: ``shown_at``."""

    def _get_validation_exclusions(self) -> set[str]:
        failed = set(self.errors)
        return failed | {name for name, shown in self.shown_at.items() if shown in failed}

    def _update_errors(self, errors: ValidationError) -> None:
        self.take(errors)


WHEN_SHOWN_AT = {
    "starts_at": "from_day",
    "ends_at": "to_time",
    "first_day": "from_day",
    "last_day": "to_day",
    "programme_first_day": "from_day",
    "programme_last_day": "from_day",
}


class WhenFields(forms.Form):
    """When an event takes place, as its clocks and calendars show it: month, days, or days and times."""

    precision = forms.ChoiceField(
        label=_("What is known of the date"),
        choices=[
            (Precision.MONTH, _("the month only")),
            (Precision.DAY, _("the days")),
            (Precision.TIME, _("the days and the times")),
        ],
        widget=forms.RadioSelect,
    )
    from_day = forms.DateField(
        label=_("First day"), widget=DayInput, help_text=_("If only the month is known, any day of it.")
    )
    from_time = forms.TimeField(label=_("Begins at"), required=False, widget=ClockInput)
    to_day = forms.DateField(
        label=_("Last day"), required=False, widget=DayInput, help_text=_("Empty: it is one day, or one month.")
    )
    to_time = forms.TimeField(label=_("Ends at"), required=False, widget=ClockInput)
    time_zone = forms.ChoiceField(
        label=_("Time zone"), help_text=_("Of the place; online, of those who organise it. All times are in it.")
    )

    def prepare_when(self, zone: str) -> None:
        self.fields["time_zone"].choices = zones_to_choose_from(current=zone)  # type: ignore[attr-defined]

    def show_when(self, event: Event) -> None:
        """Let the fields show at first when ``event`` is."""
        for name, at in (("from", event.starts_at), ("to", event.ends_at)):
            self.initial[f"{name}_day"] = at.astimezone(event.zone).date()
            if event.precision == Precision.TIME:
                show_local_moment(self, f"{name}_time", at, event.zone)
                self.initial[f"{name}_time"] = self.initial[f"{name}_time"].time()
        if self.initial["to_day"] == self.initial["from_day"]:
            self.initial["to_day"] = None

    def clean_when(self, zone: ZoneInfo | None = None) -> tuple[datetime, datetime] | None:
        """Start and end as moments, read by the clocks of ``zone``, or of the one that is chosen; None with errors at
        the fields. Called in ``clean``."""
        cleaned = self.cleaned_data
        zone = zone or zone_named(cleaned.get("time_zone", ""))
        first, last = cleaned.get("from_day"), cleaned.get("to_day") or cleaned.get("from_day")
        if zone is None or first is None or last is None or {"to_day", "precision"} & set(self.errors):
            return None
        for name, day in (("from_day", first), ("to_day", last)):
            if not FIRST_YEAR <= day.year <= LAST_YEAR:
                self.add_error(name, gettext("This is not a date of our times."))
                return None
        if not timedelta() <= last - first <= LONGEST:
            is_before = last < first
            self.add_error(
                "to_day",
                gettext("The last day is before the first one.")
                if is_before
                else gettext("That is more than a year. Make a series of events of it."),
            )
            return None
        if cleaned["precision"] != Precision.TIME:
            return whole_days(first, last, zone)
        for name in ("from_time", "to_time"):
            if cleaned.get(name) is None and name not in self.errors:
                self.add_error(name, gettext("Give the time, or say that only the days are known."))
        return moments(self, {"from_time": first, "to_time": last}, zone)


def whole_days(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    return (
        datetime.combine(first, time.min, zone),
        datetime.combine(last, time(23, 59, 59), zone),
    )


def moments(form: forms.BaseForm, days: Mapping[str, date], zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The moments of two fields with a time, each on its day; None with errors at the fields, also where clocks show a
    time never, or twice and it is not said which is meant."""
    found = []
    for name, day in days.items():
        clock = form.cleaned_data.get(name)
        form.cleaned_data[name] = datetime.combine(day, clock) if clock is not None else None
        found.append(clean_local_moment(form, name, zone))
    start, end = found
    return (start, end) if start is not None and end is not None else None


def day_choices(event: Event) -> list[tuple[str, str]]:
    """The days of an event."""
    number = (event.last_day - event.first_day).days + 1
    days = [event.first_day + timedelta(days=offset) for offset in range(number)]
    return [(day.isoformat(), day_in_words(day)) for day in days]
