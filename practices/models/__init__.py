"""Practices and their sheets, the projects that they come from, and the recommendations that they back."""

from practices.models.adoptions import Adoption
from practices.models.collections import Collection, CollectionItem
from practices.models.importing import ImportedSheet
from practices.models.lifecycle import (
    CoAuthor,
    EvidenceConfirmation,
    GroupReviewTask,
    ReviewRemark,
    ReviewState,
    SheetVersion,
    authors_of,
)
from practices.models.practice import Practice, PublicAnswer
from practices.models.projects import (
    Deliverable,
    Project,
    ProjectIndexPage,
    ProjectPartner,
    Recommendation,
    RecommendationIndexPage,
)
from practices.models.rows import (
    Attachment,
    BuildingBlock,
    Contact,
    DataSource,
    EvidenceClaim,
    Indicator,
    Milestone,
    Objective,
    Partner,
    SheetRow,
    TechnologyUse,
)
from practices.models.sheets import PracticeIndexPage, PracticeSheet

__all__ = [
    "Adoption",
    "Attachment",
    "BuildingBlock",
    "CoAuthor",
    "Collection",
    "CollectionItem",
    "Contact",
    "DataSource",
    "Deliverable",
    "EvidenceClaim",
    "EvidenceConfirmation",
    "GroupReviewTask",
    "ImportedSheet",
    "Indicator",
    "Milestone",
    "Objective",
    "Partner",
    "Practice",
    "PracticeIndexPage",
    "PracticeSheet",
    "Project",
    "ProjectIndexPage",
    "ProjectPartner",
    "PublicAnswer",
    "Recommendation",
    "RecommendationIndexPage",
    "ReviewRemark",
    "ReviewState",
    "SheetRow",
    "SheetVersion",
    "TechnologyUse",
    "authors_of",
]
