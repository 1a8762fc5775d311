"""Registering, as people do it."""

from django.http import Http404, HttpRequest, HttpResponse


def mine(request: HttpRequest, **where: object) -> HttpResponse:
    raise Http404


register_view = confirm = own = change = answer_offer = cancel_view = mine
