"""What follows for sheets when a post is hidden or withdrawn: its text stands nowhere else."""

from typing import Any

from django.db.models.signals import post_save

from discussions.models import Post
from portal.asking.answers import withdraw_answers_of


def _saved(instance: Post, created: bool, **_kwargs: Any) -> None:
    if not created and not instance.is_standing:
        withdraw_answers_of(instance)


def connect() -> None:
    post_save.connect(_saved, sender=Post, dispatch_uid="asking-post-saved")
