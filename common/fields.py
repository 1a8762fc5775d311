"""Model fields that every package may use."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _
from wagtail import fields as wagtail_fields

RICH_TEXT_FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "document-link", "blockquote"]


class StreamField(wagtail_fields.StreamField):
    """A StreamField whose blocks stay out of migrations.

    Blocks shape what editors see, not what the database stores; with them in migrations, each change of a label
    would write the whole definition into history again.
    """

    def __init__(self, block_types: Any = (), **kwargs: Any) -> None:
        super().__init__(block_types, **kwargs)

    def deconstruct(self) -> tuple[str, str, list, dict]:
        name, path, _args, kwargs = super().deconstruct()
        kwargs.pop("block_lookup", None)
        return name, path, [], kwargs


class RichTextField(wagtail_fields.RichTextField):
    """Rich text with the portal's features; which ones is no concern of the database."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("features", RICH_TEXT_FEATURES)
        super().__init__(*args, **kwargs)


class MarkdownField(models.TextField):
    """Text written as Markdown, plain to type, to compare, to import and to export; ``render_markdown`` shows it."""

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"widget": forms.Textarea(attrs={"rows": 5}), **kwargs})


class ChoiceListField(models.JSONField):
    """Several of a fixed list of choices, in the order of that list; empty when none.

    ``of`` is a callable that gives the choices as pairs of value and label. Raises ValidationError for anything else.
    """

    def __init__(self, *args: Any, of: Callable[[], list[tuple[Any, Any]]] = list, **kwargs: Any) -> None:
        self.of = of
        super().__init__(*args, **{"default": list, "blank": True, **kwargs})

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.JSONField", args, kwargs

    def clean(self, value: Any, model_instance: models.Model | None) -> list:
        values = super().clean(value, model_instance) or []
        known = [choice for choice, _label in self.of()]
        if not isinstance(values, list) or any(choice not in known for choice in values):
            raise ValidationError(_("Choose from the list."))
        return [choice for choice in known if choice in values]

    def labels(self, values: list) -> list[str]:
        return [str(label) for choice, label in self.of() if choice in values]

    def formfield(self, **kwargs: Any) -> forms.Field:
        kind: Any = type(self.of()[0][0])
        return forms.TypedMultipleChoiceField(
            choices=self.of,
            coerce=kind,
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
            **{name: value for name, value in kwargs.items() if name in {"initial"}},
        )
