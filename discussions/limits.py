"""How much one person writes or reports in a while: more than anybody does is a robot, or an account in other hands."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions.models import Post, Report, Thread
from members.models import User

MOST_IN_A_WHILE = 20
WHILE = timedelta(minutes=10)
MOST_REPORTS_A_DAY = 20
# A second click, or a form that was sent again because the answer did not come.
_AGAIN = timedelta(minutes=5)


def why_wait(user: User) -> str:
    """Why ``user`` cannot post now, in a sentence; empty if nothing is in the way. Posts by mail count as well."""
    latest = Post.objects.filter(author=user, created_at__gt=timezone.now() - WHILE)
    if latest[:MOST_IN_A_WHILE].count() < MOST_IN_A_WHILE:
        return ""
    return _("That was a lot in a short time. Wait some minutes, and send it then: nothing that you typed is lost.")


def check_may_report(user: User) -> None:
    """Raises ValidationError for whoever has reported more in a day than anybody reads through."""
    latest = Report.objects.filter(reporter=user, created_at__gt=timezone.now() - timedelta(days=1))
    if latest[:MOST_REPORTS_A_DAY].count() >= MOST_REPORTS_A_DAY:
        raise ValidationError(
            _("You have reported %(number)d posts in a day. Write to the coordinators if there are more.")
            % {"number": MOST_REPORTS_A_DAY},
            code="many",
        )


def sent_already(*, author: User, text: str, thread: Thread) -> Post | None:
    """The post of ``author`` that says just this, if it was sent a moment ago."""
    posts = thread.posts.standing().filter(author=author, created_at__gt=timezone.now() - _AGAIN)
    latest = posts.order_by("-created_at", "-pk").first()
    return latest if latest and latest.source == text else None
