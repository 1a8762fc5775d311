"""The form of those who answer without an account."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.forms import RefusableForm
from discussions.forms.posts import LONGEST_POST, VisibleTextField


class GuestAnswerForm(RefusableForm):
    text = VisibleTextField(
        label=_("Your message"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("You can use Markdown: **bold**, *italic*, lists with a hyphen, links as [text](address)."),
        error_messages={"required": _("Write your message first.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)
