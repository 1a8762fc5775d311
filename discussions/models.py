"""Threads of a working group, and their posts."""

from typing import Self

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.markdown import render_markdown
from groups.models import WorkingGroup
from groups.permissions import GROUP_AUDIENCE, Reader, group_keys_of


class ThreadQuerySet(models.QuerySet):
    def visible_to(self, user: Reader) -> Self:
        """Threads of the groups that ``user`` belongs to; administrators who belong to none see none."""
        return self.filter(group__translation_key__in=group_keys_of(user))

    def of_group(self, group: WorkingGroup) -> Self:
        return self.filter(group__translation_key=group.translation_key)

    def about_page(self, page: models.Model) -> Self:
        """Threads about a page, whichever of its language versions they were opened on."""
        return self.filter(about__translation_key=page.translation_key)  # type: ignore[attr-defined]

    def for_list(self) -> Self:
        """With what a list of threads shows, the latest post first."""
        return self.select_related("author", "group", "about").order_by("-last_post_at", "-pk")


class Thread(models.Model):
    group = models.ForeignKey(WorkingGroup, verbose_name=_("working group"), on_delete=models.CASCADE, related_name="+")
    about = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("about"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(_("title"), max_length=160)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField(_("opened"), auto_now_add=True)
    last_post_at = models.DateTimeField(_("last post"), db_index=True)
    post_count = models.PositiveIntegerField(_("posts"), default=0)
    is_closed = models.BooleanField(_("closed"), default=False)

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-last_post_at", "-pk"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("discussions:thread", args=[self.pk])

    @property
    def audience(self) -> str:
        """Who may find it, in the words of the search index."""
        return GROUP_AUDIENCE.format(self.group.translation_key)


class Post(models.Model):
    thread = models.ForeignKey(Thread, verbose_name=_("thread"), on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    source = models.TextField(_("text"), max_length=20_000, help_text=_("Markdown"))
    html = models.TextField(_("text as shown"), editable=False)
    created_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return self.source[:60]

    def get_absolute_url(self) -> str:
        return f"{self.thread.get_absolute_url()}#post-{self.pk}"

    def set_source(self, source: str) -> None:
        """Take in what was written, and render it once for all readers."""
        self.source = source
        self.html = render_markdown(source)
