"""The forms that take a calendar file, and what it leaves open."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from common.languages import current_language
from common.local_moments import LocalMomentField, clean_local_moment
from events.calendar_import import (
    LARGEST_FILE,
    Contradiction,
    FoundEvent,
    contradiction,
    is_web_address,
    local_end,
    local_start,
)
from events.enums import Attendance, Precision
from groups.enums import Visibility
from groups.models import WorkingGroup
from members.zones import zones_to_choose_from

LONGEST_SUMMARY = 600
_LONGEST_TEXT = 20_000


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("The calendar file"),
        required=False,
        help_text=_("A file that ends in .ics, with one event or several. At most 512 kB."),
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        error_messages={"empty": _("This file is empty.")},
    )
    text = forms.CharField(
        label=_("Or its text"),
        required=False,
        max_length=LARGEST_FILE,
        widget=forms.Textarea(attrs={"rows": 6, "spellcheck": "false"}),
        help_text=_("Begins with BEGIN:VCALENDAR. It is not needed if you send a file."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        file: UploadedFile[Any] | None = cleaned.get("file")
        if file is not None and (file.size or 0) > LARGEST_FILE:
            self.add_error("file", _("This file is larger than 512 kB. Export the one event alone."))
        if file is None and not cleaned.get("text") and not self.errors:
            self.add_error("file", _("Choose a file, or paste its text."))
        return cleaned

    @property
    def data_sent(self) -> bytes:
        file: UploadedFile[Any] | None = self.cleaned_data.get("file")
        return file.read() if file else str(self.cleaned_data["text"]).encode()


class ZoneForm(forms.Form):
    """Asks for the zone where the file does not say it, or says one that there is not."""

    zone = forms.ChoiceField(
        label=_("Whose clock is it?"), help_text=_("The time zone of the place where people meet.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["zone"].choices = zones_to_choose_from()  # type: ignore[attr-defined]


class ImportedEventForm(RefusableForm):
    """What was understood, to be put right: the form for one event of a file."""

    title = forms.CharField(label=_("Title"), max_length=255)
    language = forms.ChoiceField(label=_("Language of its texts"), choices=settings.LANGUAGES)
    reading = forms.ChoiceField(label=_("Which is right?"), widget=forms.RadioSelect)
    starts_at = LocalMomentField(label=_("Start"))
    ends_at = LocalMomentField(label=_("End"))
    only_days = forms.BooleanField(
        label=_("Only the days are known"), required=False, help_text=_("The times of day are then left out.")
    )
    attendance = forms.ChoiceField(label=_("How people take part"), choices=Attendance)
    venue = forms.CharField(label=_("Venue"), max_length=200, required=False)
    join_url = forms.CharField(
        label=_("Address to join"),
        max_length=500,
        required=False,
        help_text=_("Shown to those enrolled, and to nobody else."),
    )
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One to three plain sentences, shown in lists."),
    )
    text = forms.CharField(
        label=_("Text"), required=False, max_length=_LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 8})
    )
    group = forms.ModelChoiceField(
        label=_("Working group"),
        queryset=WorkingGroup.objects.none(),
        required=False,
        help_text=_("Its coordinators look after the event. Without one, the coordinators of all groups do."),
    )
    visibility = forms.ChoiceField(label=_("Who may see it, once it is announced"), choices=Visibility)
    again = forms.BooleanField(
        label=_("Make another event all the same"), error_messages={"required": _("There is such an event already.")}
    )

    def __init__(self, data: Any = None, *, found: FoundEvent, zone: ZoneInfo, groups: Any, is_known: bool) -> None:
        self.found, self.zone = found, zone
        self.contradiction: Contradiction | None = contradiction(found, zone)
        super().__init__(data, initial=self._understood())
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        if self.contradiction:
            reading: Any = self.fields["reading"]
            reading.choices = self.contradiction.choices()
            reading.help_text = self.contradiction.in_words()
        else:
            del self.fields["reading"]
        if not is_known:
            del self.fields["again"]

    def _understood(self) -> dict[str, Any]:
        found = self.found
        place_is_address = is_web_address(found.place)
        text = "\n\n".join(filter(None, (found.text, found.website)))
        first = found.text.split("\n\n")[0].strip()
        return {
            "title": found.title,
            "language": current_language(),
            "starts_at": local_start(found, self.zone),
            "ends_at": local_end(found, self.zone),
            "only_days": bool(found.start and found.start.is_day),
            "attendance": Attendance.ONLINE if place_is_address else Attendance.ON_SITE,
            "venue": "" if place_is_address else found.place[:200],
            "join_url": found.join_address or (found.place if place_is_address else ""),
            "summary": first if len(first) <= LONGEST_SUMMARY else "",
            "text": (text if text != first else "")[:_LONGEST_TEXT],
            "visibility": Visibility.PUBLIC,
        }

    def clean_join_url(self) -> str:
        address: str = self.cleaned_data["join_url"]
        if address and not is_web_address(address):
            raise ValidationError(_("Give an address of the web, which begins with https://."))
        return address

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in ("starts_at", "ends_at"):
            at = clean_local_moment(self, name, self.zone)
            if at is not None and self.contradiction and cleaned.get("reading") == "moment":
                cleaned[name] = at + (self.contradiction.by_file - self.contradiction.by_database)
        return cleaned

    @property
    def facts(self) -> dict[str, Any]:
        """What goes to the ``Event``."""
        names = ("starts_at", "ends_at", "attendance", "venue", "join_url", "group", "visibility")
        return {name: self.cleaned_data[name] for name in names} | {
            "time_zone": self.zone.key,
            "precision": Precision.DAY if self.cleaned_data["only_days"] else Precision.TIME,
        }
