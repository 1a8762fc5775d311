"""Forms of the discussions."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from discussions.models import Post, Thread

LONGEST_POST = Post._meta.get_field("source").max_length


class ReplyForm(forms.Form):
    text = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("You can use Markdown: **bold**, *italic*, lists with a hyphen, links as [text](address)."),
        error_messages={"required": _("Write your message first.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)


class ThreadForm(ReplyForm):
    title = forms.CharField(
        label=_("Title"),
        max_length=Thread._meta.get_field("title").max_length,
        help_text=_("A question or a subject, as you would say it to a colleague."),
        error_messages={"required": _("Give the discussion a title.")},
    )

    field_order = ["title", "text", "language"]
