"""The form of a sheet, made from the list of fields in ``practices.schema``: a page of it has some of these fields."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField
from modelcluster.forms import ClusterForm, clusterform_factory
from taggit.models import Tag
from wagtail.documents.models import Document
from wagtail.images.models import Image

from common.choices import OneField, number_of
from common.fields import ChoiceListField
from groups.models import WorkingGroup
from groups.queries import title_shown_to
from members.models import City, User
from practices.actions.writing import COLLECTION
from practices.forms.choices import Choices, ConceptChoice
from practices.forms.rows import BaseRowSet, model_field_of_form, row_set_class
from practices.models import PracticeSheet, ReviewRemark
from practices.schema import FIELDS_BY_NAME, QUICK_FIELDS, SETTINGS, SheetField, Tab, fields_of

# The database has no sheet without them; all others may wait.
ALWAYS_NEEDED = ("title", "city", "licence", "sensitivity", "visibility")
PICTURE_TYPES = "image/jpeg,image/png,image/webp"
# An example that is longer is folded.
SHORT_EXAMPLE = 70
LONGEST_OPEN_LIST = 24

_SETTINGS_HELP: dict[str, Promise] = {
    "visibility": _("Before it is published, only its authors and reviewers see the sheet."),
    "group": _("Its coordinators look through the sheet before it is published."),
}


def names_of(tab: Tab | None) -> tuple[str, ...]:
    """The fields on one page of the form; without a tab, those of the quick sheet."""
    names = tuple(one.name for one in (fields_of(tab) if tab else QUICK_FIELDS))
    return (*names, *SETTINGS) if tab == Tab.PUBLICATION else names


class StartForm(forms.Form):
    """What it takes to begin."""

    title = forms.CharField(label=_("Title"), max_length=255)
    language = forms.ChoiceField(
        label=_("Written in"),
        choices=settings.LANGUAGES,
        help_text=_("Your own language is right: others are added by translation."),
    )
    city = OneField(label=_("City"), queryset=City.objects.all())
    group = OneField(label=_("Working group"), queryset=WorkingGroup.objects.all(), required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = Choices(user)
        title = FIELDS_BY_NAME["title"]
        self.fields["title"].help_text = f"{title.help}"
        self.fields["title"].widget.attrs["data-portal-similar-title"] = ""
        self.fields["city"].choices = [("", "–"), *choices.cities]  # type: ignore[attr-defined]
        group = self.fields["group"]
        group.choices = [("", "–"), *choices.groups]  # type: ignore[attr-defined]
        if len(choices.groups) == 1:
            group.initial = choices.groups[0][0]
        group.help_text = str(_SETTINGS_HELP["group"])
        if not choices.groups:
            del self.fields["group"]

    def clean_group(self) -> Any:
        group = self.cleaned_data["group"]
        if group and str(group.pk) not in {str(pk) for pk, _label in self.fields["group"].choices}:  # type: ignore[attr-defined]
            raise ValidationError(_("Choose one of your groups."))
        return group


# ---------------------------------------------------------------- simple fields


class SheetFieldsForm(ClusterForm):
    """The fields that are no rows."""

    def __init__(self, *args: Any, choices: Choices, images: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = self.instance.language
        for name, form_field in self.fields.items():
            known = FIELDS_BY_NAME.get(name)
            form_field.label = known.label if known else form_field.label
            form_field.help_text = ""
            form_field.required = name in ALWAYS_NEEDED
            if known and (known.is_words or isinstance(known.model_field, ClusterTaggableManager)):
                form_field.widget.attrs["lang"] = language
        self._offer(choices, images)

    def _offer(self, choices: Choices, images: Any) -> None:
        lists = {
            "city": lambda: choices.cities,
            "organisation": lambda: choices.organisations,
            "related_project": lambda: choices.projects,
            "group": lambda: choices.groups,
        }
        for name in lists.keys() & self.fields.keys():
            self.fields[name].choices = [("", "–"), *lists[name]()]
        if "image" in self.fields:
            self.fields["image"].queryset = images
            self.fields["image"].widget = forms.HiddenInput()

    def clean_tags(self) -> Any:
        tags: list[str] = self.cleaned_data["tags"]
        longest = Tag._meta.get_field("name").max_length or 0
        for tag in tags:
            MaxLengthValidator(longest)(tag)
        return tags

    def clean_group(self) -> Any:
        group = self.cleaned_data["group"]
        offered = {str(value) for value, _label in self.fields["group"].choices}
        if group and str(group.pk) not in offered:
            raise ValidationError(_("Choose one of your groups."))
        return group

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("visibility") == "group" and not cleaned.get("group"):
            self.add_error("group", _("Name the working group whose members may see this page."))
        return cleaned


@cache
def _fields_form_class(names: tuple[str, ...]) -> type[SheetFieldsForm]:
    made: type[SheetFieldsForm] = clusterform_factory(
        PracticeSheet,
        form=SheetFieldsForm,
        fields=list(names),
        formsets=[],
        formfield_callback=model_field_of_form,
    )
    return made


# ---------------------------------------------------------------- a page of the form


@dataclass
class Entry:
    """One field of the sheet on a page of the form."""

    name: str
    label: Any
    help: Any
    schema: SheetField | None = None
    bound: forms.BoundField | None = None
    rows: BaseRowSet | None = None
    concepts: list[ConceptChoice] = field(default_factory=list)
    fact: str | None = None
    """What a translation takes over, in words; None where it can be changed."""
    errors: Sequence[Any] = ()
    remarks: Sequence[ReviewRemark] = ()
    """What the reviewers asked to change here."""
    theirs: str | None = None
    """What somebody else wrote meanwhile, and what will be lost when this is sent again."""
    theirs_by: str = ""

    @property
    def id(self) -> str:
        return f"id_{self.name}"

    @property
    def kind(self) -> str:
        """Which template in ``practices/writing/fields/`` shows it."""
        if self.fact is not None:
            return "fact"
        if self.rows is not None:
            return "rows"
        if self.name == "image":
            return "picture"
        if self.concepts:
            return "concepts"
        return "checkboxes" if self._has_checkboxes else "simple"

    @property
    def _has_checkboxes(self) -> bool:
        return bool(self.schema) and isinstance(
            self.schema.model_field if self.schema else None, ChoiceListField | ParentalManyToManyField
        )

    @property
    def template(self) -> str:
        return f"practices/writing/fields/{self.kind}.html"

    @property
    def is_needed(self) -> bool:
        return self.name in ALWAYS_NEEDED or (self.schema is not None and self.schema in QUICK_FIELDS)

    @property
    def is_folded(self) -> bool:
        return bool(self.schema) and len(str(self.schema.example if self.schema else "")) > SHORT_EXAMPLE

    @property
    def unfolded(self) -> set[str]:
        """The concepts below which something is chosen."""
        return {concept.value for concept in self.concepts if concept.values_below & self.chosen}

    @property
    def chosen(self) -> set[str]:
        values = (self.bound.value() if self.bound else None) or []
        return {str(getattr(value, "pk", value)) for value in values}

    @property
    def options(self) -> list[tuple[str, Any]]:
        choices = self.bound.field.choices if self.bound else ()  # type: ignore[attr-defined]
        return [(str(value), label) for value, label in choices]

    @property
    def is_long(self) -> bool:
        """Whether the list is better folded."""
        return len(self.options) > LONGEST_OPEN_LIST


class WritingForm:
    """A page of the form of ``sheet``: simple fields and rows, which are valid, or not, together.

    ``sheet`` is the draft as an object; with ``data``, it takes what was typed.
    """

    def __init__(self, sheet: PracticeSheet, *, tab: Tab | None, user: User, data: QueryDict | None = None) -> None:
        self.sheet = sheet
        self.tab = tab
        self.all_names = names_of(tab)
        self.data = data
        self._choices = Choices(user, sheet)
        self._user = user
        self._stored_image = sheet.image_id
        self._upload_errors: dict[str, list[str]] = {}
        simple = tuple(name for name in self.names if name not in self._row_names)
        self.fields = _fields_form_class(simple)(
            data, instance=sheet, choices=self._choices, images=self._files_for(Image, [sheet.image_id])
        )
        self.row_sets: dict[str, BaseRowSet] = {name: self._row_set(name) for name in self._row_names}

    @property
    def names(self) -> tuple[str, ...]:
        """The fields that can be changed here: in a translation those with words."""
        if self.sheet.is_original:
            return self.all_names
        return tuple(name for name in self.all_names if _has_words(name))

    @cached_property
    def _row_names(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name in FIELDS_BY_NAME and FIELDS_BY_NAME[name].is_rows)

    def _row_set(self, name: str) -> BaseRowSet:
        row_set = row_set_class(name, not self.sheet.is_original)
        stored = [row.document_id for row in getattr(self.sheet, name).all()] if name == "attachments" else []
        return row_set(self.data, sheet=self.sheet, choices=self._choices, documents=self._files_for(Document, stored))

    def _files_for(self, model: Any, stored: Iterable[int | None]) -> Any:
        """The files that the form may name: those of the sheet, and those that the same person has just sent."""
        own = Q(uploaded_by_user=self._user, collection__name=COLLECTION)
        return model.objects.filter(own | Q(pk__in=[pk for pk in stored if pk]))

    # ------------------------------------------------------------ valid or not

    def refuse_uploads(self, errors: Mapping[str, list[str]]) -> None:
        """Files that could not be kept, by the name of their input."""
        self._upload_errors = dict(errors)

    def is_valid(self) -> bool:
        fields_are_valid = self.fields.is_valid()
        # Each is asked, so that each has its messages.
        faulty = [row_set for row_set in self.row_sets.values() if not row_set.is_valid()]
        return fields_are_valid and not faulty and not self._upload_errors

    def filled_in(self) -> PracticeSheet:
        """The sheet with what was typed, in memory; call it only when the form is valid."""
        sheet: PracticeSheet = self.fields.save(commit=False)
        for name, row_set in self.row_sets.items():
            setattr(sheet, name, row_set.rows())
        return sheet

    def add_errors(self, error: ValidationError) -> None:
        for name, messages in error.message_dict.items():
            self.fields.add_error(name if name in self.fields.fields else None, messages)

    # ------------------------------------------------------------ what is shown

    @cached_property
    def entries(self) -> list[Entry]:
        return [self._entry(name) for name in self.all_names]

    def _entry(self, name: str) -> Entry:
        known = FIELDS_BY_NAME.get(name)
        if known is None:
            if name not in self.fields.fields:
                return self._setting_as_fact(name)
            bound = self.fields[name]
            return Entry(name, bound.label, _SETTINGS_HELP[name], bound=bound, errors=bound.errors)
        entry = Entry(name, known.label, known.help, known)
        if name in self.row_sets:
            entry.rows = self.row_sets[name]
            entry.rows.upload_errors = self._upload_errors
            entry.errors = self._row_errors(entry.rows)
        elif name in self.fields.fields:
            entry.bound = self.fields[name]
            entry.errors = [*entry.bound.errors, *self._upload_errors.get(name, [])]
            if isinstance(known.model_field, ParentalManyToManyField):
                limits: Any = known.model_field.remote_field.limit_choices_to
                entry.concepts = self._choices.concepts(limits["scheme"])
        else:
            entry.fact = known.shown(self.sheet)
        return entry

    def _setting_as_fact(self, name: str) -> Entry:
        model_field: models.Field = PracticeSheet._meta.get_field(name)
        display = getattr(self.sheet, f"get_{name}_display", lambda: title_shown_to(self._user, self.sheet.group))
        return Entry(name, model_field.verbose_name, "", fact=str(display()))

    def _row_errors(self, row_set: BaseRowSet) -> list[str]:
        return [str(error) for error in row_set.non_form_errors()] if row_set.is_bound else []

    @cached_property
    def problems(self) -> list[tuple[str, Any, str]]:
        """Everything that is wrong: the id of the field, its label and the message."""
        if self.data is None:
            return []
        found: list[tuple[str, Any, str]] = [("", "", str(error)) for error in self.fields.non_field_errors()]
        for entry in self.entries:
            found.extend((entry.id, entry.label, str(error)) for error in entry.errors)
            if entry.rows is not None:
                found.extend(self._problems_of_rows(entry.rows))
        return found

    def _problems_of_rows(self, row_set: BaseRowSet) -> list[tuple[str, Any, str]]:
        found: list[tuple[str, Any, str]] = []
        for form in row_set.kept_forms():
            found.extend(("", "", str(error)) for error in form.non_field_errors())
            for bound in form.shown_fields:
                found.extend((bound.id_for_label, bound.label, str(error)) for error in bound.errors)
        for name, messages in self._upload_errors.items():
            if name.startswith(row_set.field.name):
                found.extend((f"id_{name}", _("File from your computer"), message) for message in messages)
        return found

    @property
    def is_multipart(self) -> bool:
        return "image" in self.names or "attachments" in self.names

    @property
    def picture(self) -> Image | None:
        number = number_of(self.fields["image"].value()) if "image" in self.fields.fields else None
        return self.fields.fields["image"].queryset.filter(pk=number).first() if number else None

    @property
    def has_markdown(self) -> bool:
        return any(entry.schema and entry.schema.is_markdown and entry.bound for entry in self.entries)


def _has_words(name: str) -> bool:
    known = FIELDS_BY_NAME.get(name)
    return known is not None and (bool(known.row_model.WORDS) if known.is_rows else known.is_words)
