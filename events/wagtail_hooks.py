"""Events as seen from the editor, and the files that go with them."""

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.widgets.button import Button
from wagtail.documents.models import Document
from wagtail.models import Page

from events.actions.materials import COLLECTION
from events.models import EventPage, Material


@hooks.register("before_serve_document")
def hand_out_materials_at_their_own_addresses(document: Document, request: HttpRequest) -> None:
    """A material says who may have it, and its own address asks: there must be no second way to the file."""
    if document.collection.name == COLLECTION or Material.objects.filter(document=document).exists():
        raise Http404


@hooks.register("register_page_header_buttons")
def lead_to_the_desk(page: Page, user: Any, view_name: str, next_url: str | None = None) -> Iterator[Button]:
    """When, where and for whom an event is, is said on the portal's own screens."""
    event_page = EventPage.objects.filter(pk=page.pk).only("event").first() if view_name == "edit" else None
    if event_page is not None:
        address = reverse("events:manage", args=[event_page.event_id])
        yield Button(_("Look after this event"), url=address, icon_name="date", priority=5)
