"""Screens of the discussions, by what they are about."""

from discussions.views import (
    files,
    guests,
    lists,
    moderation,
    pages,
    parts,
    polls,
    posts,
    reports,
    threads,
    translations,
)
from discussions.views.pages import threads_about

__all__ = [
    "files",
    "guests",
    "lists",
    "moderation",
    "pages",
    "parts",
    "polls",
    "posts",
    "reports",
    "threads",
    "threads_about",
    "translations",
]
