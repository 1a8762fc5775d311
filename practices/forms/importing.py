"""The form that takes a spreadsheet."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from practices.importing.workbook import LARGEST_FILE


class ImportForm(forms.Form):
    file = forms.FileField(
        label=_("Your spreadsheet"),
        help_text=_("The template, filled in (.xlsx), or its first worksheet as CSV in UTF-8. At most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv"}),
        error_messages={"required": _("Choose a file."), "empty": _("This file is empty.")},
    )
    language = forms.ChoiceField(
        label=_("Language of its texts"),
        help_text=_("The sheets will be drafts in this language."),
        choices=settings.LANGUAGES,
    )

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 5 MB."))
        return file
