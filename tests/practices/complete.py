"""A sheet that may be submitted, and the people around it."""

from typing import Any

from members.models import User
from practices.enums import Dimension, EvidenceLevel
from practices.models import Contact, EvidenceClaim, Objective, Partner, PracticeSheet
from taxonomy.models import ConceptScheme
from tests.factories import ConceptFactory, OrganisationFactory, PracticeSheetFactory

VALIDATED = {
    "mechanism": "Who gets an answer reports again.",
    "personal_data": "no",
    "dpia": "not-needed",
    "setup_cost": 40000,
    "currency": "EUR",
    "price_year": 2020,
    "funding": "The city",
    "evaluated_by": "self",
    "conditions_needed": "A register of lights.",
}


def complete_sheet(*, author: User, is_validated: bool = False, **fields: Any) -> PracticeSheet:
    """A draft with all that a quick sheet needs, or a validated one; ``fields`` come on top."""
    texts = {name: f"About {name}." for name in ("summary", "problem", "solution", "impact", "lessons")}
    sheet = PracticeSheetFactory(
        **{
            "title": "Mended lights",
            **texts,
            "organisation": OrganisationFactory(),
            "stage": "running",
            "started": 2019,
            "live": False,
            "owner": author,
            **(VALIDATED if is_validated else {}),
            **fields,
        }
    )
    sheet.themes = [ConceptFactory()]
    sheet.target_groups = [ConceptFactory(scheme=ConceptScheme.TARGET_GROUP)]
    sheet.objectives = [Objective(text="Mend nine of ten lights within three days")]
    sheet.contacts = [Contact(name="Lighting department", email="lighting@example.org")]
    sheet.evidence = [EvidenceClaim(dimension=Dimension.EFFECT, statement="Sooner.", level=EvidenceLevel.EVALUATED)]
    if is_validated:
        sheet.partners = [Partner(name="Neighbours", sector="civil-society")]
    sheet.save_revision(user=author)
    return sheet


def publish(sheet: PracticeSheet) -> PracticeSheet:
    sheet.get_latest_revision().publish()
    return PracticeSheet.objects.get(pk=sheet.pk)
