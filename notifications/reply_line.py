"""The line that parts an answer from the letter that it answers."""

from django.utils.translation import gettext as _


def reply_line() -> str:
    """The line of a letter above which its reader answers; what stands below it never becomes part of an answer."""
    words = _("Answer above this line")
    return f"⸺ {words} ⸺"
