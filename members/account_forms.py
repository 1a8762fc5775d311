"""The forms of django-allauth in the portal's words, and the form with which one begins."""

from typing import Any

from allauth.account import forms as account_forms
from allauth.account.adapter import get_adapter
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base import forms as factor_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as app_forms
from allauth.mfa.webauthn import forms as passkey_forms
from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.forms import NameField
from members.accounts import account_of
from members.models import PersonVisibility, User

_ADDRESS = (_("E-mail address"), "")
_PASSWORD = (_("Password"), "")
_LONG = _("At least twelve characters. Three or four words make a good password.")
_NEW_PASSWORD = (_("New password"), _LONG)
_AGAIN = (_("The new password again"), "")
_NOT_THE_SAME = _("The two passwords are not the same.")


class _OurWords(forms.Form):
    """Labels and help of the portal's, by field; no placeholders, which say the same once more."""

    words: dict[str, tuple[Any, Any]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label, field.help_text = self.words.get(name, ("", ""))
            field.widget.attrs.pop("placeholder", None)


class _TwiceTheSame(forms.Form):
    def add_error(self, field: str | None, error: Any) -> None:
        """Where the library says that two passwords differ, in the portal's words."""
        if field == "password2" and not isinstance(error, ValidationError):
            error = _now("The two passwords are not the same.")
        super().add_error(field, error)


class LoginForm(_OurWords, account_forms.LoginForm):
    words = {"login": _ADDRESS, "password": _PASSWORD}


class ResetPasswordForm(_OurWords, account_forms.ResetPasswordForm):
    words = {"email": _ADDRESS}


class ResetPasswordKeyForm(_TwiceTheSame, _OurWords, account_forms.ResetPasswordKeyForm):
    words = {"password1": _NEW_PASSWORD, "password2": _AGAIN}


class ChangePasswordForm(_TwiceTheSame, _OurWords, account_forms.ChangePasswordForm):
    words = {"oldpassword": (_("Your password of today"), ""), "password1": _NEW_PASSWORD, "password2": _AGAIN}


class SetPasswordForm(_TwiceTheSame, _OurWords, account_forms.SetPasswordForm):
    words = {"password1": _NEW_PASSWORD, "password2": _AGAIN}


class ChangeAddressForm(_OurWords, account_forms.AddEmailForm):
    words = {"email": (_("New e-mail address"), "")}

    def clean_email(self) -> str:
        email = super().clean_email()
        owner = account_of(email)
        if owner is not None and owner.pk != self.user.pk:
            raise get_adapter().validation_error("email_taken")
        return email


class ReauthenticateForm(_OurWords, account_forms.ReauthenticateForm):
    words = {"password": _PASSWORD}


_APP, _RECOVERY = Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES
_CODES: dict[tuple[str, ...], Any] = {
    (_APP, _RECOVERY): _("Six digits from your app, or one of your recovery codes."),
    (_APP,): _("Six digits from your app."),
    (_RECOVERY,): _("One of your recovery codes."),
}


class _CodeOfAccount(_OurWords):
    """Asks for such codes as the account has; where it has none, ``takes_codes`` is False."""

    words = {"code": (_("Code"), "")}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        has = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
        kinds = tuple(kind for kind in (_APP, _RECOVERY) if kind in has)
        self.takes_codes = bool(kinds)
        self.fields["code"].help_text = _CODES.get(kinds, "")


class CodeForm(_CodeOfAccount, factor_forms.AuthenticateForm):
    pass


class CodeAgainForm(_CodeOfAccount, factor_forms.ReauthenticateForm):
    pass


class ActivateAppForm(_OurWords, app_forms.ActivateTOTPForm):
    words = {"code": (_("Code"), _("Six digits that the app shows now."))}


class DeactivateAppForm(_OurWords, app_forms.DeactivateTOTPForm):
    pass


_NO_CREDENTIAL = (AttributeError, KeyError, TypeError, ValueError)
_PASSKEY_NAME = (_("Name of the passkey"), _("So that you know it again: “phone”, “laptop at work”."))


class _AnyCredential(forms.Form):
    """What a browser sends may be anything: what the library trips over is a wrong code."""

    def clean_credential(self) -> Any:
        try:
            return super().clean_credential()  # type: ignore[misc]
        except _NO_CREDENTIAL as error:
            raise get_factor_adapter().validation_error("incorrect_code") from error


class PasskeyLoginForm(_AnyCredential, passkey_forms.LoginWebAuthnForm):
    pass


class PasskeyStepForm(_AnyCredential, passkey_forms.AuthenticateWebAuthnForm):
    pass


class PasskeyAgainForm(_AnyCredential, passkey_forms.ReauthenticateWebAuthnForm):
    pass


class AddPasskeyForm(_OurWords, passkey_forms.AddWebAuthnForm):
    """``passwordless`` is always meant: a passkey that can open the account alone is also a second step."""

    words = {"name": _PASSKEY_NAME}

    def clean(self) -> dict[str, Any]:
        try:
            return super().clean() or {}
        except _NO_CREDENTIAL as error:
            raise get_factor_adapter().validation_error("incorrect_code") from error


class RenamePasskeyForm(_OurWords, passkey_forms.EditWebAuthnForm):
    words = {"name": _PASSKEY_NAME}


class RemovePasskeyForm(forms.Form):
    """Nothing to fill in; says why the last second step of a coordinator stays."""

    def __init__(self, *args: Any, authenticator: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.authenticator = authenticator

    def clean(self) -> dict[str, Any] | None:
        adapter = get_factor_adapter()
        if not adapter.can_delete_authenticator(self.authenticator):
            raise adapter.validation_error("cannot_delete_authenticator")
        return super().clean()


class BeginForm(forms.ModelForm):
    """Name, who sees it, and a password or a passkey: all that an account needs."""

    shown_to = forms.ChoiceField(
        label=_("Who may see that you belong to your city?"),
        choices=PersonVisibility.choices,
        widget=forms.RadioSelect,
        help_text=_("Your name and city, in the list of people and on your city’s page. You can change it later."),
    )
    password = forms.CharField(
        label=_("Password"),
        help_text=_LONG,
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    credential = forms.JSONField(required=False, widget=forms.HiddenInput)
    """What the browser gives for a passkey; then there need be no password."""

    class Meta:
        model = User
        fields = ["first_name", "last_name"]
        field_classes = {"first_name": NameField, "last_name": NameField}
        widgets = {
            "first_name": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "last_name": forms.TextInput(attrs={"autocomplete": "family-name"}),
        }

    def clean(self) -> dict[str, Any]:
        answers = super().clean() or self.cleaned_data
        if not answers.get("first_name") and not answers.get("last_name") and not self.errors:
            self.add_error("first_name", _now("Give at least one of your names."))
        password = answers.get("password")
        if answers.get("credential"):
            answers["password"] = None
        elif not password:
            self.add_error("password", _now("Choose a password, or use a passkey."))
        else:
            try:
                password_validation.validate_password(password, self.instance)
            except ValidationError as error:
                self.add_error("password", error)
        return answers

    @property
    def answers(self) -> dict[str, Any]:
        """What ``begin_account`` takes, besides the person."""
        return {name: self.cleaned_data[name] for name in ("first_name", "last_name", "shown_to", "password")}
