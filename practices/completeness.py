"""Whether a sheet says enough to be read by others."""

from django.core.exceptions import ValidationError

from practices.models import PracticeSheet
from practices.schema import Level, missing


def check_complete(sheet: PracticeSheet) -> None:
    """Raise ValidationError, by field, where ``sheet`` lacks what every sheet needs or contradicts itself."""
    errors: dict[str, list] = {field.name: [field.missed] for field in missing(sheet, Level.QUICK)}
    try:
        sheet.full_clean()
    except ValidationError as error:
        for name, messages in error.message_dict.items():
            errors.setdefault(name, []).extend(messages)
    if errors:
        raise ValidationError(errors)
