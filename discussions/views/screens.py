"""What the views of this package share."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def show_form(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A screen with the ``form`` of its ``context``: status 422 where that has errors."""
    return render(request, template, context, status=422 if context["form"].errors else 200)
