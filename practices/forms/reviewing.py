"""What an author says when submitting, and what a reviewer says about a sheet."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from practices.actions.reviewing import Confirmation
from practices.enums import Dimension, EvidenceLevel, ReviewLevel
from practices.models import EvidenceConfirmation, ReviewRemark, ReviewState

LONGEST_REMARK = ReviewRemark._meta.get_field("text").max_length
LONGEST_REASON = ReviewState._meta.get_field("reason").max_length
LONGEST_NOTE = ReviewState._meta.get_field("note").max_length
LONGEST_EVIDENCE_NOTE = EvidenceConfirmation._meta.get_field("note").max_length


class SubmitForm(forms.Form):
    note = forms.CharField(
        label=_("A note to the reviewers"),
        help_text=_("What they should know: what is new, what you are unsure of. Only they and the authors read it."),
        max_length=LONGEST_NOTE,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class Decision(models.TextChoices):
    ACCEPT = "accept", _("Accept and publish")
    SEND_BACK = "send-back", _("Send back with remarks")


class ReviewForm(forms.Form):
    """The decision on one sheet: a remark for each of its fields that are shown, a confirmation for each claim."""

    decision = forms.ChoiceField(choices=Decision, widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    level = forms.TypedChoiceField(
        label=_("Accept it as"),
        choices=ReviewLevel,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Why"),
        help_text=_("In one to three sentences. Everybody can read it beside the sheet."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    comment = forms.CharField(
        label=_("On the whole"),
        help_text=_("Only for the authors, beside your remarks on the fields."),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, names: Iterable[str], dimensions: Iterable[str], **kwargs: Any) -> None:
        """``names`` are those of the fields that are shown, ``dimensions`` those in which the city claims something."""
        super().__init__(*args, **kwargs)
        self.names, self.dimensions = list(names), list(dimensions)
        for name in self.names:
            self.fields[f"remark_{name}"] = forms.CharField(
                label=_("Remark on this field"),
                max_length=LONGEST_REMARK,
                required=False,
                widget=forms.Textarea(attrs={"rows": 3}),
            )
        for dimension in self.dimensions:
            label = Dimension(dimension).label
            self.fields[f"evidence_{dimension}"] = forms.TypedChoiceField(
                label=_("Confirmed as"),
                choices=[("", _("not confirmed")), *EvidenceLevel.choices],
                coerce=int,
                empty_value=None,
                required=False,
            )
            self.fields[f"evidence_{dimension}_note"] = forms.CharField(
                label=_("What you looked at"), max_length=LONGEST_EVIDENCE_NOTE, required=False
            )
            for name in (f"evidence_{dimension}", f"evidence_{dimension}_note"):
                self.fields[name].widget.attrs["aria-description"] = label

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """Name of the field and text of each remark that was written."""
        texts = ((name, self.cleaned_data.get(f"remark_{name}", "")) for name in self.names)
        return [(name, text) for name, text in texts if text]

    @property
    def confirmations(self) -> list[Confirmation]:
        found = []
        for dimension in self.dimensions:
            level = self.cleaned_data.get(f"evidence_{dimension}")
            if level is not None:
                found.append(Confirmation(dimension, level, self.cleaned_data.get(f"evidence_{dimension}_note", "")))
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("decision") == Decision.ACCEPT:
            self._check_acceptance(cleaned)
        return cleaned

    def _check_acceptance(self, cleaned: dict[str, Any]) -> None:
        for dimension in self.dimensions:
            level, note = cleaned.get(f"evidence_{dimension}"), cleaned.get(f"evidence_{dimension}_note")
            if level is not None and not note:
                self.add_error(f"evidence_{dimension}_note", _("Say what you looked at."))
            if note and level is None:
                self.add_error(f"evidence_{dimension}", _("Choose to which level you confirm it."))
        if self.remarks or cleaned.get("comment"):
            self.add_error(
                None,
                _(
                    "You wrote remarks. Send the sheet back with them; or, to accept it as it is, remove them and "
                    "write what matters into the reason."
                ),
            )
