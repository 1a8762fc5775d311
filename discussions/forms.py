"""Forms of the discussions."""

import unicodedata

import nh3
from django import forms
from django.conf import settings
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from common.markdown import render_markdown
from discussions.models import Post, Thread

LONGEST_POST = Post._meta.get_field("source").max_length or 0
LONGEST_TITLE = Thread._meta.get_field("title").max_length or 0


class VisibleTextField(forms.CharField):
    """Text of which something can be seen: not only of spaces without width, or of Markdown that shows nothing."""

    def clean(self, value: str) -> str:
        cleaned = str(super().clean(value))
        shown = nh3.clean(render_markdown(cleaned), tags=set())
        if cleaned and not any(unicodedata.category(character)[0] not in "CZ" for character in shown):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return cleaned


class ReplyForm(forms.Form):
    text = VisibleTextField(
        label=_("Your message"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("You can use Markdown: **bold**, *italic*, lists with a hyphen, links as [text](address)."),
        error_messages={"required": _("Write your message first.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)


class ThreadForm(ReplyForm):
    title = VisibleTextField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        help_text=_("A question or a subject, as you would say it to a colleague."),
        error_messages={"required": _("Give the discussion a title.")},
    )

    field_order = ["title", "text", "language"]


def words_to_begin_with(words: str) -> dict[str, str]:
    """What a form for a thread holds at first if ``words`` are the question; none is lost where they are too many."""
    title = words.strip()
    if len(title) <= LONGEST_TITLE:
        return {"title": title}
    return {"title": Truncator(title).chars(LONGEST_TITLE), "text": title[:LONGEST_POST]}
