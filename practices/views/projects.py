"""A project as the hub of what came out of it."""

from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from common.page_views import page_view
from members.models import CityName
from practices.enums import PartnerRole
from practices.models import Deliverable, Project, ProjectPartner, RecommendationIndexPage
from practices.queries import recommendations_of, sheet_cards
from taxonomy.queries import concepts_of, preferred_labels

ROLES = PartnerRole.values


@page_view(Project)
def project(page: Project, request: HttpRequest) -> dict:
    index_pages = RecommendationIndexPage.objects.below_versions_of(page).best_for(request).select_related("locale")
    return {
        "themes": concepts_of(page.themes),
        "partners": _partners(page),
        "deliverables": _deliverables(page),
        "recommendations": recommendations_of(page, request),
        "recommendation_index": index_pages.first(),
        "sheets": sheet_cards(request).filter(related_project__translation_key=page.translation_key),
    }


def _partners(page: Project) -> list[ProjectPartner]:
    """The coordinator first; those of one role as the editor ordered them."""
    partners = list(page.partners.all())
    # Not by a join: a page that is being edited has partners that no database holds.
    prefetch_related_objects(
        partners,
        "organisation__city",
        preferred_labels("organisation__city__labels", CityName),
        preferred_labels("city__labels", CityName),
    )
    return sorted(partners, key=lambda partner: ROLES.index(partner.role))


def _deliverables(page: Project) -> list[Deliverable]:
    deliverables = list(page.deliverables.all())
    prefetch_related_objects(deliverables, "document")
    return deliverables
