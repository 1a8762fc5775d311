"""Parts of pages that scripts ask for while somebody writes."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.markdown import render_message
from common.numbers import id_in
from discussions.forms.posts import LONGEST_POST
from discussions.mentions import complete_name, read_mentions
from discussions.models import Thread
from discussions.permissions import get_group_to_write_in, get_thread
from groups.enums import Visibility
from members.requests import MemberRequest

_LONGEST_BEGINNING = 100


def _scope(request: MemberRequest) -> Thread:
    """Among whom is written: in a ``thread``, in a new one of a ``group``, or in a new one for the network."""
    if number := id_in(request.GET.get("thread", "")):
        return get_thread(request.user, number)
    if number := id_in(request.GET.get("group", "")):
        return Thread(group=get_group_to_write_in(request.user, number), visibility=Visibility.GROUP)
    return Thread(visibility=Visibility.NETWORK)


@never_cache
@login_required
def names(request: MemberRequest) -> JsonResponse:
    """What may be meant by ``q``, the beginning of a name after an ``@``."""
    scope = _scope(request)
    found = complete_name(request.GET.get("q", "")[:_LONGEST_BEGINNING], thread=scope, writer=request.user)
    return JsonResponse({"names": [{"words": words, "name": named.name, "note": named.note} for words, named in found]})


@never_cache
@require_POST
@login_required
def preview(request: MemberRequest) -> HttpResponse:
    """What a text will look like."""
    text = request.POST.get("text", "")[:LONGEST_POST]
    links = read_mentions(text, thread=_scope(request), writer=request.user).links
    return render(request, "discussions/preview.html", {"preview": render_message(text, links)})
