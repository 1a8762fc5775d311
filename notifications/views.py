"""Stopping letters of one kind from inside a letter."""

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications.actions import refuse_mail
from notifications.messages import optional_kind
from notifications.models import MailPreference
from notifications.stopping import answer_to_stop, read_stop_token


@dataclass
class _Letters:
    """The letters of one kind to one person."""

    user: Any
    kind: str
    label: Any

    @property
    def is_stopped(self) -> bool:
        return MailPreference.objects.refused(self.kind).filter(user=self.user).exists()

    def stop(self) -> None:
        refuse_mail(user=self.user, kind=self.kind)


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    def find() -> _Letters | None:
        kind, user_pk = read_stop_token(token)
        user = get_user_model()._default_manager.filter(pk=user_pk, is_active=True).first()
        message = optional_kind(kind)
        return _Letters(user, kind, message.label) if user and message else None

    return answer_to_stop(request, find=find, stop=_Letters.stop, template="notifications/stop.html", name="letters")
