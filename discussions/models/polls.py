"""Polls: a question with options below the first post of a thread."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.words import WordsField
from discussions.models.threads import Thread
from members.models import City


class Poll(models.Model):
    thread = models.OneToOneField(Thread, on_delete=models.CASCADE, related_name="poll")
    question = WordsField(_("question"), longest=200)
    takes_several = models.BooleanField(_("several answers are possible"), default=False)
    is_of_cities = models.BooleanField(_("one vote a city"), default=False)
    """The last vote of anybody of a city is the city's; people without a city cannot vote."""
    quorum = models.PositiveSmallIntegerField(_("votes needed"), null=True, blank=True)
    closes_at = models.DateTimeField(_("open until"), null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("poll")
        verbose_name_plural = _("polls")

    def __str__(self) -> str:
        return next(iter(self.question.values()), "")


class PollOption(models.Model):
    poll = models.ForeignKey(Poll, on_delete=models.CASCADE, related_name="options")
    words = WordsField(_("answer"), longest=160)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("option of a poll")
        verbose_name_plural = _("options of polls")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return next(iter(self.words.values()), "")


class PollVote(models.Model):
    option = models.ForeignKey(PollOption, on_delete=models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    city = models.ForeignKey(City, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("vote")
        verbose_name_plural = _("votes")
        constraints = [models.UniqueConstraint(fields=["option", "user"], name="poll_vote_once_an_option")]

    def __str__(self) -> str:
        return f"{self.user} {self.option_id}"
