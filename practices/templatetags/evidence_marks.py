"""The evidence of a practice, for cards."""

from django import template

from practices.models import PracticeSheet
from practices.profiles import EvidenceProfile, evidence_profile

register = template.Library()


@register.simple_tag(name="evidence_profile")
def profile_of(practice: PracticeSheet) -> EvidenceProfile:
    """The profile of a sheet that has been read with ``practices.profiles.with_evidence``."""
    return evidence_profile(practice)
