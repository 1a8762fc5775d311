"""Working groups and who belongs to them."""

from django import forms
from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel

from common.blocks import BodyBlock
from common.fields import StreamField
from common.models import BasePage, BasePageManager
from groups.enums import Role
from taxonomy.models import ConceptScheme, concepts_field


class WorkingGroupIndexPage(BasePage):
    template = "groups/working_group_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["groups.WorkingGroup"]

    class Meta:
        verbose_name = _("list of working groups")


class WorkingGroup(BasePage):
    template = "groups/working_group.html"
    parent_page_types = ["groups.WorkingGroupIndexPage"]
    subpage_types: list[str] = []

    contact = models.EmailField(_("address of the coordinators"), blank=True)
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    objects = BasePageManager()

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("contact"),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("working group")
        verbose_name_plural = _("working groups")


class Membership(models.Model):
    """A person belongs to a working group: to the group in every language, whichever version the row names."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    group = models.ForeignKey(WorkingGroup, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=12, choices=Role, default=Role.MEMBER)
    joined_at = models.DateTimeField(_("joined"), auto_now_add=True)

    panels = [FieldPanel(name) for name in ("user", "group", "role")]

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ["joined_at", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "group"], name="membership_once_a_group")]

    def __str__(self) -> str:
        return f"{self.user} – {self.group} ({self.get_role_display()})"
