"""Who writes on a sheet."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.models import User
from practices.models import PracticeSheet
from practices.models.lifecycle import authors_of


class CoAuthorForm(forms.Form):
    """``cleaned_data["email"]`` is the person."""

    email = forms.EmailField(
        label=_("E-mail address of a member"),
        help_text=_("The address with which your colleague logs in to this portal."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, sheet: PracticeSheet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sheet = sheet

    def clean_email(self) -> User:
        email = self.cleaned_data["email"]
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None:
            raise ValidationError(
                _("Nobody on this portal has this address. Ask an administrator to make an account for your colleague.")
            )
        if authors_of(self.sheet.practice).filter(pk=person.pk).exists():
            raise ValidationError(_("This person can write on the sheet already."))
        return person
