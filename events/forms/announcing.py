"""Forms for beginning an event, its words, and its status."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.choices import OneField
from common.languages import current_language, own_name
from common.words import WordsFormField
from events.actions.announcing import NEED_NOTE
from events.choices import Choices, offer
from events.enums import Status
from events.forms.fields import WHEN_SHOWN_AT, RuleForm, WhenFields
from events.models import Event, EventPage
from groups.models import WorkingGroup
from members.models import City, User
from members.zones import likely_zone

LONGEST_TITLE = 200
LONGEST_SUMMARY = EventPage._meta.get_field("summary").max_length


class TextFields(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=LONGEST_TITLE)
    summary = forms.CharField(
        label=_("Summary"),
        required=False,
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One to three plain sentences, shown in lists."),
    )


class BeginForm(WhenFields, TextFields, RuleForm):
    """What is asked of an event at first. Everything else follows on its own screens, before others see it."""

    shown_at = WHEN_SHOWN_AT

    language = forms.ChoiceField(
        label=_("Language of these words"),
        choices=settings.LANGUAGES,
        help_text=_("Others can be added afterwards."),
    )
    city = OneField(label=_("City"), queryset=City.objects.none(), required=False)
    group = OneField(
        label=_("Working group"),
        queryset=WorkingGroup.objects.none(),
        required=False,
        help_text=_("Its coordinators look after the event. Without one, the coordinators of all groups do."),
    )
    with_programme = forms.BooleanField(
        label=_("With its programme"),
        required=False,
        help_text=_("Rooms, tracks and sessions at the same times of day, without the people who speak."),
    )

    field_order = [
        "title",
        "summary",
        "language",
        "precision",
        "from_day",
        "from_time",
        "to_day",
        "to_time",
        "time_zone",
        "attendance",
        "city",
        "group",
        "visibility",
        "with_programme",
    ]

    class Meta:
        model = Event
        fields = ["attendance", "city", "group", "visibility", "precision", "time_zone"]

    def __init__(
        self, data: Any = None, *, user: User, like: Event | None = None, like_page: EventPage | None = None
    ) -> None:
        choices = Choices(user)
        initial: dict[str, Any] = {
            "language": current_language(),
            "precision": "time",
            "time_zone": user.time_zone or likely_zone(user) or "Europe/Paris",
        }
        if like is not None:
            names = ("attendance", "city", "group", "visibility", "time_zone", "precision")
            initial |= {name: getattr(like, name) for name in names}
            initial |= {"title": like_page.title, "summary": like_page.summary} if like_page else {}
        elif len(choices.groups) == 1:
            initial["group"] = choices.groups[0][0]
        super().__init__(data, instance=Event(translation_key=uuid.uuid4()), initial=initial)
        self.prepare_when(initial["time_zone"])
        offer(self.fields["city"], choices.cities, _("none"))
        offer(self.fields["group"], choices.groups, _("none: for the whole network"))
        if like is None or like.programme_first_day is None:
            del self.fields["with_programme"]

    def clean(self) -> dict[str, Any]:
        super().clean()
        if span := self.clean_when():
            self.instance.starts_at, self.instance.ends_at = span
            self.cleaned_data["starts_at"], self.cleaned_data["ends_at"] = span
        return self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        unknown = set() if "starts_at" in self.cleaned_data else {"starts_at", "ends_at", "first_day", "last_day"}
        return super()._get_validation_exclusions() | unknown

    def facts(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "starts_at", "ends_at")}


class WordsForm(TextFields):
    """Title and summary of a page that is there."""

    def __init__(self, data: Any = None, *, page: EventPage) -> None:
        super().__init__(data, prefix=page.language, initial={"title": page.title, "summary": page.summary})
        self.page = page
        for name in self.fields:
            self.fields[name].widget.attrs["lang"] = page.language


class LanguageForm(TextFields):
    """One more language."""

    language = forms.ChoiceField(label=_("Language"))

    field_order = ["language", "title", "summary"]

    def __init__(self, data: Any = None, *, taken: Iterable[str]) -> None:
        super().__init__(data, prefix="new")
        present = set(taken)
        self.fields["language"].choices = [  # type: ignore[attr-defined]
            ("", gettext("Choose")),
            *((code, own_name(code)) for code, _name in settings.LANGUAGES if code not in present),
        ]


class StatusForm(forms.Form):
    """To which status, and what people should know about it.

    ``asks_back`` are sentences about what follows; where there are any, they must be confirmed.
    """

    to = forms.ChoiceField(choices=Status, widget=forms.HiddenInput)
    note = WordsFormField(
        label=_("What people should know about it"),
        required=False,
        longest=400,
        is_long=True,
        help_text=_("Why, and what comes in its place. It stands on the page and in the letters."),
    )
    only_month = forms.BooleanField(
        label=_("The new date is not known: show the month only"),
        required=False,
        help_text=_("Without this, the page keeps the date until you give the new one among the facts."),
    )
    confirmed = forms.BooleanField(required=False)

    def __init__(
        self, data: Any = None, *, event: Event, to: Status, languages: Iterable[str], asks_back: list[str]
    ) -> None:
        super().__init__(data, initial={"to": to, "note": event.status_note if to == event.status else {}})
        self.asks_back = asks_back
        if to in NEED_NOTE or event.status in NEED_NOTE:
            note: Any = self.fields["note"]
            note.show_languages(dict.fromkeys([*languages, *event.status_note]))
            note.required = to in NEED_NOTE
            note.error_messages["required"] = gettext("Say why, and what comes in its place.")
        else:
            del self.fields["note"]
        if to != Status.POSTPONED:
            del self.fields["only_month"]
        if not asks_back:
            del self.fields["confirmed"]
        else:
            self.fields["confirmed"].label = gettext("Yes, go ahead")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if self.asks_back and not cleaned.get("confirmed"):
            self.add_error("confirmed", gettext("Please confirm."))
        return cleaned
