"""What django-allauth would say in words of its own is said in the portal's: its catalogues lack one of the seven
languages, so that its readers would find English."""

from pathlib import Path

import allauth
import pytest
from allauth.account import forms as account_forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django import forms
from django.conf import settings
from django.template.loader import get_template
from django.utils.module_loading import import_string

from members import account_letters, adapters
from members.urls import urlpatterns

LIBRARY = Path(allauth.__file__).parent / "templates"
OUR_TEMPLATES = str(settings.BASE_DIR / "templates")

# What these would tell is seen on the page to which they lead, or belongs to what the portal does not offer.
SILENT = {
    "account/messages/cannot_delete_primary_email.txt",
    "account/messages/email_deleted.txt",
    "account/messages/logged_in.txt",
    "account/messages/logged_out.txt",
    "account/messages/login_code_sent.txt",
    "account/messages/phone_verification_sent.txt",
    "account/messages/phone_verified.txt",
    "account/messages/primary_email_set.txt",
    "account/messages/unverified_primary_email.txt",
}
NEVER_SENT = {
    "account/email/account_already_exists",
    "account/email/email_confirm",
    "account/email/email_deleted",
    "account/email/login_code",
    "account/email/password_reset_code",
    "account/email/unknown_account",
}
LINKS = {
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_key",
}


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(adapters.AccountAdapter, DefaultAccountAdapter), (adapters.SecondFactorAdapter, DefaultMFAAdapter)],
)
def test_each_error_of_the_library_has_words_of_the_portal(ours, theirs):
    assert set(ours.error_messages) == set(theirs.error_messages)
    untouched = {code for code, words in theirs.error_messages.items() if ours.error_messages[code] is words}
    assert untouched == set()


def test_each_message_of_the_library_has_words_of_the_portal_or_is_not_needed():
    names = {str(path.relative_to(LIBRARY)) for path in LIBRARY.glob("*/messages/*.txt")}
    of_installed_apps = {name for name in names if not name.startswith("socialaccount/")}
    assert of_installed_apps == set(adapters._MESSAGES) | SILENT
    assert not set(adapters._MESSAGES) & SILENT


def test_each_letter_of_the_library_is_one_of_the_portals_or_never_sent():
    subjects = LIBRARY.glob("*/email/*_subject.txt")
    names = {str(path.relative_to(LIBRARY)).removesuffix("_subject.txt") for path in subjects}
    of_installed_apps = {name for name in names if not name.startswith("socialaccount/")}
    assert {name for name in of_installed_apps if account_letters.is_change(name)} == (
        of_installed_apps - LINKS - NEVER_SENT
    )


@pytest.mark.parametrize("path", [*settings.ACCOUNT_FORMS.values(), *settings.MFA_FORMS.values()])
def test_each_field_that_is_shown_has_a_label_of_the_portal(path):
    form = import_string(path)
    fields = {name for name, field in form.base_fields.items() if not isinstance(field.widget, forms.HiddenInput)}
    if issubclass(form, account_forms.LoginForm):
        # Not told from the others by the session: people stay logged in for two weeks.
        fields = {"login", "password"}
    assert fields - {"passwordless"} == set(getattr(form, "words", ()))


def test_each_screen_of_the_library_has_a_template_of_the_portal():
    names = {
        view.template_name
        for pattern in urlpatterns
        if (view := getattr(pattern.callback, "view_class", None)) and getattr(view, "template_name", None)
    }
    assert len(names) > 15
    foreign = {name for name in names if not get_template(name).origin.name.startswith(OUR_TEMPLATES)}
    assert foreign == set()
