"""The form of a material: a file or an address."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.choices import OneField
from common.languages import current_language, own_name
from common.uploads import DOCUMENT_MEGABYTES, Checked, check_document
from events.choices import offer
from events.forms.fields import RuleForm
from events.models import Material, Session


class MaterialForm(RuleForm):
    """``cleaned_data["file"]`` is a checked file, or None."""

    file = forms.FileField(
        label=_("File"),
        required=False,
        widget=forms.FileInput,
        help_text=format_lazy(
            _("PDF, DOCX, ODT, XLSX, ODS, PPTX, ODP, TXT or CSV, at most {number} MB."), number=DOCUMENT_MEGABYTES
        ),
    )
    url = forms.URLField(
        label=_("Address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Instead of a file: of a recording, of a page."),
    )
    language = forms.ChoiceField(label=_("Language"))
    session = OneField(label=_("Session"), queryset=Session.objects.none(), required=False)

    field_order = ["title", "file", "url", "kind", "language", "session", "audience"]

    class Meta:
        model = Material
        fields = ["title", "url", "kind", "language", "session", "audience"]

    def __init__(self, data: Any = None, files: Any = None, *, material: Material) -> None:
        super().__init__(data, files, instance=material)
        event = material.event
        self.fields["language"].choices = [(code, own_name(code)) for code, _name in settings.LANGUAGES]  # type: ignore[attr-defined]
        if not material.language:
            self.initial["language"] = current_language()
        offer(
            self.fields["session"],
            [(session.pk, str(session)) for session in event.sessions.all()],
            _("the whole event"),
        )
        if material.document_id:
            self.fields["file"].label = gettext("Another file in its place")
        else:
            self.fields["title"].required = False
            self.fields["title"].help_text = gettext("In its own language. Empty: the name of the file.")

    def clean_file(self) -> Checked | None:
        file = self.cleaned_data.get("file")
        return check_document(file) if file else None

    def clean(self) -> dict[str, Any]:
        super().clean()
        cleaned = self.cleaned_data
        file, url = cleaned.get("file"), cleaned.get("url")
        if {"file", "url"} & set(self.errors):
            return cleaned
        if file and url:
            self.add_error("url", gettext("Give a file or an address, one of the two."))
        elif not file and not url and not self.instance.document_id:
            self.add_error("file", gettext("Give a file or an address, one of the two."))
        elif url and not cleaned.get("title") and "title" not in self.errors:
            self.add_error("title", gettext("Give it a title."))
        elif url:
            self.instance.document = None
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        # The file becomes a document when it is saved, and the title may be its name; the action looks at the whole.
        return super()._get_validation_exclusions() | {"document", "title"}
