"""Forms about people: in the editor, and for people themselves."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from wagtail.users import forms as wagtail_forms

from common.languages import country_name, own_name
from common.time_zones import zone_in_words
from members.models import User
from members.zones import likely_zone, zones_to_choose_from

PROFILE_FIELDS = {"city", "organisation", "languages", "time_zone"}


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
    class Meta(wagtail_forms.UserCreationForm.Meta):
        fields = wagtail_forms.UserCreationForm.Meta.fields | PROFILE_FIELDS


class PersonEditForm(ProfileFields, wagtail_forms.UserEditForm):
    class Meta(wagtail_forms.UserEditForm.Meta):
        fields = wagtail_forms.UserEditForm.Meta.fields | PROFILE_FIELDS


class OwnProfileForm(forms.ModelForm):
    """What people say about themselves, the languages one by one from the best."""

    class Meta:
        model = User
        fields = ["first_name", "last_name", "shown_to", "time_zone"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        # A copy: what is typed wrongly must not stand in the page's header as if it were saved.
        super().__init__(*args, **{**kwargs, "instance": User.objects.get(pk=user.pk)})
        self.fields["time_zone"] = forms.ChoiceField(
            label=_("time zone"),
            choices=zones_to_choose_from(current=user.time_zone),
            required=False,
            help_text=self._help_on_zones(user),
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
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.Meta.fields]

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
        names = ("first_name", "last_name", "shown_to", "time_zone")
        return {name: self.cleaned_data[name] for name in names} | {"languages": [code for code in languages if code]}
