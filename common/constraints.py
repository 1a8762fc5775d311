"""Rules that the database and every form enforce alike."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS, models


class Rule(models.CheckConstraint):
    """A check constraint whose message appears at ``field``.

    In migrations it is a plain check constraint, without words.
    """

    def __init__(self, *, condition: models.Q, name: str, field: str = "", message: Any = None) -> None:
        super().__init__(condition=condition, name=name)
        self.field = field
        self.message = message

    def validate(
        self,
        model: type[models.Model],
        instance: models.Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        # Django puts the values of all fields into its query: for a sheet of 75 that is most of what saving takes.
        named = models.Q(self.condition).referenced_base_fields
        unnamed = {field.name for field in model._meta.get_fields() if field.name not in named}
        try:
            super().validate(model, instance, exclude=unnamed.union(exclude or ()), using=using)
        except ValidationError as error:
            raise ValidationError({self.field: self.message}) from error

    def clone(self) -> "Rule":
        condition: Any = self.condition
        return Rule(condition=condition, name=self.name, field=self.field, message=self.message)

    def deconstruct(self) -> tuple:
        return models.CheckConstraint(condition=self.condition, name=self.name).deconstruct()
