"""The form of a reminder."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.languages import CODES
from events.models import EventReminder
from events.models.reminders import TIMES


class ReminderForm(forms.ModelForm):
    """When people are reminded, and in which words; it asks for the words in ``languages``."""

    minutes_before = forms.TypedChoiceField(label=_("When"), coerce=int)

    class Meta:
        model = EventReminder
        fields = ["minutes_before", "words"]

    def __init__(self, data: Any = None, *, reminder: EventReminder, languages: Sequence[str]) -> None:
        super().__init__(data, instance=reminder)
        self._former = reminder.minutes_before
        times: dict[int, Any] = dict(TIMES)
        if reminder.pk:
            times[reminder.minutes_before] = reminder.before_in_words
        self.fields["minutes_before"].choices = sorted(times.items(), reverse=True)  # type: ignore[attr-defined]
        # What is written in another language must not be lost.
        asked = [code for code in CODES if code in languages or code in reminder.words] or list(CODES)
        self.fields["words"].show_languages(asked)  # type: ignore[attr-defined]

    def clean_minutes_before(self) -> int:
        minutes: int = self.cleaned_data["minutes_before"]
        if self.instance.pk and minutes == self._former:
            return minutes
        event = self.instance.event
        if EventReminder.objects.filter(event=event, minutes_before=minutes).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_now("There is a reminder at this time already."))
        if EventReminder(event=event, minutes_before=minutes).due_at <= timezone.now():
            raise forms.ValidationError(_now("This time is over: nobody would be reminded."))
        return minutes
