"""Forms of which an action may still refuse something, when all of their fields were good."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError


class Refusable(forms.BaseForm):
    """What such forms can do, whether they are of a model or not.

    ``shown_at`` says at which field of the form a message about a field of the model appears.
    """

    shown_at: ClassVar[Mapping[str, str]] = {}

    def take(self, refused: ValidationError) -> None:
        """Put what was refused at its fields, each message once; what has none here, at the top."""
        if not hasattr(refused, "error_dict"):
            self.add_error(None, refused)
            return
        for name, problems in refused.error_dict.items():
            shown = self.shown_at.get(name, name)
            is_known = name != NON_FIELD_ERRORS and shown in self.fields
            for problem in problems:
                if is_known and any(str(message) in self.errors.get(shown, []) for message in problem.messages):
                    continue
                self.add_error(shown if is_known else None, problem)

    def carry_out(self, act: Callable[[dict[str, Any]], object]) -> bool:
        """Do ``act`` with what the form says; False where nothing was sent, or it was refused and says why.

        What ``act`` returned is the ``outcome`` of the form.
        """
        if not self.is_valid():
            return False
        try:
            self.outcome: Any = act(dict(self.cleaned_data))
        except ValidationError as refused:
            self.take(refused)
            return False
        return True


class RefusableForm(Refusable, forms.Form):
    pass


def shows_something(text: str) -> bool:
    """Whether a reader sees anything of ``text``: not only spaces, also without width, and signs that steer."""
    return any(unicodedata.category(character)[0] not in "CZ" for character in text)


class NameField(forms.CharField):
    """A name of a person; one of which nothing can be seen is none."""

    def to_python(self, value: Any) -> Any:
        name = super().to_python(value)
        return name if name and shows_something(name) else self.empty_value
