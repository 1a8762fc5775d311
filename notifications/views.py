"""Choosing letters, stopping them from inside a letter, and addresses from which letters come back."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from common.time_zones import zone_in_words
from notifications.actions import choose_digest_time, choose_mail, refuse_mail
from notifications.bounces import write_again
from notifications.forms import MailForm
from notifications.models import MailTrouble
from notifications.preferences import is_stopped, label_of
from notifications.stopped import trouble_of
from notifications.stopping import answer_to_stop, read_stop_token

TROUBLES_A_PAGE = 50


@never_cache
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Which letters a person wants, how often, and when."""
    user: Any = request.user
    form = MailForm(request.POST or None, user_pk=user.pk)
    if request.method == "POST" and form.is_valid():
        choose_mail(user_pk=user.pk, frequencies=form.frequencies)
        choose_digest_time(user_pk=user.pk, **form.digest_time)
        messages.success(request, _("What you get by mail is saved."))
        return redirect("notifications:preferences")
    context = {"form": form, "zone": zone_in_words(user.clock.key), "trouble": trouble_of(user.email)}
    return render(request, "notifications/preferences.html", context, status=422 if form.errors else 200)


@login_required
@require_POST
def works_again(request: HttpRequest) -> HttpResponse:
    """Letters may go to an address again: one's own, or, for an administrator, the one that is named."""
    user: Any = request.user
    named = request.POST.get("email", "")
    if named and not user.is_superuser:
        raise Http404
    write_again(email=named or user.email)
    messages.success(request, _("The portal writes to %(email)s again.") % {"email": named or user.email})
    return redirect("notifications:troubles" if named else "notifications:preferences")


@never_cache
@login_required
def troubles(request: HttpRequest) -> HttpResponse:
    """For administrators: the addresses from which letters came back, the latest first."""
    if not request.user.is_superuser:
        raise Http404
    page = Paginator(MailTrouble.objects.all(), TROUBLES_A_PAGE).get_page(request.GET.get("page"))
    emails = [trouble.email for trouble in page]
    people = get_user_model()._default_manager.annotate(small=Lower("email")).filter(small__in=emails)
    by_email = {person.email.lower(): person for person in people}
    context = {"troubles": [(trouble, by_email.get(trouble.email)) for trouble in page], "page_of_troubles": page}
    return render(request, "notifications/troubles.html", context)


@dataclass
class _Letters:
    """The letters of one kind to one person, or all digests."""

    user: Any
    kind: str
    label: Any

    @property
    def is_stopped(self) -> bool:
        return is_stopped(self.user.pk, self.kind)

    def stop(self) -> None:
        refuse_mail(user=self.user, kind=self.kind)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    def find() -> _Letters | None:
        kind, user_pk = read_stop_token(token)
        user = get_user_model()._default_manager.filter(pk=user_pk, is_active=True).first()
        label = label_of(kind)
        return _Letters(user, kind, label) if user and label else None

    return answer_to_stop(request, find=find, stop=_Letters.stop, template="notifications/stop.html", name="letters")
