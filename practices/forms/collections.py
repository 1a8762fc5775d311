"""Forms around collections."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from members.models import User
from practices.models import Collection, CollectionItem

LONGEST_NOTE = CollectionItem._meta.get_field("note").max_length


class CollectionForm(forms.Form):
    title = forms.CharField(
        label=_("Title"),
        max_length=Collection._meta.get_field("title").max_length,
        help_text=_("What holds these sheets together."),
    )
    description = forms.CharField(
        label=_("What it is for"),
        max_length=Collection._meta.get_field("description").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)
    is_public = forms.TypedChoiceField(
        label=_("Who may see it"),
        choices=[("no", _("only you")), ("yes", _("everybody"))],
        coerce=lambda answer: answer == "yes",
        help_text=_(
            "What you write in it is shown with your name to members of the network; to everybody only if you show "
            "your name to everybody. Each reader sees those of its sheets that he or she may read."
        ),
    )


class NoteForm(forms.Form):
    note = forms.CharField(label=_("Why it is here"), max_length=LONGEST_NOTE, required=False)


class CollectForm(NoteForm):
    """Puts a sheet into one of a person's collections, or into a new one."""

    collection = forms.ModelChoiceField(
        label=_("Collection"), queryset=Collection.objects.none(), required=False, empty_label=_("a new collection")
    )

    field_order = ["collection", "note"]

    def __init__(self, data: Any = None, *, user: User) -> None:
        super().__init__(data, prefix="collect")
        self.fields["collection"].queryset = Collection.objects.filter(owner=user)  # type: ignore[attr-defined]
