"""Logging in and what belongs to it: django-allauth's screens, and those that it does not have."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from allauth.account.decorators import reauthentication_required
from allauth.account.utils import get_login_redirect_url
from allauth.mfa.webauthn import views as passkey_views
from allauth.usersessions.internal import flows as session_flows
from allauth.usersessions.models import UserSession
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from common.page_views import whole_context
from members.account_forms import BeginForm, RemovePasskeyForm
from members.accounts import begin_account, who_begins
from members.models import User
from members.passkeys import check_credential, creation_options, keep_passkey, log_in

View = Callable[..., Any]


def saying_what_is_wrong(view: View) -> View:
    """The library's screen, with the status of the portal's for forms that were not filled in right."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = cast("HttpResponse", view(request, *args, **kwargs))
        if request.method == "POST" and response.status_code == 200:
            shown = getattr(response, "context_data", None) or {}
            if any(value.errors for value in shown.values() if isinstance(value, forms.BaseForm) and value.is_bound):
                response.status_code = 422
        return response

    return answer


def leading_on(view: View) -> View:
    """The screen to log in; whoever did so meanwhile, in another tab, goes on to where they were going."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return go_on(request)
        return cast("HttpResponse", view(request, *args, **kwargs))

    return never_cache(answer)


def go_on(request: HttpRequest) -> HttpResponse:
    """To where this request to log in would have led."""
    return HttpResponseRedirect(get_login_redirect_url(request))


def log_in_to_editor(request: HttpRequest) -> HttpResponse:
    """Where the editor sends whoever may not enter it."""
    if request.user.is_authenticated and not request.user.has_perm("wagtailadmin.access_admin"):
        raise PermissionDenied(_not_open(request))
    return _to_login(request)


def log_in_to_file(request: HttpRequest) -> HttpResponse:
    """Where files of a collection that is not for everybody send whoever may not fetch them."""
    if request.user.is_authenticated:
        raise PermissionDenied(_not_open(request))
    return _to_login(request)


def _not_open(request: HttpRequest) -> str:
    email = cast("User", request.user).email
    return _("You are logged in as %(email)s, but this page is not open to you.") % {"email": email}


def _to_login(request: HttpRequest) -> HttpResponse:
    query = request.META.get("QUERY_STRING", "")
    return redirect(f"{reverse('login')}?{query}" if query else reverse("login"))


@never_cache
def sign_up(request: HttpRequest) -> HttpResponse:
    """How one gets an account: not here."""
    return render(request, "members/sign_up.html", whole_context("sign_up", {}, request))


@never_cache
@sensitive_post_parameters("password")
def begin(request: HttpRequest, token: str) -> HttpResponse:
    """From the letter of an invitation or of an accepted request: choose how to log in, and do so."""
    user = who_begins(token)
    if user is None:
        return render(request, "members/begin_expired.html", status=410)
    then = _safe(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return _begin_as_somebody_else(request, user)
    form = BeginForm(request.POST or None, instance=user)
    if request.method == "POST" and form.is_valid() and _is_passkey_right(form):
        credential = form.cleaned_data["credential"]
        with transaction.atomic():
            begun = begin_account(user=User.objects.get(pk=user.pk), **form.answers)
            passkey = keep_passkey(begun, credential) if credential else None
        return log_in(request, begun, passkey=passkey, then=then)
    context = {"form": form, "person_email": user.email, "options": creation_options(user)}
    return render(request, "members/begin.html", context, status=422 if form.errors else 200)


def _is_passkey_right(form: BeginForm) -> bool:
    if credential := form.cleaned_data["credential"]:
        try:
            check_credential(credential)
        except ValidationError as error:
            form.add_error(None, error)
            return False
    return True


def _begin_as_somebody_else(request: HttpRequest, user: User) -> HttpResponse:
    """A shared computer: whoever is logged in leaves first, and says so by a click."""
    if request.method == "POST" and "log_out" in request.POST:
        logout(request)
        return redirect(request.get_full_path())
    return render(request, "members/begin_elsewhere.html", {"person_email": user.email})


def _safe(request: HttpRequest, address: str) -> str:
    is_safe = url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return address if is_safe else ""


@login_required
@require_POST
def session_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Log out where one is logged in, too."""
    session = get_object_or_404(UserSession, pk=pk, user=cast("User", request.user))
    is_this_one = session.is_current()
    session_flows.sessions.end_sessions(request, [session])
    if is_this_one:
        return redirect("home")
    messages.success(request, _("That session has ended."))
    return redirect("usersessions_list")


class AddPasskey(passkey_views.AddWebAuthnView):
    """Every passkey can open the account alone, and is the second step after a password."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        context["form"] = kwargs.get("form", context["form"])
        context["js_data"] = {"creation_options": creation_options(cast("User", self.request.user))}
        return context


@method_decorator(never_cache, name="dispatch")
@method_decorator(reauthentication_required(app="allauth.mfa"), name="dispatch")
class RemovePasskey(passkey_views.RemoveWebAuthnView):
    form_class = RemovePasskeyForm

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs: dict[str, Any] = super().get_form_kwargs()
        kwargs.pop("instance", None)
        # Checked before anybody sends the form: what cannot be done is said at once.
        return {**kwargs, "authenticator": self.get_object(), "data": self.request.POST or {}}
