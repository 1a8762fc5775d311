"""Home and standard pages."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from common.blocks import BodyBlock
from common.fields import StreamField
from common.models import BasePage, BasePageManager


class HomePage(BasePage):
    template = "portal/home_page.html"
    parent_page_types = ["wagtailcore.Page"]

    headline = models.CharField(_("headline"), max_length=80, blank=True)

    objects = BasePageManager()

    content_panels = [*BasePage.content_panels, FieldPanel("headline")]

    class Meta:
        verbose_name = _("home page")


class StandardPage(BasePage):
    template = "portal/standard_page.html"
    parent_page_types = ["portal.HomePage", "portal.StandardPage"]
    subpage_types = ["portal.StandardPage"]

    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    objects = BasePageManager()

    content_panels = [*BasePage.content_panels, FieldPanel("body")]

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
