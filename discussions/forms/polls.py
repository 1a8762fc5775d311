"""Forms of polls."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import RefusableForm
from common.languages import CODES
from common.local_moments import LocalMomentField, clean_local_moment, show_local_moment
from common.words import WordsFormField
from discussions.actions.polls import MOST_OPTIONS
from discussions.models import Poll

ROWS_AT_FIRST, ROWS_MORE = 4, 4
LONGEST_OPTION = 160


class PollForm(RefusableForm):
    """``rows`` answers to choose from, each in ``languages``."""

    shown_at = {"options": "option_0"}

    question = WordsFormField(label=_("Question"), longest=200)
    takes_several = forms.BooleanField(label=_("several answers are possible"), required=False)
    is_of_cities = forms.BooleanField(
        label=_("one vote a city"),
        required=False,
        help_text=_("Everybody sees how each city voted. Otherwise nobody sees who voted for what."),
    )
    quorum = forms.IntegerField(
        label=_("votes needed"),
        required=False,
        min_value=1,
        max_value=1000,
        help_text=_("With fewer, the poll has no result. Empty: any number is enough."),
    )
    closes_at = LocalMomentField(label=_("open until"), required=False, help_text=_("Empty: until you end it."))

    def __init__(
        self, data: Any = None, *, languages: Iterable[str], rows: int, zone: ZoneInfo, initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.zone, self.rows = zone, rows
        languages = list(languages)
        self.fields["question"].show_languages(languages)  # type: ignore[attr-defined]
        for row in range(rows):
            field = WordsFormField(label=option_label(row), longest=LONGEST_OPTION, required=False)
            field.show_languages(languages)
            self.fields[f"option_{row}"] = field
        self.order_fields(["question", *(f"option_{row}" for row in range(rows)), *self.base_fields])
        if at := self.initial.get("closes_at"):
            show_local_moment(self, "closes_at", at, zone)

    def clean(self) -> dict[str, Any]:
        clean_local_moment(self, "closes_at", self.zone)
        return self.cleaned_data

    @property
    def option_fields(self) -> list[forms.BoundField]:
        return [self[f"option_{row}"] for row in range(self.rows)]

    @property
    def further_fields(self) -> list[forms.BoundField]:
        """What follows the answers; a choice between two times that clocks show stands after its field."""
        return [self[name] for name in self.fields if name != "question" and not name.startswith("option_")]

    @property
    def answers(self) -> dict[str, Any]:
        """What ``ask_poll`` is told."""
        names = [f"option_{row}" for row in range(self.rows)]
        told = {name: value for name, value in self.cleaned_data.items() if name in self.base_fields}
        return told | {"options": [self.cleaned_data[name] for name in names if self.cleaned_data.get(name)]}


def option_label(row: int) -> Any:
    return pgettext_lazy("of a poll", "Answer %(number)d") % {"number": row + 1}


def begun_with(poll: Poll | None) -> dict[str, Any]:
    """What the form holds at first."""
    if poll is None:
        return {}
    words = {f"option_{row}": option.words for row, option in enumerate(poll.options.all())}
    fields = ("question", "takes_several", "is_of_cities", "quorum", "closes_at")
    return words | {name: getattr(poll, name) for name in fields}


def typed_so_far(data: Mapping[str, str], rows: int) -> dict[str, Any]:
    """What was typed, to be shown in a form with more rows or languages; nothing of it is judged yet."""
    typed: dict[str, Any] = {
        name: {code: data.get(f"{name}_{code}", "") for code in CODES}
        for name in ("question", *(f"option_{row}" for row in range(rows)))
    }
    return typed | {name: data.get(name) for name in ("takes_several", "is_of_cities", "quorum")}


def languages_asked(data: Mapping[str, str], otherwise: Iterable[str]) -> list[str]:
    """In which languages a form that comes back was asked."""
    asked = [code for code in data.get("languages", "").split() if code in CODES]
    return list(dict.fromkeys(asked)) or list(otherwise)


def rows_asked(data: Mapping[str, str], otherwise: int) -> int:
    rows = data.get("rows", "")
    return min(max(int(rows), 2), MOST_OPTIONS) if rows.isascii() and rows.isdecimal() and len(rows) < 3 else otherwise
