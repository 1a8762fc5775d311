"""The form in which a concept is edited."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms import WagtailAdminModelForm


class ConceptForm(WagtailAdminModelForm):
    """Refuses what labels and relations may not say together, each at the field where it stands."""

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
