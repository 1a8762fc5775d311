"""Forms around adoptions."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.dates import day_in_words
from common.forms import RefusableForm
from common.languages import current_language, own_name
from members.models import City, CityName, Organisation, User
from practices.enums import AdoptionOutcome
from practices.models import Adoption, Practice, PracticeSheet, SheetVersion
from practices.permissions import coordinates_some_group
from practices.transfers import current_version
from taxonomy.queries import preferred_labels


class CityChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label()}, {obj.country_name}"


class OrganisationChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name} ({obj.city.label()})" if obj.city else obj.name


class VersionChoiceField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return gettext("Version %(number)s, %(day)s (%(language)s)") % {
            "number": obj.number,
            "day": day_in_words(obj.published_at),
            "language": own_name(obj.sheet.language),
        }


def cities_for(user: User, practice: Practice) -> Any:
    """The cities for which ``user`` may declare: one's own; for coordinators all but that of the practice."""
    of_practice = PracticeSheet.objects.filter(practice=practice).order_by().values("city")
    cities = City.objects.exclude(pk__in=of_practice).prefetch_related(preferred_labels("labels", CityName))
    return cities if coordinates_some_group(user) else cities.filter(people=user)


class AdoptionForm(RefusableForm):
    """What a city says about its adoption. The city itself is asked for only where there is a choice."""

    city = CityChoiceField(label=_("City"), queryset=City.objects.none(), empty_label=_("Choose"))
    organisation = OrganisationChoiceField(
        label=_("Responsible organisation"),
        queryset=Organisation.objects.none(),
        required=False,
        empty_label=_("none of these"),
        help_text=_("The one that runs it in your city. The portal’s administrators add those that are missing."),
    )
    year = forms.IntegerField(
        label=_("Since which year"),
        min_value=1900,
        help_text=_("The year in which your city began with it, preparations included."),
    )
    outcome = forms.ChoiceField(label=_("How it goes"), choices=[("", _("Choose")), *AdoptionOutcome.choices])
    changes = forms.CharField(
        label=_("What your city changed"),
        max_length=Adoption._meta.get_field("changes").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What you left out, added or did otherwise than the sheet says. Markdown can be used."),
    )
    result = forms.CharField(
        label=_("How it went"),
        max_length=Adoption._meta.get_field("result").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("What came of it. What did not work helps others as much as what did."),
    )
    version = VersionChoiceField(
        label=_("From which version of the sheet"),
        queryset=SheetVersion.objects.none(),
        empty_label=None,
        help_text=_("The one that you worked from, so that readers know what you knew."),
    )
    language = forms.ChoiceField(
        label=_("Written in"),
        choices=settings.LANGUAGES,
        help_text=_("The language of your two texts. The rest is shown in the reader’s own."),
    )

    def __init__(self, data: Any = None, *, practice: Practice, user: User, adoption: Adoption | None = None) -> None:
        super().__init__(data, initial=_initial(practice, adoption))
        choices = City.objects.filter(pk=adoption.city_id) if adoption else cities_for(user, practice)
        cities = list(choices)
        self.own_city = cities[0] if len(cities) == 1 else None
        if self.own_city:
            del self.fields["city"]
        else:
            self.fields["city"].queryset = choices  # type: ignore[attr-defined]
        organisations = Organisation.objects.filter(city__in=cities).select_related("city").order_by("name")
        self.fields["organisation"].queryset = organisations.prefetch_related(  # type: ignore[attr-defined]
            preferred_labels("city__labels", CityName)
        )
        self.fields["year"].widget.attrs["max"] = timezone.localdate().year
        self._offer_versions(practice, user)

    def _offer_versions(self, practice: Practice, user: User) -> None:
        """Ask for the version only where there are several."""
        versions = SheetVersion.objects.visible_to(user).filter(sheet__practice=practice)
        if versions.count() > 1:
            shown = versions.select_related("sheet__locale").defer("content").order_by("-published_at", "-pk")
            self.fields["version"].queryset = shown  # type: ignore[attr-defined]
        else:
            del self.fields["version"]

    @property
    def has_no_city(self) -> bool:
        """Whether there is no city for which this person may declare it."""
        return not self.own_city and not self.fields["city"].queryset.exists()  # type: ignore[attr-defined]

    @property
    def chosen_city(self) -> City:
        """The city that was chosen, or the only one."""
        return self.own_city or self.cleaned_data["city"]

    def answers(self) -> dict[str, Any]:
        """What was answered, by the names of the action's arguments, without the city."""
        return {name: value for name, value in self.cleaned_data.items() if name != "city"}


def _initial(practice: Practice, adoption: Adoption | None) -> dict[str, Any]:
    if adoption is None:
        return {"language": current_language(), "version": current_version(practice)}
    names = ("organisation", "year", "outcome", "changes", "result", "version", "language")
    return {name: getattr(adoption, name) for name in names}


class DecisionForm(forms.Form):
    answer = forms.CharField(
        label=_("Your answer to the city"),
        max_length=Adoption._meta.get_field("answer").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you decline: what should the city change? Sent by e-mail to whoever recorded it."),
    )
