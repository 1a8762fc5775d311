"""The form in which people say which letters they want, and when."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from common.dates import weekdays_in_words
from notifications.messages import kinds, optional_kinds
from notifications.models import DigestTime, Frequency, MailPreference
from notifications.notices import notice_kinds

# What asks something of people comes when it is asked.
AT_ONCE_OR_NEVER = [(choice.value, choice.label) for choice in (Frequency.AT_ONCE, Frequency.NEVER)]


class MailForm(forms.Form):
    """How often each kind of letters comes, and the weekday and the hour of those that gather."""

    weekday = forms.TypedChoiceField(
        label=_("day of the week"), coerce=int, help_text=_("Of the monthly one, the first such day of the month.")
    )
    hour = forms.TypedChoiceField(label=_("hour"), coerce=int)

    def __init__(self, data: Any = None, *, user_pk: int) -> None:
        super().__init__(data)
        chosen = dict(MailPreference.objects.filter(user=user_pk).order_by().values_list("kind", "frequency"))
        time = DigestTime.objects.filter(user=user_pk).first() or DigestTime()
        weekdays = [(day, name) for day, (_short, name) in enumerate(weekdays_in_words())]
        self._choose_from("weekday", weekdays)
        self._choose_from("hour", [(hour, f"{hour:02}:00") for hour in range(24)])
        self.initial = {"weekday": time.weekday, "hour": time.hour}
        for kind in notice_kinds():
            self._add(kind, Frequency.choices, chosen.get(kind.kind, kind.frequency))
        for message in optional_kinds():
            self._add(message, AT_ONCE_OR_NEVER, chosen.get(message.kind, Frequency.AT_ONCE))

    def _choose_from(self, name: str, choices: list[tuple[int, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices

    def _add(self, kind: Any, choices: Any, initial: str) -> None:
        self.fields[kind.kind] = forms.ChoiceField(label=kind.label, choices=choices, initial=str(initial))

    @property
    def notice_fields(self) -> list[forms.BoundField]:
        """Things to read, at any frequency."""
        return [self[kind.kind] for kind in notice_kinds()]

    @property
    def letter_fields(self) -> list[forms.BoundField]:
        """Letters that ask something of people who may do without them."""
        return [self[message.kind] for message in optional_kinds()]

    @property
    def time_fields(self) -> list[forms.BoundField]:
        return [self["weekday"], self["hour"]]

    @property
    def always_sent(self) -> list[Any]:
        """The names of the kinds that nobody can do without."""
        return [message.label for message in kinds() if not (message.is_optional or message.is_asked_for)]

    @property
    def frequencies(self) -> dict[str, str]:
        """What ``choose_mail`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"weekday", "hour"}}

    @property
    def digest_time(self) -> dict[str, int]:
        """What ``choose_digest_time`` takes."""
        return {name: self.cleaned_data[name] for name in ("weekday", "hour")}
