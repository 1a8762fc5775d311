"""Rules that the database and every form enforce alike."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models


class Rule(models.CheckConstraint):
    """A check constraint whose message appears at ``field``.

    In migrations it is a plain check constraint, without words.
    """

    def __init__(self, *, condition: models.Q, name: str, field: str = "", message: Any = None) -> None:
        super().__init__(condition=condition, name=name)
        self.field = field
        self.message = message

    def validate(self, *args: Any, **kwargs: Any) -> None:
        try:
            super().validate(*args, **kwargs)
        except ValidationError as error:
            raise ValidationError({self.field: self.message}) from error

    def clone(self) -> "Rule":
        condition: Any = self.condition
        return Rule(condition=condition, name=self.name, field=self.field, message=self.message)

    def deconstruct(self) -> tuple:
        return models.CheckConstraint(condition=self.condition, name=self.name).deconstruct()
