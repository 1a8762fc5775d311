"""Threads of working groups and of the network, their posts, and what people do with them."""

from discussions.models.calls import AnswerOffer, Call, CallAddressee
from discussions.models.incoming import ReceivedMail
from discussions.models.polls import Poll, PollOption, PollVote
from discussions.models.posts import Mention, Post, PostAttachment, PostTranslation, PostVersion
from discussions.models.reports import Report
from discussions.models.threads import ReadState, Thread, ThreadGuest

__all__ = [
    "AnswerOffer",
    "Call",
    "CallAddressee",
    "Mention",
    "Poll",
    "PollOption",
    "PollVote",
    "Post",
    "PostAttachment",
    "PostTranslation",
    "PostVersion",
    "ReadState",
    "ReceivedMail",
    "Report",
    "Thread",
    "ThreadGuest",
]
