"""What the pages of practices, projects and recommendations show."""

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from common.markdown import render_markdown
from common.page_views import page_view
from groups.permissions import is_network_member
from members.models import CityName
from practices.changes import changed_since_translation, labels_of_changed
from practices.choices import choices_for, filter_fields
from practices.enums import Licence
from practices.filters import SORTS, PracticeFilters
from practices.models import (
    PracticeIndexPage,
    PracticeSheet,
    Project,
    ProjectIndexPage,
)
from practices.permissions import can_write
from practices.queries import (
    recommendations_backed_by,
    sheet_cards,
)
from practices.reading import evidence_profile, parts_of, rows_of
from practices.schema import FIELDS_BY_NAME
from taxonomy.queries import preferred_labels

SHEETS_A_PAGE = 24
# The relations of a sheet to the vocabulary.
CONCEPTS = ("themes", "technologies", "target_groups", "action_types")


@page_view(PracticeIndexPage)
def practice_list(page: PracticeIndexPage, request: HttpRequest) -> dict:
    filters = PracticeFilters.from_query(request.GET)
    choices = choices_for(request)
    sheets = filters.in_order(filters.narrow(sheet_cards(request), request.user))
    most_used, less_used = filter_fields(filters, choices)
    return {
        "sheets": Paginator(sheets, SHEETS_A_PAGE).get_page(request.GET.get("page")),
        "filters": filters,
        "active_filters": filters.active(choices.labels),
        "most_used": most_used,
        "less_used": less_used,
        "years": choices.years,
        "sorts": SORTS.items(),
    }


@page_view(PracticeSheet)
def practice_sheet(page: PracticeSheet, request: HttpRequest) -> dict:
    prefetch_related_objects(
        [page],
        "organisation",
        "locale",
        "related_project",
        "group",
        "practice__confirmations",
        preferred_labels("city__labels", CityName),
        *CONCEPTS,
    )
    # Of all four relations at once.
    prefetch_related_objects(
        [concept for name in CONCEPTS for concept in getattr(page, name).all()], preferred_labels()
    )
    contacts = rows_of(page, FIELDS_BY_NAME["contacts"])
    versions = list(page.versions.select_related("review").defer("content"))
    latest = versions[0] if versions else None
    return {
        "themes": page.themes.all(),
        "technologies": page.technologies.all(),
        "target_groups": page.target_groups.all(),
        "project": Project.objects.best_version_of(page.related_project, request),
        "recommendations": recommendations_backed_by(page, request),
        "parts": parts_of(page),
        "profile": evidence_profile(page),
        "contacts": [contact for contact in contacts if contact.is_visible_to(request.user)],
        "has_contacts": bool(contacts),
        "members_note": render_markdown(page.members_note) if is_network_member(request.user) else "",
        "attachments": rows_of(page, FIELDS_BY_NAME["attachments"]),
        "versions": [(version, labels_of_changed(version)) for version in versions],
        # What the page's files and citation are of; a frozen version's page names its own.
        "latest_version": latest,
        "review": latest.review if latest else None,
        "behind": changed_since_translation(page, versions, request.user),
        "can_write": request.user.is_authenticated and can_write(request.user, page),
        "licence_address": Licence(page.licence).address,
    }


@page_view(ProjectIndexPage)
def project_list(page: ProjectIndexPage, request: HttpRequest) -> dict:
    projects = (
        Project.objects.best_for(request).select_related("locale").prefetch_related(preferred_labels("themes__labels"))
    )
    return {"projects": projects.order_by("title")}
