"""Home and standard pages, and the sheets that were begun from calls."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from common.blocks import BodyBlock
from common.fields import StreamField
from common.models import BasePage, BasePageManager
from discussions.models import Call
from members.models import City
from practices.models import Practice


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


class CallSheet(models.Model):
    """A practice sheet of a city that was begun from the answers of a call: of each city one."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="begun_sheets")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    practice = models.ForeignKey(Practice, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("sheet begun from a call")
        verbose_name_plural = _("sheets begun from calls")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "city"], name="call_sheet_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.city}"
