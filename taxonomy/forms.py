"""The form in which a concept is edited, and the field in which concepts are chosen."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm

from taxonomy.hierarchy import in_tree_order, indented


class ConceptIterator(ModelChoiceIterator):
    """Concepts grouped by the broadest one, read in two queries."""

    def __iter__(self) -> Iterator[Any]:
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        group: list[Any] = []
        for concept, depth in in_tree_order(self.queryset.prefetch_related("labels")):
            if depth == 0:
                yield from self._grouped(group)
                group = []
            value, label = self.choice(concept)
            group.append((value, indented(capfirst(label), max(depth - 1, 0))))
        yield from self._grouped(group)

    def _grouped(self, group: list[Any]) -> Iterator[Any]:
        if len(group) > 1:
            yield group[0][1], group
        else:
            yield from group


class ConceptsFormField(forms.ModelMultipleChoiceField):
    iterator = ConceptIterator


class ConceptForm(WagtailAdminModelForm):
    """Refuses what labels and relations may not say together, each at the field where it stands."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in {"broader", "related"} & self.fields.keys():
            field = self.fields[name]
            field.iterator = ConceptIterator
            # Set anew, so that the widget takes the choices of the iterator.
            field.queryset = field.queryset

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        self._check_labels()
        self._check_related(cleaned)
        return cleaned

    def _check_labels(self) -> None:
        labels = self.formsets.get("labels")
        if labels is None:
            return
        seen: set[tuple[str, str]] = set()
        preferred: set[str] = set()
        forms_left = [form for form in labels.forms if form.is_valid() and not form.cleaned_data.get("DELETE")]
        for form in forms_left:
            language, kind = form.cleaned_data.get("language"), form.cleaned_data.get("kind")
            text = form.cleaned_data.get("text", "")
            if not text:
                continue
            if (language, text) in seen:
                form.add_error("text", _("This label stands here twice in the same language."))
            if kind == "preferred" and language in preferred:
                form.add_error("kind", _("There is a preferred label in this language already."))
            seen.add((language, text))
            if kind == "preferred":
                preferred.add(language)
        if labels.is_valid() and not preferred:
            raise forms.ValidationError(_("A concept needs a preferred label in one language at least."))

    def _check_related(self, cleaned: dict[str, Any]) -> None:
        related, above, seen = list(cleaned.get("related") or ()), cleaned.get("broader"), set()
        if self.instance in related:
            self.add_error("related", _("A concept cannot be related to itself."))
        while above is not None and above.pk not in seen:
            seen.add(above.pk)
            above = above.broader
        if any(concept.pk in seen for concept in related):
            self.add_error("related", _("A broader concept is not a related one as well."))
