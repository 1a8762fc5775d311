"""What happens to sheets by the clock. The portal's schedule calls it; dates in the rows decide what is due."""

from practices.actions.reviewing import remind_reviewers
from practices.actions.verifying import ask_whether_true


def do_what_is_due() -> int:
    """Remind reviewers, ask authors. Returns how many sheets that concerned; called again at once, none."""
    return remind_reviewers() + ask_whether_true()
