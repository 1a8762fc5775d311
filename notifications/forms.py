"""The form in which people say which letters they want."""

from typing import Any

from django import forms

from notifications.messages import kinds, optional_kinds
from notifications.models import MailPreference


class MailForm(forms.Form):
    """A box for each kind of letters that people can do without."""

    def __init__(self, data: Any = None, *, user_pk: int) -> None:
        super().__init__(data)
        refused = set(
            MailPreference.objects.filter(user=user_pk, wanted=False).order_by().values_list("kind", flat=True)
        )
        for message in optional_kinds():
            self.fields[message.kind] = forms.BooleanField(
                label=message.label, required=False, initial=message.kind not in refused
            )

    @property
    def always_sent(self) -> list[Any]:
        """The names of the kinds that nobody can do without."""
        return [message.label for message in kinds() if not (message.is_optional or message.is_asked_for)]

    @property
    def wanted(self) -> dict[str, bool]:
        """What ``choose_mail`` takes."""
        return {name: self.cleaned_data[name] for name in self.fields}
