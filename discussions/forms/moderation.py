"""Forms of those who look after discussions, and of those who report posts."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from common.choices import OneField, SeveralField
from common.forms import RefusableForm
from discussions.actions.translating import TITLE_LENGTH
from discussions.enums import ReportDecision, ReportReason
from discussions.forms.posts import LONGEST_POST, LONGEST_TITLE, VisibleTextField
from discussions.models import Post, Report, Thread
from groups.models import WorkingGroup

LONGEST_REASON = 2_000


def words_field(name: str, label: Any, **kwargs: Any) -> forms.CharField:
    """The field of a form for one of the texts of a report."""
    longest: int = getattr(Report._meta.get_field(name), "max_length", 0)
    return forms.CharField(label=label, max_length=longest, widget=forms.Textarea(attrs={"rows": 5}), **kwargs)


def reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Why"),
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For the log that the coordinators of the working group read."),
    )


# ---------------------------------------------------------------- threads


class MoveForm(RefusableForm):
    to = OneField(
        queryset=WorkingGroup.objects.none(),
        label=_("Working group"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose the working group.")},
    )
    reason = reason_field()

    def __init__(self, data: Any = None, *, groups: Iterable[WorkingGroup], names: dict[int, str]) -> None:
        super().__init__(data)
        to: Any = self.fields["to"]
        to.queryset = WorkingGroup.objects.filter(pk__in=[group.pk for group in groups])
        to.label_from_instance = lambda group: names.get(group.pk, group.title)


class MergeForm(RefusableForm):
    into = OneField(
        queryset=Thread.objects.none(),
        label=_("The discussion that stays"),
        widget=forms.RadioSelect,
        empty_label=None,
        error_messages={"required": _("Choose a discussion.")},
    )
    reason = reason_field()

    def __init__(self, data: Any = None, *, offered: Iterable[Thread], possible: Any) -> None:
        super().__init__(data)
        into: Any = self.fields["into"]
        # Any that is possible is taken; the choice shows those that were found.
        into.queryset = possible
        into.choices = [(thread.pk, thread.title) for thread in offered]


class SplitForm(RefusableForm):
    posts = SeveralField(
        queryset=Post.objects.none(),
        label=_("Posts that go"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    and_later = forms.BooleanField(label=_("and all posts after these"), required=False)
    title = VisibleTextField(
        label=_("Title of the new discussion"),
        max_length=LONGEST_TITLE,
        error_messages={"required": _("Give the discussion a title.")},
    )
    language = forms.ChoiceField(label=_("Language of the title"), choices=settings.LANGUAGES)
    reason = reason_field()

    def __init__(self, data: Any = None, *, posts: Any, has_later: bool, initial: dict[str, Any]) -> None:
        super().__init__(data, initial=initial)
        field: Any = self.fields["posts"]
        field.queryset = posts
        if not has_later:
            del self.fields["and_later"]


# ---------------------------------------------------------------- reports


class ReportForm(RefusableForm):
    reason = forms.ChoiceField(
        label=_("What is wrong with it"),
        choices=ReportReason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what is wrong with it.")},
    )
    words = words_field("words", _("In your words"), required=False)


class HideForm(RefusableForm):
    reason = ReportForm.base_fields["reason"]
    statement = words_field(
        "statement",
        _("Your reasons"),
        help_text=_("Whoever wrote the post reads them, and may appeal to somebody else."),
        error_messages={"required": _("Give the reasons: the people concerned read them.")},
    )


class ShowForm(RefusableForm):
    statement = words_field(
        "statement",
        _("Your reasons"),
        help_text=_("Whoever wrote the post reads them."),
        error_messages={"required": _("Give the reasons: the people concerned read them.")},
    )


class DecisionForm(RefusableForm):
    decision = forms.ChoiceField(
        label=_("Your decision"),
        choices=ReportDecision.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether the post stays.")},
    )
    statement = words_field(
        "statement",
        _("Your reasons"),
        help_text=_("Whoever reported the post and whoever wrote it read them."),
        error_messages={"required": _("Give the reasons: the people concerned read them.")},
    )


class AppealForm(RefusableForm):
    appeal = words_field(
        "appeal",
        _("Why the decision is wrong"),
        help_text=_("Somebody decides who has not decided before. That is the last word."),
        error_messages={"required": _("Say why the decision is wrong.")},
    )


# ---------------------------------------------------------------- translations


class TranslationForm(RefusableForm):
    """Where the post is not the first one of its thread, there is no ``title``."""

    title = forms.CharField(label=_("Translation of the title"), required=False, max_length=TITLE_LENGTH)
    text = VisibleTextField(
        label=_("Translation"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("You can use Markdown: **bold**, *italic*, lists with a hyphen, links as [text](address)."),
        error_messages={"required": _("Write the translation first.")},
    )
    seen = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def __init__(self, *args: Any, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if title:
            self.fields["title"].help_text = _("The original: %(title)s") % {"title": title}
        else:
            del self.fields["title"]
