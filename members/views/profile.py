"""What people say about themselves, and what they get by mail."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.kept_forms import login_keeping_form, take_own
from members.actions import update_profile
from members.forms import OwnProfileForm
from members.models import User
from members.own_data import own_data as collect_own_data
from members.requests import MemberRequest


@never_cache
@login_keeping_form
def profile(request: MemberRequest) -> HttpResponse:
    """What a person says about themselves."""
    form = OwnProfileForm(request.POST or take_own(request), user=request.user)
    if request.method == "POST" and form.is_valid():
        update_profile(user=request.user, **form.answers)
        messages.success(request, _("Your profile is saved."))
        return redirect("profile")
    # Read anew: city and organisation come with their names.
    person = (
        User.objects.select_related("city", "organisation").prefetch_related("city__labels").get(pk=request.user.pk)
    )
    context = {"form": form, "person": person}
    return render(request, "members/profile.html", context, status=422 if form.errors else 200)


@never_cache
@login_required
def own_data(request: MemberRequest) -> HttpResponse:
    """All that the portal knows of whoever asks, as a file."""
    response = JsonResponse(collect_own_data(request.user), json_dumps_params={"indent": 2, "ensure_ascii": False})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response
