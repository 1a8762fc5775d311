"""What those who look after discussions do, in the words of the audit log."""

from django.utils.translation import gettext_lazy as _

from groups.audit import declare_acts

declare_acts(
    {
        "thread-pinned": _("pinned the discussion “%(name)s”"),
        "thread-unpinned": _("unpinned the discussion “%(name)s”"),
        "thread-closed": _("closed the discussion “%(name)s”"),
        "thread-reopened": _("opened the discussion “%(name)s” again"),
        "thread-moved-away": _("moved the discussion “%(name)s” to another working group"),
        "thread-moved-in": _("took in the discussion “%(name)s” from elsewhere"),
        "thread-merged": _("merged the discussion “%(name)s” into “%(into)s”"),
        "thread-split": _("split the discussion “%(into)s” off from “%(name)s”"),
        "answer-marked": _("marked a post of %(author)s as the answer in “%(name)s”"),
        "answer-unmarked": _("took the mark of the answer off in “%(name)s”"),
        "post-kept": _("decided that a post of %(author)s stays in “%(name)s”"),
        "post-hidden": _("hid a post of %(author)s in “%(name)s”"),
        "post-shown": _("showed a post of %(author)s in “%(name)s” again"),
        "appeal-kept": _("decided on an appeal that a post of %(author)s stays in “%(name)s”"),
        "appeal-hidden": _("decided on an appeal that a post of %(author)s is hidden in “%(name)s”"),
        "poll-closed": _("ended the poll in “%(name)s”"),
        "poll-removed": _("removed the poll from “%(name)s”"),
        "translation-allowed": _("allowed that posts are sent to the translation service"),
        "translation-forbidden": _("forbade that posts are sent to the translation service"),
        "translation-removed": _("removed a translation of a post of %(author)s in “%(name)s”"),
    }
)
