"""What the search keeps in the database; the index itself lies in files."""

from search.models.attachments import AttachmentText, Reading, Refusal, in_private_collection
from search.models.misses import MissedSearch, MissedSearchWeek, MissState
from search.models.pending import PendingUpdate
from search.models.relevance import ExpectedResult, JudgedQuery, RelevanceRun, ResultList
from search.models.saved_searches import Frequency, SavedSearch, ToldMatch

__all__ = [
    "AttachmentText",
    "ExpectedResult",
    "Frequency",
    "JudgedQuery",
    "MissState",
    "MissedSearch",
    "MissedSearchWeek",
    "PendingUpdate",
    "Reading",
    "Refusal",
    "RelevanceRun",
    "ResultList",
    "SavedSearch",
    "ToldMatch",
    "in_private_collection",
]
