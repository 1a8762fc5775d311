"""The base of all pages."""

from typing import Any, Self, cast

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, PublishingPanel
from wagtail.models import Page, PageManager, PageQuerySet

from common.languages import best_versions, reading_order
from common.page_views import context_of


class BasePageQuerySet(PageQuerySet):
    def visible_to(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The pages that ``user`` may read. Page types with a visibility of their own narrow this further."""
        return self.live()

    def versions_of(self, page: Page) -> Self:
        """The language versions of ``page``, itself included."""
        return self.filter(translation_key=page.translation_key)

    def below_versions_of(self, page: Page) -> Self:
        """The pages anywhere below ``page``, in each of its languages."""
        below = Q()
        for path, depth in type(page).objects.versions_of(page).values_list("path", "depth"):
            below |= Q(path__startswith=path, depth__gt=depth)
        return self.filter(below)

    def best_version_of(self, page: Page | None, request: HttpRequest) -> "BasePage | None":
        """The version of ``page`` to show this reader; None where there is none to show."""
        if page is None:
            return None
        versions = self.versions_of(page).visible_to(request.user).select_related("locale")
        order = reading_order(request)
        # A handful of rows: cheaper to choose from here than to have the database rank them.
        return min(versions, key=lambda version: order.index(version.language), default=None)

    def best_for(self, request: HttpRequest) -> Self:
        """Of the pages that this reader may read, one language version each: the one that suits the reader best."""
        visible = self.visible_to(request.user)
        return cast("Self", best_versions(visible, reading_order(request)))


BasePageManager = PageManager.from_queryset(BasePageQuerySet)


class BasePage(Page):
    """What every page of the portal has: a summary, the language it was first written in, and a rule of visibility."""

    # The portal has one rule of who may see what (`visible_to`); Wagtail's privacy dialog would be a second one.
    private_page_options: list[str] = []

    original_language = models.CharField(
        _("original language"), max_length=2, choices=settings.LANGUAGES, blank=True, editable=False
    )
    summary = models.TextField(
        _("summary"), max_length=600, blank=True, help_text=_("One to three plain sentences, shown in lists.")
    )

    objects = BasePageManager()

    content_panels = [*Page.content_panels, FieldPanel("summary")]
    promote_panels: list = []
    settings_panels = [
        FieldPanel("slug"),
        FieldPanel("show_in_menus"),
        PublishingPanel(),
    ]

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # A translation is a copy and brings the field along; a page without other versions was first written as it is.
        is_first = self._state.adding and not Page.objects.filter(translation_key=self.translation_key).exists()
        if is_first or not self.original_language:
            self.original_language = self.locale.language_code
        return super().save(*args, **kwargs)

    @property
    def language(self) -> str:
        return self.locale.language_code

    @property
    def is_original(self) -> bool:
        return self.language == self.original_language

    @property
    def original(self) -> Self:
        """The version first written, to which everything outside the tree relates; this one if that is gone."""
        if self.is_original:
            return self
        versions = type(self).objects.versions_of(self)
        return versions.filter(locale__language_code=self.original_language).first() or self

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict:
        return super().get_context(request, *args, **kwargs) | context_of(self, request)

    def is_visible_to(self, user: AbstractBaseUser | AnonymousUser) -> bool:
        return type(self).objects.visible_to(user).filter(pk=self.pk).exists()

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.is_visible_to(request.user):
            # Not a refusal: whoever may not read the page does not learn that it is there.
            raise Http404
        return super().serve(request, *args, **kwargs)
