"""Screens on which people look after their account."""

from django import forms
from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.contrib.auth.decorators import login_required
from django.contrib.messages.views import SuccessMessageMixin
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from members.actions import update_profile
from members.forms import OwnProfileForm
from members.models import User
from members.requests import MemberRequest
from notifications.actions import choose_mail
from notifications.forms import MailForm


@never_cache
@login_required
def profile(request: MemberRequest) -> HttpResponse:
    """What a person says about themselves."""
    form = OwnProfileForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        update_profile(user=request.user, **form.answers)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    # Read anew: city and organisation come with their names.
    person = (
        User.objects.select_related("city", "organisation").prefetch_related("city__labels").get(pk=request.user.pk)
    )
    context = {"form": form, "person": person, "mail": MailForm(user_pk=request.user.pk)}
    return render(request, "members/profile.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def mail(request: MemberRequest) -> HttpResponse:
    """Which letters a person wants: boxes of the profile."""
    form = MailForm(request.POST, user_pk=request.user.pk)
    if form.is_valid():
        choose_mail(user_pk=request.user.pk, wanted=form.wanted)
        messages.success(request, _("What you get by mail is saved."))
    return redirect(f"{reverse('profile')}#mail")


@method_decorator(never_cache, name="dispatch")
class PasswordChange(SuccessMessageMixin, auth_views.PasswordChangeView):
    template_name = "members/password_change.html"
    success_url = reverse_lazy("profile")
    success_message = gettext_lazy("Your password is saved.")

    def form_invalid(self, form: forms.BaseForm) -> HttpResponse:
        return self.render_to_response(self.get_context_data(form=form), status=422)
