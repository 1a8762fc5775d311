"""Pages that say who may see them."""

from typing import Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from common.models import BasePage, BasePageManager, BasePageQuerySet
from groups.enums import Visibility
from groups.models import WorkingGroup
from groups.permissions import GROUP_AUDIENCE, Reader, readable_by


class RestrictedPageQuerySet(BasePageQuerySet):
    def visible_to(self, user: Reader) -> Self:
        return super().visible_to(user).filter(readable_by(user))


RestrictedPageManager = BasePageManager.from_queryset(RestrictedPageQuerySet)


class RestrictedPage(BasePage):
    """A page that says who may see it."""

    visibility = models.CharField(_("who may see it"), max_length=8, choices=Visibility, default=Visibility.PUBLIC)
    # Without its group, a page for the group's members is seen by nobody: it stays closed.
    group = models.ForeignKey(
        WorkingGroup,
        verbose_name=_("working group"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = RestrictedPageManager()

    settings_panels = [
        MultiFieldPanel([FieldPanel("visibility"), FieldPanel("group")], heading=_("Who may see it")),
        *BasePage.settings_panels,
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.visibility == Visibility.GROUP and self.group is None:
            raise ValidationError({"group": _("Name the working group whose members may see this page.")})

    @property
    def audience(self) -> str:
        """Who may find it, in the words of the search index."""
        if self.visibility != Visibility.GROUP:
            return str(self.visibility)
        return GROUP_AUDIENCE.format(self.group.translation_key) if self.group else "nobody"
