"""The screen on which somebody leaves a city or the network."""

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from common.choices import Choice, OneField
from groups.models import Membership
from members.models import User
from members.requests import MemberRequest
from portal.leaving import Leaves, LeftBehind, get_leaver, leave_city, leave_network, left_behind_by


class LeavingForm(forms.Form):
    """Which of both, and who takes over each sheet and each group."""

    leaves = forms.ChoiceField(label=gettext_lazy("What you leave"), choices=Leaves, widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, left: LeftBehind, is_own: bool) -> None:
        super().__init__(data)
        self.left = left
        if not is_own:
            self.fields["leaves"].label = _("What the person leaves")
        if left.person.city_id is None:
            leaves: Any = self.fields["leaves"]
            leaves.choices = [(Leaves.NETWORK.value, Leaves.NETWORK.label)]
        for sheet in left.sheets:
            people = {person.pk: person for person in (*sheet.co_authors, *left.colleagues)}
            self.fields[f"sheet_{sheet.practice.pk}"] = _successor(
                sheet.sheet.draft_title,
                User.objects.filter(pk__in=people),
                [(pk, str(person)) for pk, person in people.items()],
                empty=_("the coordinators of its working group"),
            )
        for group in left.groups:
            self.fields[f"group_{group.membership.pk}"] = _successor(
                group.group.title,
                Membership.objects.filter(pk__in=[each.pk for each in group.others]),
                [(each.pk, str(each.user)) for each in group.others],
                empty="–",
            )

    @property
    def sheet_fields(self) -> list[forms.BoundField]:
        return [self[f"sheet_{sheet.practice.pk}"] for sheet in self.left.sheets]

    @property
    def group_fields(self) -> list[forms.BoundField]:
        return [self[f"group_{group.membership.pk}"] for group in self.left.groups]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("leaves") == Leaves.NETWORK:
            for group in self.left.groups:
                name = f"group_{group.membership.pk}"
                if name in cleaned and cleaned[name] is None:
                    words = _("Name somebody who coordinates “%(group)s” from now on.")
                    self.add_error(name, words % {"group": group.group.title})
        return cleaned

    @property
    def heirs(self) -> dict[int, User | None]:
        return {sheet.practice.pk: self.cleaned_data[f"sheet_{sheet.practice.pk}"] for sheet in self.left.sheets}

    @property
    def coordinators(self) -> dict[int, Membership]:
        return {group.membership.pk: self.cleaned_data[f"group_{group.membership.pk}"] for group in self.left.groups}


def _successor(label: Any, queryset: Any, choices: list[Choice], *, empty: str) -> OneField:
    successor = OneField(label=label, queryset=queryset, required=False)
    successor.choices = [("", empty), *choices]
    return successor


@never_cache
@login_required
@reauthentication_required(app="portal")
def leaving(request: MemberRequest) -> HttpResponse:
    """One's own leaving: like other changes of an account, not long after a login alone."""
    return _leaving(request, request.user)


@never_cache
@login_required
def leaving_person(request: MemberRequest, pk: int) -> HttpResponse:
    """For administrators: the leaving of somebody else."""
    person = get_leaver(request.user, pk)
    return redirect("leaving") if person == request.user else _leaving(request, person)


def _leaving(request: MemberRequest, person: User) -> HttpResponse:
    is_own = person == request.user
    left = left_behind_by(person, request.user)
    form = LeavingForm(request.POST if request.method == "POST" else None, left=left, is_own=is_own)
    if request.method == "POST" and form.is_valid():
        try:
            return _leave(request, form, person)
        except ValidationError as refused:
            form.add_error(None, refused.messages)
    context = {"form": form, "left": left, "person": person, "is_own": is_own}
    return render(request, "portal/leaving.html", context, status=422 if form.errors else 200)


def _leave(request: MemberRequest, form: LeavingForm, person: User) -> HttpResponse:
    is_own = person == request.user
    if form.cleaned_data["leaves"] == Leaves.CITY:
        leave_city(person=person, by=request.user, heirs=form.heirs)
        messages.success(request, _("The account goes on without its city."))
        return redirect("profile" if is_own else "home")
    leave_network(person=person, by=request.user, heirs=form.heirs, coordinators=form.coordinators)
    if is_own:
        logout(request)
        messages.success(request, _("Your account is shut. Thank you for what you have given to the network."))
    else:
        messages.success(request, _("The account of %(name)s is shut.") % {"name": person})
    return redirect("home")
