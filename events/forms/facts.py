"""The form of what is true of an event in every language."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.apps import apps
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from common.choices import OneField, SeveralField
from common.dates import day_in_words
from common.languages import complete_order, current_language
from common.time_zones import zone_named
from common.words import WordsFormField
from events.actions.facts import TOLD, changed_facts
from events.actions.programme import people_told
from events.choices import Choices, offer
from events.enums import Precision, Status
from events.forms.fields import WHEN_SHOWN_AT, RuleForm, WhenFields, address_field
from events.models import Event, EventSeries, Session
from events.models.event import BOTH_FACTS, STREAM_FACTS, VENUE_FACTS
from events.moving import Move, days_after
from groups.models import WorkingGroup
from members.models import City, Organisation, User
from taxonomy.models import Concept

RELATED = ("themes", "practices", "sisters")

SECTIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("when", _("When"), ("precision", "from_day", "from_time", "to_day", "to_time", "time_zone")),
    ("where", _("Where"), ("attendance", "city", "venue", "address", "latitude", "longitude", "join_url")),
    (
        "access",
        _("Who can get in and follow"),
        (*VENUE_FACTS, *BOTH_FACTS, *STREAM_FACTS, "access_contact", "access_note"),
    ),
    ("languages", _("Languages"), ("spoken", "interpreted")),
    (
        "about",
        _("What about, and by whom"),
        ("themes", "practices", "related_project", "series", "sisters", "organiser"),
    ),
    ("readers", _("Who may see it"), ("visibility", "group")),
)


@dataclass(frozen=True, slots=True)
class Consequences:
    """What follows from saving, said before it is done."""

    sentences: list[str]
    digest: str
    """What was confirmed: other values, or other choices, are asked back anew."""

    def __bool__(self) -> bool:
        return bool(self.sentences)


class FactsForm(WhenFields, RuleForm):
    """All facts on one page. ``consequences`` is what must be confirmed before ``change_facts`` is called."""

    shown_at = WHEN_SHOWN_AT | {"registration_closes_at": "to_time"}

    city = OneField(label=_("City"), queryset=City.objects.none(), required=False)
    organiser = OneField(
        label=_("Organiser"),
        queryset=Organisation.objects.none(),
        required=False,
        help_text=_("The portal’s administrators add those that are missing."),
    )
    group = OneField(
        label=_("Working group"),
        queryset=WorkingGroup.objects.none(),
        required=False,
        help_text=_("Its coordinators look after the event. Without one, the coordinators of all groups do."),
    )
    series = OneField(label=_("Series"), queryset=EventSeries.objects.none(), required=False)
    themes = SeveralField(
        label=_("Themes"), queryset=Concept.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    practices = SeveralField(
        label=_("Practices that it is about"),
        queryset=Concept.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Their sheets show the event too."),
    )
    related_project = OneField(label=_("Project"), queryset=Concept.objects.none(), required=False)
    sisters = SeveralField(
        label=_("The same in other languages"),
        queryset=Event.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Events with the same content, held for people who speak another language."),
    )
    join_url = address_field(Event, "join_url")
    programme_follows = forms.ChoiceField(
        label=_("The programme"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("move", _("Its sessions move with the event; they keep their times of day")),
            ("stay", _("Its sessions stay on their days")),
        ],
    )
    zone_keeps = forms.ChoiceField(
        label=_("Times in the other zone"),
        required=False,
        widget=forms.RadioSelect,
        choices=[
            ("clock", _("What the clock shows stays: 14:00 is 14:00 in the new zone")),
            ("moment", _("The moment stays: the clock shows something else in the new zone")),
        ],
    )
    confirmed = forms.CharField(required=False)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Event
        fields = [
            "precision",
            "time_zone",
            "attendance",
            "city",
            "venue",
            "address",
            "latitude",
            "longitude",
            "join_url",
            *VENUE_FACTS,
            *BOTH_FACTS,
            *STREAM_FACTS,
            "access_contact",
            "access_note",
            "spoken",
            "interpreted",
            "related_project",
            "series",
            "organiser",
            "visibility",
            "group",
        ]

    def __init__(self, data: Any = None, *, event: Event, user: User, languages: Iterable[str]) -> None:
        self.before = event
        # A copy: what is typed wrongly must not stand on the page as if it were saved.
        super().__init__(data, instance=Event.objects.get(pk=event.pk))
        self.initial["seen"] = event.changed_at.isoformat()
        choices = Choices(user, event)
        fields: dict[str, Any] = self.fields
        fields["practices"].queryset = Event._meta.get_field("practices").related_model._default_manager.none()
        fields["related_project"].queryset = apps.get_model("practices", "Project").objects.none()
        offer(fields["city"], choices.cities, _("none"))
        offer(fields["organiser"], choices.organisations, _("none of these"))
        offer(fields["group"], choices.groups, _("none: for the whole network"))
        offer(fields["series"], choices.series, _("none"))
        offer(fields["related_project"], self._with_chosen(choices.projects, event.related_project), _("none"))
        for name, listed in (("themes", choices.themes), ("practices", choices.practices), ("sisters", choices.events)):
            # What the event names already and this person may not see is neither shown nor taken away.
            shown = {value for value, _label in listed}
            chosen = [row.pk for row in getattr(event, name).all()]
            # There are hundreds of themes: what is chosen comes first.
            offer(fields[name], sorted(listed, key=lambda choice: choice[0] not in chosen))
            self.initial[name] = [pk for pk in chosen if pk in shown]
            fields[name].kept = [pk for pk in chosen if pk not in shown]
        note: WordsFormField = fields["access_note"]
        note.show_languages(dict.fromkeys([*languages, *event.access_note]))
        self.prepare_when(event.time_zone)
        self.show_when(event)

    @staticmethod
    def _with_chosen(choices: list[Any], chosen: Any) -> list[Any]:
        if chosen is None or any(value == chosen.pk for value, _label in choices):
            return choices
        return [(chosen.pk, str(chosen)), *choices]

    # ------------------------------------------------------------ what was sent

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        zone = zone_named(cleaned.get("time_zone", ""))
        self.changes_zone = zone is not None and zone.key != self.before.time_zone
        keeps_moment = self.changes_zone and cleaned.get("zone_keeps") == "moment"
        if span := self.clean_when(self.before.zone if keeps_moment else None):
            self.instance.starts_at, self.instance.ends_at = span
            cleaned["starts_at"], cleaned["ends_at"] = span
        if "starts_at" in cleaned and zone is not None:
            self._follow(zone, keeps_clock=not keeps_moment)
        return cleaned

    def _follow(self, zone: Any, *, keeps_clock: bool) -> None:
        """Try where the programme would lie, for the rules about it."""
        first = self.cleaned_data["starts_at"].astimezone(zone).date()
        last = self.cleaned_data["ends_at"].astimezone(zone).date()
        days = (first - self.before.first_day).days
        self.offers_move = bool(days) and bool(self.sessions) and self.cleaned_data["precision"] != Precision.MONTH
        stay, follow = (Move(by, self.before.zone, zone, keeps_clock=keeps_clock) for by in (0, days))
        self.follows = self.cleaned_data.get("programme_follows") or "move"
        is_as_long = last - first == self.before.last_day - self.before.first_day
        if not self.cleaned_data.get("programme_follows") and not is_as_long:
            # A day more at the beginning or at the end is not another date.
            span = days_after(self.sessions, stay)
            self.follows = "stay" if span and first <= span[0] and span[1] <= last else "move"
        self.move = follow if self.offers_move and self.follows == "move" else stay
        if span := days_after(self.sessions, self.move):
            self.instance.programme_first_day, self.instance.programme_last_day = span

    def _get_validation_exclusions(self) -> set[str]:
        unknown = set() if "starts_at" in self.cleaned_data else {"starts_at", "ends_at", "first_day", "last_day"}
        return super()._get_validation_exclusions() | unknown

    @cached_property
    def sessions(self) -> list[Session]:
        return list(Session.objects.filter(event=self.before.pk))

    @property
    def seen_at(self) -> datetime | None:
        """When the event had last changed as the sender saw it."""
        try:
            return datetime.fromisoformat(self.cleaned_data["seen"])
        except ValueError:
            return None

    def facts(self) -> dict[str, Any]:
        """What the event is to say; only after the form was found valid."""
        saved = self.instance
        return {name: getattr(saved, name) for name in (*self.Meta.fields, "starts_at", "ends_at")}

    def related(self) -> dict[str, list[int]]:
        fields: dict[str, Any] = self.fields
        return {name: [*(row.pk for row in self.cleaned_data[name]), *fields[name].kept] for name in RELATED}

    # ------------------------------------------------------------ what follows from it

    move: Move | None = None
    follows = "move"
    offers_move = False
    changes_zone = False

    @cached_property
    def consequences(self) -> Consequences:
        changed = changed_facts(self.before, self.facts())
        sentences = [*self._about_people(changed), *self._about_programme()]
        if self.asks_zone:
            sentences.append(gettext("The event gets another time zone. Say what stays of its times:"))
        # Not the two choices that come with the question: whoever makes them and confirms is not asked once more.
        typed = [self.data.get(name, "") for name in SECTIONS[0][2]]
        facts = [f"{name}={getattr(self.instance, name)}" for name in changed if name not in {"starts_at", "ends_at"}]
        return Consequences(sentences, hashlib.sha256("|".join([*typed, *facts]).encode()).hexdigest()[:16])

    @property
    def zone_keeps_chosen(self) -> str:
        return str(self.cleaned_data.get("zone_keeps") or "clock")

    @property
    def _has_times(self) -> bool:
        return any(session.starts_at for session in self.sessions)

    @property
    def asks_zone(self) -> bool:
        return self.changes_zone and (self.instance.precision == Precision.TIME or self._has_times)

    @property
    def is_confirmed(self) -> bool:
        return bool(self.cleaned_data.get("confirmed")) and self.cleaned_data["confirmed"] == self.consequences.digest

    def _about_people(self, changed: Iterable[str]) -> list[str]:
        names = [name for name in TOLD if name in changed]
        if not names or self.before.status == Status.DRAFT:
            return []
        number = people_told(self.before).count()
        if not number:
            return []
        what = ", ".join(str(Event._meta.get_field(name).verbose_name) for name in names)  # type: ignore[union-attr]
        return [
            ngettext(
                "%(number)d person is enrolled or waiting, and will be told by mail: %(what)s.",
                "%(number)d people are enrolled or waiting, and will be told by mail: %(what)s.",
                number,
            )
            % {"number": number, "what": what}
        ]

    def _about_programme(self) -> list[str]:
        if not self.offers_move or self.move is None:
            return []
        number = len(self.sessions)
        if self.move.days:
            sentence = ngettext(
                "%(number)d session keeps its time of day and moves with the event, which will begin on %(day)s.",
                "%(number)d sessions keep their times of day and move with the event, which will begin on %(day)s.",
                number,
            )
        else:
            sentence = ngettext(
                "%(number)d session stays on its day, although the event will begin on %(day)s.",
                "%(number)d sessions stay on their days, although the event will begin on %(day)s.",
                number,
            )
        return [sentence % {"number": number, "day": day_in_words(self.instance.first_day)}]

    @property
    def sections(self) -> list[tuple[str, Any, list[forms.BoundField]]]:
        def shown(names: Iterable[str]) -> list[forms.BoundField]:
            # A choice between two times that clocks show follows its field.
            wanted = [part for name in names for part in (name, f"{name}_fold")]
            return [self[name] for name in wanted if name in self.fields]

        return [(key, label, shown(names)) for key, label, names in SECTIONS]


class SeriesForm(forms.Form):
    names = WordsFormField(label=_("Name"), longest=120)

    def __init__(self, data: Any = None, *, initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial={"names": initial or {}})
        words: Any = self.fields["names"]
        words.show_languages(complete_order((current_language(),)))
