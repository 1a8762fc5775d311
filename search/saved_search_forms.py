"""The form of a saved search."""

from django import forms
from django.utils.translation import gettext_lazy as _

from search.models import Frequency, SavedSearch


class SavedSearchForm(forms.Form):
    name = forms.CharField(
        label=_("Name"),
        max_length=SavedSearch._meta.get_field("name").max_length,
        help_text=_("It stands in your list and in the subject of the letters."),
    )
    frequency = forms.ChoiceField(
        label=_("Tell me what is new"),
        choices=Frequency,
        help_text=_("By mail, and only if there is something new that you may read."),
    )
