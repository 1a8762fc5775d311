"""Notes of a session."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

LONGEST = 20_000


class NotesForm(forms.Form):
    notes_language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)
    notes = forms.CharField(
        label=_("Notes"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 24}),
        help_text=_(
            "Markdown can be used. Headings as in the template lead each part to its place in a practice sheet."
        ),
    )
    base = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)

    def win(self, base: str) -> None:
        """Let this text win when it is sent again."""
        sent: Any = self.data
        self.data = {**sent.dict(), "base": base}
