"""Threads: what is talked about, where, and among whom."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.constraints import Rule
from groups.enums import Visibility
from groups.models import WorkingGroup
from groups.permissions import Reader, coordinated_by, is_network_member, readable_by
from groups.restricted import audience_of
from members.models import City


class ThreadQuerySet(models.QuerySet["Thread"]):
    def visible_to(self, user: Reader) -> Self:
        """Threads of the groups that ``user`` belongs to, administrators too, and those of the whole network."""
        return self.filter(readable_by(user)) if is_network_member(user) else self.none()

    def moderated_by(self, user: Reader) -> Self:
        """The threads that ``user`` looks after; ``permissions.moderates`` says the same of one."""
        return self.visible_to(user).filter(coordinated_by(user))

    def of_group(self, group: WorkingGroup) -> Self:
        return self.filter(group__translation_key=group.translation_key)

    def about_page(self, page: models.Model) -> Self:
        """Threads about a page, whichever of its language versions they were opened on."""
        return self.filter(about__translation_key=page.translation_key)  # type: ignore[attr-defined]

    def for_list(self) -> Self:
        """With what a list of threads shows, pinned ones first, then the latest post; not what was merged away."""
        threads = self.filter(merged_into=None).select_related("author", "group", "about", "addressed_to")
        return threads.order_by("-is_pinned", "-last_post_at", "-pk")


class Thread(models.Model):
    """Without a group it is for the whole network, as calls are."""

    group = models.ForeignKey(
        WorkingGroup, verbose_name=_("working group"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    visibility = models.CharField(
        _("who may see it"), max_length=8, choices=Visibility, default=Visibility.GROUP, editable=False
    )
    about = models.ForeignKey(
        "wagtailcore.Page", verbose_name=_("about"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    passage = models.TextField(_("passage that it is about"), max_length=1_000, blank=True)
    addressed_to = models.ForeignKey(
        City, verbose_name=_("asked of the city"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    title = models.CharField(_("title"), max_length=160)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("author"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    """The author's city when it was opened: the thread stays with it."""
    created_at = models.DateTimeField(_("opened"), auto_now_add=True)
    last_post_at = models.DateTimeField(_("last post"), db_index=True)
    post_count = models.PositiveIntegerField(_("posts"), default=0)
    is_pinned = models.BooleanField(_("pinned"), default=False)
    is_closed = models.BooleanField(_("closed"), default=False)
    answer = models.ForeignKey(
        "discussions.Post", verbose_name=_("answer"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """The post that solved it."""
    merged_into = models.ForeignKey("self", null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    """Where its posts went: its address leads there."""

    objects = ThreadQuerySet.as_manager()

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        ordering = ["-last_post_at", "-pk"]
        constraints = [
            Rule(
                condition=Q(visibility=Visibility.GROUP, group__isnull=False) | Q(visibility=Visibility.NETWORK),
                name="thread_in_group_or_network",
                field="group",
                message=_("A discussion belongs to a working group or to the whole network."),
            ),
        ]
        indexes = [models.Index(fields=["group", "-is_pinned", "-last_post_at", "-id"], name="thread_list")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("discussions:thread", args=[self.pk])

    @property
    def topic(self) -> str:
        """What people follow, for ``notifications``."""
        return f"thread:{self.pk}"

    @property
    def first_post_pk(self) -> int | None:
        """The post that it begins with, which is the question. Asks the database."""
        return self.posts.order_by("created_at", "pk").values_list("pk", flat=True).first()

    @property
    def audience(self) -> str:
        """Who may find it, in the words of the search index."""
        return audience_of(self)


class ThreadGuest(models.Model):
    """Somebody without an account who was asked, and can answer by mail: a contact that a sheet names."""

    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="guests")
    email = models.EmailField()
    name = models.CharField(max_length=160)
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    languages: models.JSONField[list[str], list[str]] = models.JSONField(default=list, blank=True)
    """Read and spoken, the best first."""
    created_at = models.DateTimeField(auto_now_add=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    """When the guest asked for no more letters about the thread."""

    class Meta:
        verbose_name = _("guest of a thread")
        verbose_name_plural = _("guests of threads")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["thread", "email"], name="thread_guest_once")]

    def __str__(self) -> str:
        return self.name


class ReadState(models.Model):
    """Up to which moment a person has read a thread; without a row, up to that at which he or she joined its group."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    thread = models.ForeignKey(Thread, on_delete=models.CASCADE, related_name="read_states")
    read_until = models.DateTimeField()
    """Posts up to this moment are read."""

    class Meta:
        verbose_name = _("state of reading")
        verbose_name_plural = _("states of reading")
        constraints = [models.UniqueConstraint(fields=["user", "thread"], name="read_state_once_a_thread")]

    def __str__(self) -> str:
        return f"{self.user}: {self.thread_id} {self.read_until:%Y-%m-%d %H:%M}"
