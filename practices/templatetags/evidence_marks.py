"""The evidence of a practice at a glance, for cards."""

from django import template

from practices.evidence import EvidenceMarks, evidence_marks
from practices.models import PracticeSheet

register = template.Library()


@register.simple_tag(name="evidence_marks")
def marks_of(practice: PracticeSheet) -> EvidenceMarks:
    """The marks of a sheet that has been read with ``practices.evidence.with_evidence``."""
    return evidence_marks(practice)
