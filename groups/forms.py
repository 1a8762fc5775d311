"""Forms about joining groups and looking after them."""

from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.choices import Choice, OneField, by_name
from common.forms import NameField, RefusableForm
from common.languages import current_language
from groups.actions.requests import Asker
from groups.enums import Role
from groups.models import JoinRequest, Membership
from members.models import City, CityName
from taxonomy.queries import preferred_labels

MOST_ADDRESSES = 30
_SEPARATORS = str.maketrans(",;\t", "\n\n\n")


def _city_choices() -> list[Choice]:
    cities = City.objects.prefetch_related(preferred_labels("labels", CityName))
    return by_name((city.pk, f"{city.label()} ({city.country_name})") for city in cities)


def _offer_cities(form: forms.Form) -> None:
    field: Any = form.fields["city"]
    field.choices = [("", "–"), *_city_choices()]


def _message_field(help_text: Any) -> forms.CharField:
    return forms.CharField(
        label=_("Message"),
        max_length=JoinRequest._meta.get_field("message").max_length,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=help_text,
    )


def _reason_field() -> forms.CharField:
    return forms.CharField(
        label=_("Reason"),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The person gets to read it."),
    )


class JoinForm(RefusableForm):
    """By a member of the network."""

    message = _message_field(_("What you work on, and why you want to belong to this group."))


class StrangerForm(RefusableForm):
    """By somebody without an account."""

    first_name = NameField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("That of your work, if you have one. You confirm it by a letter that we send there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    city = OneField(
        label=_("City"),
        queryset=City.objects.all(),
        required=False,
        help_text=_("The city that you work for, if it belongs to the network."),
    )
    organisation = forms.CharField(
        label=_("Organisation"),
        max_length=160,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = _message_field(_("What you work on, and why you want to belong to this group."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_cities(self)

    @property
    def asker(self) -> Asker:
        names = ("first_name", "last_name", "email", "city", "organisation")
        return Asker(**{name: self.cleaned_data[name] for name in names}, language=current_language())


class AcceptForm(forms.Form):
    """The coordinator may correct the city to which a new account belongs."""

    city = OneField(
        label=_("City"),
        queryset=City.objects.all(),
        required=False,
        help_text=_("The account will belong to this city: correct it if you know better."),
    )

    prefix = "accept"

    def __init__(self, data: Any = None, *, request: JoinRequest) -> None:
        super().__init__(data, initial={"city": request.city_id})
        _offer_cities(self)
        if request.user is not None and request.user.city_id:
            # An account that is there keeps its city.
            del self.fields["city"]

    @property
    def chosen_city(self) -> City | None:
        return self.cleaned_data.get("city")


class DeclineForm(forms.Form):
    prefix = "decline"

    reason = _reason_field()


class RemoveForm(RefusableForm):
    reason = _reason_field()


class InviteForm(forms.Form):
    """Several people at once, all with the same message."""

    emails = forms.CharField(
        label=_("E-mail addresses"),
        max_length=10_000,
        help_text=_("One on each line, at most thirty."),
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )
    role = forms.ChoiceField(label=_("Role"), choices=Role, initial=Role.MEMBER)
    city = OneField(
        label=_("City"),
        queryset=City.objects.all(),
        required=False,
        help_text=_("To which those belong who have no account yet."),
    )
    language = forms.ChoiceField(
        label=_("Language of the letter"),
        choices=settings.LANGUAGES,
        help_text=_("Whoever has an account gets it in the language of the profile."),
    )
    message = _message_field(_("It stands in the letter, in your words."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer_cities(self)

    def clean_emails(self) -> list[str]:
        lines = self.cleaned_data["emails"].translate(_SEPARATORS).splitlines()
        emails = list(dict.fromkeys(line.strip().lower() for line in lines if line.strip()))
        if not emails:
            raise ValidationError(_now("Write at least one address."))
        if len(emails) > MOST_ADDRESSES:
            raise ValidationError(_now("These are more than thirty addresses: send some of them later."))
        validate = EmailValidator()
        wrong = []
        for email in emails:
            try:
                validate(email)
            except ValidationError:
                wrong.append(email)
        if wrong:
            raise ValidationError(
                _now("These are no e-mail addresses: %(addresses)s") % {"addresses": ", ".join(wrong)}
            )
        return emails


class InvitationForm(forms.Form):
    """Taken up by somebody who has no account yet."""

    first_name = NameField(
        label=_("First name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = NameField(
        label=_("Last name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "family-name"})
    )


class HandOverForm(RefusableForm):
    successor = OneField(
        label=_("Who takes over"),
        queryset=Membership.objects.none(),
        empty_label="–",
        help_text=_("The person gets a letter, and can do all that you can do now."),
    )
    stays = forms.ChoiceField(
        label=_("And you"),
        choices=[("yes", _("stay in the group as a member")), ("no", _("leave the group"))],
        initial="yes",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, others: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["successor"]
        field.queryset = others
        field.label_from_instance = _name_and_city

    @property
    def leaves(self) -> bool:
        return bool(self.cleaned_data["stays"] == "no")


def _name_and_city(membership: Membership) -> str:
    person = membership.user
    return f"{person} ({person.city.label()})" if person.city else str(person)
