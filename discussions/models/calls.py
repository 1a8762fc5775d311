"""Calls to the network: a question with a deadline, and the cities that may know; and answers that become public."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, IntegerField, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from common.markdown import render_markdown
from discussions.enums import OfferStatus
from discussions.models.posts import Post
from discussions.models.threads import Thread
from groups.permissions import Reader, readable_by
from members.models import City


class CallQuerySet(models.QuerySet["Call"]):
    def visible_to(self, user: Reader) -> Self:
        """The calls whose threads ``user`` may see, without those that were merged into another thread."""
        return self.filter(readable_by(user, at="thread__"), thread__merged_into=None)

    def open(self) -> Self:
        """Those that have not been summed up; whether their day is over or not."""
        return self.filter(ended_at=None)

    def asking(self, city: City) -> Self:
        """Those that ask ``city`` in particular."""
        return self.filter(pk__in=CallAddressee.objects.filter(city=city).values("call"))

    def with_answer_count(self) -> Self:
        """``answer_count``: how many cities besides the asker's own have answered."""
        answers = Post.objects.standing().filter(thread=OuterRef("thread"), city__isnull=False)
        others = answers.filter(~Q(city=F("thread__city"))).order_by()
        counted = others.values("thread").annotate(counted=Count("city", distinct=True)).values("counted")
        return self.annotate(answer_count=Coalesce(Subquery(counted), 0, output_field=IntegerField()))

    def for_list(self) -> Self:
        """With what a list shows: open ones first, those that end soonest before; then the latest that ended."""
        calls = self.with_answer_count().select_related("thread__author", "thread__city")
        return calls.order_by(F("ended_at").desc(nulls_first=True), "deadline", "pk")


class Call(models.Model):
    """What makes a thread for the whole network a call; the answers are its posts."""

    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="call")
    deadline = models.DateField(_("answers wanted until"))
    languages: models.JSONField[list[str], list[str]] = models.JSONField(_("languages of answers"), default=list)
    """In which answers can be read: codes, at least one."""
    reminded_at = models.DateTimeField(null=True, blank=True)
    """When the cities asked that had not answered were reminded."""
    summary_asked_at = models.DateTimeField(null=True, blank=True)
    """When the asker was asked to say what came of it."""
    ended_at = models.DateTimeField(null=True, blank=True)
    summary = models.TextField(_("what came of it"), max_length=4_000, blank=True, help_text=_("Markdown"))
    summary_language = models.CharField(max_length=2, choices=settings.LANGUAGES, blank=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call to the network")
        verbose_name_plural = _("calls to the network")

    def __str__(self) -> str:
        return self.thread.title

    def get_absolute_url(self) -> str:
        return reverse("call", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def is_over(self) -> bool:
        """Whether its last day is past; answers are taken all the same."""
        return self.deadline < timezone.localdate()

    @property
    def days_left(self) -> int:
        return (self.deadline - timezone.localdate()).days

    @property
    def summary_html(self) -> str:
        return render_markdown(self.summary)


class CallAddressee(models.Model):
    """A city that is asked in particular, and why."""

    call = models.ForeignKey(Call, on_delete=models.CASCADE, related_name="addressees")
    city = models.ForeignKey(City, on_delete=models.CASCADE, related_name="+")
    practice_number = models.PositiveBigIntegerField(null=True, blank=True)
    """The practice whose sheet suggested the city, if one did."""

    class Meta:
        verbose_name = _("city asked by a call")
        verbose_name_plural = _("cities asked by calls")
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["call", "city"], name="call_addressee_once")]

    def __str__(self) -> str:
        return f"{self.call_id} {self.city}"


class AnswerOffer(models.Model):
    """A post is to become part of the public questions and answers of a sheet, if its author agrees."""

    post = models.OneToOneField(Post, on_delete=models.CASCADE, related_name="answer_offer")
    question = models.CharField(_("question"), max_length=300)
    question_language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    """Often another one than that of the answer."""
    answer = models.TextField(_("answer"), max_length=4_000)
    """Markdown, in the language of the post: what the author is asked to agree to, word for word."""
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField(default=timezone.now)
    status = models.CharField(max_length=8, choices=OfferStatus, default=OfferStatus.WAITING)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("answer offered to a sheet")
        verbose_name_plural = _("answers offered to sheets")
        ordering = ["asked_at", "pk"]

    def __str__(self) -> str:
        return self.question
