"""Things, and pages among them, that say who may see them."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel

from common.models import BasePage, BasePageManager, BasePageQuerySet
from groups.enums import Visibility
from groups.models import WorkingGroup
from groups.permissions import GROUP_AUDIENCE, Reader, readable_by


def visibility_field() -> models.CharField:
    return models.CharField(_("who may see it"), max_length=8, choices=Visibility, default=Visibility.PUBLIC)


def group_field() -> models.ForeignKey:
    """The working group that something belongs to.

    Without its group, what is for the group's members is seen by nobody: it stays closed.
    """
    return models.ForeignKey(
        WorkingGroup,
        verbose_name=_("working group"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )


def check_group_is_named(thing: Any) -> None:
    """Raises ValidationError where ``thing`` is for the members of a group, and does not say of which."""
    if thing.visibility == Visibility.GROUP and thing.group is None:
        raise ValidationError({"group": _("Name the working group whose members may see this page.")})


def audience_of(thing: Any) -> str:
    """Who may find ``thing``, in the words of the search index."""
    if thing.visibility != Visibility.GROUP:
        return str(thing.visibility)
    return GROUP_AUDIENCE.format(thing.group.translation_key) if thing.group else "nobody"


class RestrictedPageQuerySet(BasePageQuerySet):
    def visible_to(self, user: Reader) -> Self:
        return super().visible_to(user).filter(readable_by(user))


RestrictedPageManager = BasePageManager.from_queryset(RestrictedPageQuerySet)


class RestrictedPage(BasePage):
    """A page that says who may see it."""

    visibility = visibility_field()
    group = group_field()

    objects = RestrictedPageManager()

    settings_panels = [
        MultiFieldPanel([FieldPanel("visibility"), FieldPanel("group")], heading=_("Who may see it")),
        *BasePage.settings_panels,
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        super().clean()
        check_group_is_named(self)

    @property
    def audience(self) -> str:
        return audience_of(self)
