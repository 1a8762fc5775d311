"""Posts of a thread, and what hangs on them."""

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any, Self

from django.conf import settings
from django.core.files.storage import FileSystemStorage
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.markdown import TextLink, render_message, words_in
from discussions.enums import CameBy
from discussions.models.threads import Thread, ThreadGuest
from groups.models import WorkingGroup
from groups.permissions import Reader, readable_by
from members.models import City


class PostQuerySet(models.QuerySet["Post"]):
    def visible_to(self, user: Reader) -> Self:
        """The posts of threads that ``user`` may see; of hidden and withdrawn ones pages say only that they were."""
        return self.filter(readable_by(user, at="thread__"))

    def standing(self) -> Self:
        """Neither hidden by coordinators nor withdrawn by their authors."""
        return self.filter(hidden_at=None, withdrawn_at=None)


class Post(models.Model):
    thread = models.ForeignKey(Thread, verbose_name=_("thread"), on_delete=models.CASCADE, related_name="posts")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    guest = models.ForeignKey(ThreadGuest, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """Who wrote it, if that is somebody without an account."""
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """The author's city when it was written: the post stays with it."""
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    is_language_given = models.BooleanField(default=True)
    """Whether a person said the language; otherwise it was detected."""
    source = models.TextField(_("text"), max_length=20_000, help_text=_("Markdown"))
    html = models.TextField(_("text as shown"), editable=False)
    created_at = models.DateTimeField(_("written"))
    edited_at = models.DateTimeField(_("changed"), null=True, blank=True)
    reply_to = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    came_by = models.CharField(max_length=4, choices=CameBy, default=CameBy.WEB)
    hidden_at = models.DateTimeField(null=True, blank=True)
    """When coordinators hid it; the audit log says who and why."""
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    """When its author took it back."""

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["thread", "created_at", "id"], name="post_in_thread"),
            models.Index(fields=["author", "created_at"], name="post_of_author"),
        ]

    def __str__(self) -> str:
        return self.source[:60]

    def get_absolute_url(self) -> str:
        """A lasting one: it leads to where the post stands, on whichever page of its thread."""
        return reverse("discussions:post", args=[self.pk])

    @property
    def key(self) -> str:
        """Its name elsewhere: in notices and in the audit log."""
        return f"post:{self.pk}"

    @property
    def begins_thread(self) -> bool:
        """Asks the database."""
        return self.thread.first_post_pk == self.pk

    @property
    def is_standing(self) -> bool:
        return self.hidden_at is None and self.withdrawn_at is None

    @property
    def words(self) -> str:
        """What it says, in one line of plain text."""
        return words_in(self.source)

    def set_source(self, source: str, links: Mapping[str, TextLink] | None = None) -> None:
        """Take in what was written, and render it once for all readers; ``links`` are where names in it lead."""
        self.source = source
        self.html = render_message(source, links)


class PostVersion(models.Model):
    """What a post said before it was changed."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    source = models.TextField()
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    written_at = models.DateTimeField()
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = _("former version of a post")
        verbose_name_plural = _("former versions of posts")
        ordering = ["-replaced_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.post_id} {self.replaced_at:%Y-%m-%d %H:%M}"


def private_files() -> FileSystemStorage:
    """Where files are kept that have no address of their own: views hand them out to those who may see them."""
    return FileSystemStorage(location=settings.DATA_DIR / "private")


def attachment_path(instance: Any, filename: str) -> str:
    return f"discussions/{filename}"


class PostAttachment(models.Model):
    """A file that was checked. Without a post it was sent with a form that is not finished: its sender alone has it."""

    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.CASCADE, related_name="attachments")
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    file = models.FileField(storage=private_files, upload_to=attachment_path, max_length=200)
    title = models.CharField(_("title"), max_length=200)
    size = models.PositiveIntegerField()
    """Bytes."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("attachment of a post")
        verbose_name_plural = _("attachments of posts")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def extension(self) -> str:
        return PurePath(str(self.file.name)).suffix.removeprefix(".")


class Mention(models.Model):
    """A post names a person, a city or a group."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+")
    city = models.ForeignKey(City, null=True, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey(WorkingGroup, null=True, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False, city=None, group=None)
                | Q(user=None, city__isnull=False, group=None)
                | Q(user=None, city=None, group__isnull=False),
                name="mention_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.post_id} @ {self.user or self.city or self.group}"


class PostTranslation(models.Model):
    """What a post says in another language, made by a machine or mended by a person, whose words win."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="translations")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    source = models.TextField()
    """Markdown."""
    html = models.TextField()
    of = models.CharField(max_length=64)
    """SHA-256 of the text that was translated: it tells whether that has changed since."""
    title = models.CharField(max_length=240, blank=True)
    """What the title of the thread says, where the post is its first one."""
    title_of = models.CharField(max_length=160, blank=True)
    """The title that was translated: another one has no translation yet."""
    engine = models.CharField(max_length=60)
    """Which machine made it."""
    made_at = models.DateTimeField(auto_now_add=True)
    corrected_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    corrected_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("translation of a post")
        verbose_name_plural = _("translations of posts")
        constraints = [models.UniqueConstraint(fields=["post", "language"], name="post_translation_once_a_language")]

    def __str__(self) -> str:
        return f"{self.post_id} {self.language}"
