"""What pages show of following and of the inbox."""

from dataclasses import dataclass

from django import template
from django.template import Context

from notifications.inbox import unread_count
from notifications.models import MailTrouble
from notifications.stopped import trouble_of
from notifications.topics import stances_on

register = template.Library()


@dataclass(frozen=True, slots=True)
class Stance:
    """How this reader stands towards a topic."""

    is_following: bool
    is_muted: bool
    is_followed_wider: bool
    """Whether he or she hears of it because something wider is followed."""


@register.simple_tag(takes_context=True)
def stance(context: Context, topic: str, wider: str = "") -> Stance | None:
    """``{% stance thread.topic thread.group.topic as said %}``; None for visitors."""
    user = context["request"].user
    if not user.is_authenticated:
        return None
    said = stances_on(user.pk, [topic, wider])
    return Stance(said.get(topic) is False, said.get(topic) is True, topic not in said and said.get(wider) is False)


@register.simple_tag(takes_context=True)
def unread_notices(context: Context) -> int:
    """How many lines of the inbox are unread; 0 for visitors."""
    user = context["request"].user
    return unread_count(user) if user.is_authenticated else 0


@register.simple_tag(takes_context=True)
def mail_trouble(context: Context) -> MailTrouble | None:
    """What is known of letters to this reader that came back."""
    user = context["request"].user
    return trouble_of(user.email) if user.is_authenticated else None
