"""The rows of a sheet in its form. A row is known by its ``key``, which it has before anything is stored.

Formsets of models know rows by their primary keys, which the rows of a draft do not have.
"""

import uuid
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from django import forms
from django.db import models
from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_lazy as _

from common.choices import OneField, SeveralField, number_of
from practices.enums import Dimension
from practices.forms.choices import Choices
from practices.models import EvidenceClaim, PracticeSheet, SheetRow
from practices.schema import FIELDS_BY_NAME, SheetField

MOST_ROWS = 60
DOCUMENT_TYPES = ".pdf,.docx,.odt,.xlsx,.ods,.pptx,.odp,.txt,.csv"
_UNSEEN = ("key", "document")


def model_field_of_form(db_field: models.Field, **kwargs: Any) -> forms.Field | None:
    if isinstance(db_field, models.URLField):
        kwargs["assume_scheme"] = "https"
    if isinstance(db_field, models.DateField):
        kwargs["widget"] = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    if isinstance(db_field, models.TextField) and "widget" not in kwargs:
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    if isinstance(db_field, models.ForeignKey):
        kwargs["form_class"] = OneField
    if isinstance(db_field, models.ManyToManyField):
        kwargs["form_class"] = SeveralField
    return db_field.formfield(**kwargs)


class RowForm(forms.ModelForm):
    """One row. Blank, it is no row at all."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, choices: Choices, content_language: str, row_documents: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].initial = self.instance.key
        if "organisation" in self.fields:
            self.fields["organisation"].choices = [("", "–"), *choices.organisations]  # type: ignore[attr-defined]
        if "technology" in self.fields:
            self.fields["technology"].choices = [("", "–"), *choices.technologies]  # type: ignore[attr-defined]
        if "document" in self.fields:
            document = self.fields["document"]
            document.queryset = row_documents  # type: ignore[attr-defined]
            document.widget = forms.HiddenInput()
            self.fields["upload"] = forms.FileField(
                label=_("File from your computer"),
                required=False,
                widget=forms.FileInput(attrs={"accept": DOCUMENT_TYPES}),
                help_text=_("PDF, DOCX, ODT, XLSX, ODS, PPTX, ODP, TXT or CSV, at most 20 MB."),
            )
        for name, form_field in self.fields.items():
            if name in self.instance.WORDS:
                form_field.widget.attrs["lang"] = content_language

    def has_changed(self) -> bool:
        """Whether anything was filled in, besides what is chosen beforehand."""
        return not self.is_bound or any(self._is_filled(name) for name in self.fields)

    def _is_filled(self, name: str) -> bool:
        if name in {"key", "DELETE"}:
            return False
        value = self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        model_field = next((known for known in self.instance._meta.fields if known.name == name), None)
        has_default = model_field is not None and model_field.has_default() and bool(model_field.choices)
        typed = any(value) if isinstance(value, list) else value not in (None, "")
        return typed and not has_default

    def _get_validation_exclusions(self) -> set[str]:
        # Chosen by the form, not by the person; rules that name it still hold.
        return super()._get_validation_exclusions() - {"dimension"}  # type: ignore[misc]

    @property
    def document_pk(self) -> int | None:
        """The file that the row has, or that was just sent with it."""
        return number_of(self["document"].value()) if "document" in self.fields else None

    @property
    def shown_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in {*_UNSEEN, "DELETE"}]

    @property
    def facts(self) -> list[tuple[Any, str]]:
        """What a translation takes over from the original, in words."""
        shown = []
        for model_field in self.instance.content_fields():
            name = model_field.name
            if name in self.fields:
                continue
            value = getattr(self.instance, name)
            if value not in (None, "", []):
                labels = getattr(model_field, "labels", None)
                display = getattr(self.instance, f"get_{name}_display", None)
                text = ", ".join(labels(value)) if labels else str(display() if display else value)
                shown.append((model_field.verbose_name, text))
        return shown


class BaseRowSet(forms.BaseFormSet):
    """The rows of one kind."""

    field: SheetField
    upload_errors: Mapping[str, list[str]] = {}

    def __init__(self, *args: Any, sheet: PracticeSheet, choices: Choices, documents: Any, **kwargs: Any) -> None:
        self.sheet = sheet
        self.stored: list[SheetRow] = self._in_order(list(getattr(sheet, self.field.name).all()))
        if not sheet.is_original:
            prefetch_related_objects(self.stored, *self._shown_relations())
        self.choices_of_sheet = choices
        self.documents = documents
        kwargs |= {"prefix": self.field.name, "initial": [{} for _row in self.stored]}
        super().__init__(*args, **kwargs)
        self._seen: set[uuid.UUID] = set()

    def _shown_relations(self) -> list[str]:
        names = [
            known.name for known in self.field.row_model._meta.fields if known.remote_field and known.name != "sheet"
        ]
        return [*names, *(f"{name}__labels" for name in names if name == "technology")]

    @property
    def is_fixed(self) -> bool:
        """Whether rows can be neither added nor taken away."""
        return not self.can_delete

    def shown_forms(self) -> list[tuple[RowForm, Any, list[str]]]:
        """The rows, each with its file, and what was wrong with the one that was sent."""
        pks = {form.document_pk for form in self.forms} - {None}
        files = self.documents.in_bulk(pks) if pks else {}
        return [
            (form, files.get(form.document_pk), self.upload_errors.get(form.add_prefix("upload"), []))
            for form in self.forms
        ]

    def _in_order(self, rows: list[SheetRow]) -> list[SheetRow]:
        if self.field.name != "evidence" or not self.sheet.is_original:
            return rows
        # Each dimension has its place, claimed or not.
        claims = {row.dimension: row for row in rows if isinstance(row, EvidenceClaim)}
        return [claims.get(dimension) or EvidenceClaim(dimension=dimension) for dimension in Dimension.values]

    def get_form_kwargs(self, index: int | None) -> dict[str, Any]:
        return {
            "instance": self._instance(index),
            "choices": self.choices_of_sheet,
            "content_language": self.sheet.language,
            "row_documents": self.documents,
            "use_required_attribute": False,
        }

    def _instance(self, index: int | None) -> SheetRow:
        new = self.field.row_model()
        if index is None:
            return new
        if not self.is_bound or (self.field.name == "evidence" and self.sheet.is_original):
            return self.stored[index] if index < len(self.stored) else new
        key = _uuid(self.data.get(f"{self.prefix}-{index}-key", ""))
        if key is None or key in self._seen:
            return new
        self._seen.add(key)
        new.key = key
        return next((row for row in self.stored if row.key == key), new)

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        kwargs["empty_permitted"] = True
        form = super()._construct_form(i, **kwargs)  # type: ignore[misc]
        if self.field.name == "evidence" and form.instance.dimension != Dimension.EFFECT:
            form.fields.pop("direction", None)
        return form

    def kept_forms(self) -> list[RowForm]:
        """The rows that were filled in and are not to be taken away."""
        return [form for form in self.forms if form.has_changed() and form not in self._to_delete()]

    def _to_delete(self) -> list[RowForm]:
        return [form for form in self.forms if self.can_delete and self._should_delete_form(form)]  # type: ignore[attr-defined]

    def rows(self) -> list[SheetRow]:
        """What was filled in, in its order; call it only when the set is valid."""
        if not self.sheet.is_original:
            # Which rows there are is a fact: a translation has its own words for them, and nothing else.
            for form in self.kept_forms():
                if set(form.changed_data) & set(form.instance.WORDS):
                    form.instance.language = self.sheet.language
            return self.stored
        rows = [form.instance for form in self.kept_forms()]
        for place, row in enumerate(rows):
            row.sort_order = place
        return rows


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


@cache
def row_set_class(name: str, is_translation: bool) -> type[BaseRowSet]:
    field = FIELDS_BY_NAME[name]
    model = field.row_model
    editable: Iterable[str] = (
        model_field.name
        for model_field in model._meta.fields
        if model_field.editable and model_field.name not in {"id", "sheet"}
    )
    if is_translation:
        editable = model.WORDS
    elif name == "evidence":
        editable = (one for one in editable if one != "dimension")
    form = forms.modelform_factory(model, form=RowForm, fields=list(editable), formfield_callback=model_field_of_form)
    is_fixed = is_translation or name == "evidence"
    made: Any = forms.formset_factory(
        form,
        formset=BaseRowSet,
        extra=0 if is_fixed else 1,
        can_delete=not is_fixed,
        max_num=MOST_ROWS,
        absolute_max=MOST_ROWS,
        validate_max=True,
    )
    made.field = field
    row_set: type[BaseRowSet] = made
    return row_set
