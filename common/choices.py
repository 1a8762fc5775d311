"""Choosing among rows of the database in forms."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from common.names import fold

Choice = tuple[Any, str]
# The largest number that databases keep has nineteen digits.
_LONGEST_NUMBER = 18


def number_of(value: Any) -> int | None:
    """The primary key that a browser sent; None for what cannot be one."""
    text = str(value or "")
    return int(text) if text.isdecimal() and len(text) <= _LONGEST_NUMBER else None


class OneField(forms.ModelChoiceField):
    """A number too large for the database is no choice, rather than an error of it."""

    def to_python(self, value: Any) -> Any:
        if str(value).isdecimal() and number_of(value) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class SeveralField(forms.ModelMultipleChoiceField):
    """The same for several."""

    def _check_values(self, value: Any) -> Any:
        for one in value if isinstance(value, list | tuple) else ():
            if str(one).isdecimal() and number_of(one) is None:
                raise ValidationError(
                    self.error_messages["invalid_choice"], code="invalid_choice", params={"value": str(one)[:20]}
                )
        return super()._check_values(value)  # type: ignore[misc]


def by_name(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: fold(str(choice[1])))
