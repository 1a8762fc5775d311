"""Forms of the discussions."""

from collections.abc import Iterable, Sequence
from typing import Any

import nh3
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.text import Truncator, format_lazy
from django.utils.translation import gettext_lazy as _

from common.choices import SeveralField, number_of
from common.forms import RefusableForm, shows_something
from common.markdown import render_message
from common.uploads import DOCUMENT_MEGABYTES, Checked
from discussions.attachments import MOST_A_POST, check_attachment, check_number, unsent_of
from discussions.limits import why_wait
from discussions.models import Post, PostAttachment, Thread
from members.models import User

LONGEST_POST = Post._meta.get_field("source").max_length or 0
LONGEST_TITLE = Thread._meta.get_field("title").max_length or 0
LONGEST_PASSAGE = Thread._meta.get_field("passage").max_length or 0
DETECT = ""


class VisibleTextField(forms.CharField):
    """Text of which something can be seen: not only of spaces without width, or of Markdown that shows nothing."""

    def clean(self, value: str) -> str:
        cleaned = str(super().clean(value))
        shown = nh3.clean(render_message(cleaned), tags=set())
        if cleaned and not shows_something(shown):
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return cleaned


class SeveralFiles(forms.FileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; cleaned, they are checked ones. ``good`` has those that passed where others did not."""

    widget = SeveralFiles

    def clean(self, data: Any, initial: Any = None) -> list[Checked]:
        files: Sequence[UploadedFile] = data if isinstance(data, list | tuple) else [data] if data else []
        self.good: list[Checked] = []
        errors = []
        for file in files:
            try:
                self.good.append(check_attachment(file))
            except ValidationError as error:
                errors += [f"{file.name}: {message}" for message in error.messages]
        if errors:
            raise ValidationError(errors)
        return self.good


def languages_of_a_text() -> list[tuple[str, Any]]:
    """The portal's languages, and first the choice to have that of the text found out."""
    return [(DETECT, _("find out from the text")), *settings.LANGUAGES]


class PostForm(RefusableForm):
    """What every form for a post has: the text, and in which language it is."""

    text = VisibleTextField(
        label=_("Your message"),
        max_length=LONGEST_POST,
        widget=forms.Textarea(attrs={"rows": 9}),
        help_text=_(
            "You can use Markdown: **bold**, *italic*, lists with a hyphen, links as [text](address). Name a person, a "
            "city or a group with @."
        ),
        error_messages={"required": _("Write your message first.")},
    )
    language = forms.ChoiceField(label=_("Written in"), choices=languages_of_a_text, required=False)


class ReplyForm(PostForm):
    """For a new post. Files that were sent with it are kept while it comes back, in ``kept_files``."""

    attachments = FilesField(
        label=_("Files"),
        required=False,
        help_text=format_lazy(
            _(
                "Pictures (JPEG, PNG, WebP), PDF, DOCX, ODT, XLSX, ODS, PPTX, ODP, TXT or CSV; up to {number} files of "
                "at most {megabytes} MB. Only those who can read the discussion can fetch them."
            ),
            number=MOST_A_POST,
            megabytes=DOCUMENT_MEGABYTES,
        ),
    )
    kept = SeveralField(queryset=PostAttachment.objects.none(), required=False)
    reply_to = forms.CharField(required=False, widget=forms.HiddenInput)

    field_order = ["text", "attachments", "language"]

    def __init__(
        self, data: Any = None, files: Any = None, *, writer: User, thread: Thread | None = None, **options: Any
    ) -> None:
        super().__init__(data, files, **options)
        self.writer = writer
        self.thread = thread
        self.kept_files: list[PostAttachment] = []
        self.fields["kept"].queryset = PostAttachment.objects.filter(unsent_of(writer))  # type: ignore[attr-defined]

    def clean_reply_to(self) -> Post | None:
        """The post that is answered; one that is gone meanwhile is answered all the same, as part of the thread."""
        number = number_of(self.cleaned_data["reply_to"])
        if number is None or self.thread is None:
            return None
        return self.thread.posts.standing().select_related("author", "guest").filter(pk=number).first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        try:
            check_number(len(cleaned.get("kept", ())) + len(cleaned.get("attachments", ())))
        except ValidationError as error:
            self.add_error("attachments", error)
        return cleaned

    def check_pace(self) -> bool:
        """Whether the writer may send it now; says why not."""
        if reason := why_wait(self.writer):
            self.add_error(None, reason)
        return not reason

    @property
    def good_files(self) -> list[Checked]:
        """The files that came with this form and passed, also where something else is wrong with it."""
        return getattr(self.fields["attachments"], "good", [])

    def offer(self, newly_kept: Iterable[PostAttachment]) -> None:
        """Show the files that are kept, those sent before and ``newly_kept`` ones, to be sent with the form again."""
        sent = self.fields["kept"].widget.value_from_datadict(self.data, self.files, "kept") or ()
        numbers = [number for value in sent if (number := number_of(value)) is not None]
        before = PostAttachment.objects.filter(unsent_of(self.writer), pk__in=numbers)
        self.kept_files = [*before, *newly_kept]


class ThreadForm(ReplyForm):
    title = VisibleTextField(
        label=_("Title"),
        max_length=LONGEST_TITLE,
        help_text=_("A question or a subject, as you would say it to a colleague."),
        error_messages={"required": _("Give the discussion a title.")},
    )
    passage = forms.CharField(
        label=_("Passage that it is about"),
        required=False,
        max_length=LONGEST_PASSAGE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Copy the words of the page here, if you ask about some of them in particular."),
    )

    field_order = ["passage", "title", "text", "attachments", "language"]

    def __init__(self, *arguments: Any, has_page: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not has_page:
            del self.fields["passage"]


class ChangePostForm(PostForm):
    """For a post that stands already; that of a thread's first post has its title."""

    versions_seen = forms.IntegerField(widget=forms.HiddenInput)
    title = VisibleTextField(
        label=_("Title"), max_length=LONGEST_TITLE, error_messages={"required": _("Give the discussion a title.")}
    )

    field_order = ["title", "text", "language"]

    def __init__(self, data: Any = None, *, has_title: bool, **options: Any) -> None:
        super().__init__(data, **options)
        if not has_title:
            del self.fields["title"]


class LanguageForm(forms.Form):
    language = forms.ChoiceField(label=_("Written in"), choices=settings.LANGUAGES)


def words_to_begin_with(words: str) -> dict[str, str]:
    """What a form for a thread holds at first if ``words`` are the question; none is lost where they are too many."""
    title = words.strip()
    if len(title) <= LONGEST_TITLE:
        return {"title": title}
    return {"title": Truncator(title).chars(LONGEST_TITLE), "text": title[:LONGEST_POST]}
