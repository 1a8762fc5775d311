"""Forms of the portal itself."""

from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext_lazy as _

from common.forms import NameField
from members.models import User
from portal.setup_code import read_setup_code


class FirstAdministratorForm(forms.Form):
    setup_code = forms.CharField(
        label=_("Setup code"),
        max_length=60,
        help_text=_("Printed in the terminal in which the portal was started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    network_name = forms.CharField(label=_("Name of your network or portal"), max_length=60)
    first_name = NameField(label=_("Your first name"), max_length=150)
    last_name = NameField(label=_("Your last name"), max_length=150)
    email = forms.EmailField(label=_("Your e-mail address"), help_text=_("You log in with it."))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters; a few words are easier to remember than signs."),
    )

    def clean_setup_code(self) -> str:
        code = str(self.cleaned_data["setup_code"]).strip()
        if not constant_time_compare(code, read_setup_code()):
            raise forms.ValidationError(_("This is not the code that the portal printed when it started."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if password := cleaned.get("password"):
            person = User(**{name: cleaned.get(name, "") for name in ("email", "first_name", "last_name")})
            try:
                password_validation.validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned
