"""People in the editor, with what the portal knows of them."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from wagtail.users import forms as wagtail_forms

PROFILE_FIELDS = {"city", "organisation", "languages"}


class ProfileFields(forms.Form):
    languages = forms.MultipleChoiceField(
        label=_("languages read"),
        choices=settings.LANGUAGES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Pages that do not exist in the language of the portal are shown in one of these."),
    )


class PersonCreationForm(ProfileFields, wagtail_forms.UserCreationForm):
    class Meta(wagtail_forms.UserCreationForm.Meta):
        fields = wagtail_forms.UserCreationForm.Meta.fields | PROFILE_FIELDS


class PersonEditForm(ProfileFields, wagtail_forms.UserEditForm):
    class Meta(wagtail_forms.UserEditForm.Meta):
        fields = wagtail_forms.UserEditForm.Meta.fields | PROFILE_FIELDS
