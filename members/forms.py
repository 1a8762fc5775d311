"""Forms about people: in the editor, and for people themselves."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import capfirst, format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.users import forms as wagtail_forms

from common.choices import SeveralField
from common.forms import NameField
from common.languages import country_name, own_name
from common.time_zones import zone_in_words
from members.account_letters import AccountOpened
from members.accounts import forget_confirmed_addresses
from members.actions import remove_second_factor
from members.models import PersonVisibility, User
from members.privacy import FIELDS
from members.zones import likely_zone, zones_to_choose_from
from taxonomy.hierarchy import in_tree_order
from taxonomy.models import Concept, ConceptScheme
from taxonomy.queries import preferred_labels

PROFILE_FIELDS = {"city", "organisation", "organisation_name", "position", "languages", "time_zone"}


class ProfileFields(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("languages read"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Pages that do not exist in the language of the portal are shown in one of these."),
    )
    time_zone = forms.ChoiceField(
        label=_("time zone"), required=False, help_text=_("Times of events are also told in this zone.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["time_zone"].choices = zones_to_choose_from(current=self.instance.time_zone)  # type: ignore[attr-defined]


class PersonCreationForm(ProfileFields, wagtail_forms.UserCreationForm):
    """Without a password, the person gets a letter and chooses how to log in."""

    class Meta(wagtail_forms.UserCreationForm.Meta):
        fields = wagtail_forms.UserCreationForm.Meta.fields | PROFILE_FIELDS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = _("Leave it empty: then the person gets a letter, and chooses one.")

    def save(self, commit: bool = True) -> User:
        has_password = bool(self.cleaned_data["password1"])
        if not has_password:
            self.instance.set_password(None)
        user: User = super().save(commit=commit)
        if commit and not has_password:
            AccountOpened(user=user).send()
        return user


class PersonEditForm(ProfileFields, wagtail_forms.UserEditForm):
    without_second_step = forms.BooleanField(
        label=_("take passkeys, app and recovery codes from the account"),
        required=False,
        help_text=_("For somebody whose phone is lost. Make sure who asks: call a number that you know already."),
    )

    class Meta(wagtail_forms.UserEditForm.Meta):
        fields = wagtail_forms.UserEditForm.Meta.fields | PROFILE_FIELDS

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit=commit)
        if "email" in self.changed_data and user.pk:
            forget_confirmed_addresses(user)
        if self.cleaned_data["without_second_step"]:
            remove_second_factor(user=user)
        return user


@dataclass(frozen=True, slots=True)
class ExpertiseGroup:
    """A broad concept, and what may be ticked: itself, and the narrower ones."""

    label: str
    boxes: list[tuple[int, str, bool]]
    """Primary key, label and whether it is ticked."""

    @property
    def ticked(self) -> int:
        return sum(is_ticked for _pk, _label, is_ticked in self.boxes)


@dataclass(frozen=True, slots=True)
class ExpertiseScheme:
    """One of the schemes of the vocabulary, to be opened."""

    label: str
    groups: list[ExpertiseGroup]

    @property
    def ticked(self) -> int:
        return sum(group.ticked for group in self.groups)


class OwnProfileForm(forms.ModelForm):
    """What people say about themselves, the languages one by one from the best."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "position", "organisation_name", "about", "time_zone", "shown_to"]
        field_classes = {"first_name": NameField, "last_name": NameField}
        labels = {"organisation_name": _("organisation")}
        widgets = {"about": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        # A copy: what is typed wrongly must not stand in the page's header as if it were saved.
        super().__init__(*args, **{**kwargs, "instance": User.objects.select_related("organisation").get(pk=user.pk)})
        self.initial["organisation_name"] = self.instance.organisation_in_words
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("time zone"),
            choices=zones_to_choose_from(current=user.time_zone),
            required=False,
            help_text=self._help_on_zones(user),
        )
        concepts = Concept.objects.prefetch_related(preferred_labels())
        self.fields["expertise"] = SeveralField(
            queryset=concepts,
            label=_("what you know about"),
            required=False,
            initial=[concept.pk for concept in user.expertise.all()],
            widget=forms.CheckboxSelectMultiple,
        )
        for name, label in FIELDS.items():
            self.fields[f"shown_{name}"] = forms.ChoiceField(
                label=str(label),
                choices=PersonVisibility.choices,
                required=False,
                initial=user.shown.get(name, PersonVisibility.NOBODY),
            )
        known = [code for code in user.languages if code in dict(settings.LANGUAGES)]
        for place, _language in enumerate(settings.LANGUAGES):
            self.fields[f"language_{place + 1}"] = forms.ChoiceField(
                label=format_lazy(_("Language {number}"), number=place + 1),
                choices=[("", "–"), *settings.LANGUAGES],
                required=False,
                initial=known[place] if place < len(known) else "",
            )

    @staticmethod
    def _help_on_zones(user: User) -> str:
        """What the field is for; to whom has not said a zone, also that of the city's country, if that is plain."""
        words = _now("Times of events are also told in this zone.")
        likely = None if user.time_zone else likely_zone(user)
        if not likely or not user.city:
            return words
        return (
            words
            + " "
            + _now("In the country of your city (%(country)s) it is: %(zone)s.")
            % {
                "country": country_name(user.city.country),
                "zone": zone_in_words(likely),
            }
        )

    @property
    def language_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("language_")]

    @property
    def own_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields if name != "shown_to"]

    @property
    def privacy_fields(self) -> list[forms.BoundField]:
        return [self[f"shown_{name}"] for name in FIELDS]

    @property
    def expertise_schemes(self) -> list[ExpertiseScheme]:
        """The vocabulary, scheme by scheme, by its broadest concepts; each of them may be ticked itself."""
        field: Any = self.fields["expertise"]
        concepts = list(field.queryset)
        ticked = {str(value) for value in self["expertise"].value() or ()}
        return [
            ExpertiseScheme(capfirst(str(label)), groups)
            for scheme, label in ConceptScheme.choices
            if (groups := _groups_of([one for one in concepts if one.scheme == scheme], ticked))
        ]

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not self.errors and not answers["first_name"] and not answers["last_name"]:
            # Without a name, people would be shown by their e-mail address.
            self.add_error("first_name", _now("Give at least one of your names."))
        chosen: set[str] = set()
        for field in self.language_fields:
            code = answers.get(field.name)
            if code and code in chosen:
                self.add_error(
                    field.name, _now("You have chosen “%(language)s” already.") % {"language": own_name(code)}
                )
            elif code:
                chosen.add(code)
        return answers

    @property
    def answers(self) -> dict[str, Any]:
        """What ``update_profile`` takes."""
        languages = [self.cleaned_data[field.name] for field in self.language_fields]
        return {name: self.cleaned_data[name] for name in (*self.Meta.fields, "expertise")} | {
            "languages": [code for code in languages if code],
            "shown": {name: self.cleaned_data[f"shown_{name}"] or PersonVisibility.NOBODY for name in FIELDS},
        }


def _groups_of(concepts: list[Concept], ticked: set[str]) -> list[ExpertiseGroup]:
    groups: list[ExpertiseGroup] = []
    for concept, depth in in_tree_order(concepts):
        label = capfirst(concept.label())
        if depth == 0:
            groups.append(ExpertiseGroup(label, []))
        groups[-1].boxes.append((concept.pk, label, str(concept.pk) in ticked))
    return groups
