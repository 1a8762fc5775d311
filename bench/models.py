"""The named limit: the least that a page of Wagtail's can be."""

from django.db import models
from wagtail.models import Page


class BarePage(Page):
    template = "bench/bare_page.html"
    subpage_types: list[str] = []

    text = models.TextField()

    class Meta:
        verbose_name = "bare page"
