"""What the pages of practices, projects and recommendations show."""

from django.core.paginator import Paginator
from django.db.models import prefetch_related_objects
from django.http import HttpRequest

from common.page_views import page_view
from members.models import CityName
from practices.choices import choices_for, filter_fields
from practices.filters import SORTS, PracticeFilters
from practices.models import (
    PracticeIndexPage,
    PracticeSheet,
    Project,
    ProjectIndexPage,
    RecommendationIndexPage,
)
from practices.queries import (
    recommendations_backed_by,
    recommendations_of,
    sheet_cards,
)
from practices.reading import parts_of
from taxonomy.queries import concepts_of, preferred_labels

SHEETS_A_PAGE = 24


@page_view(PracticeIndexPage)
def practice_list(page: PracticeIndexPage, request: HttpRequest) -> dict:
    filters = PracticeFilters.from_query(request.GET)
    choices = choices_for(request)
    sheets = filters.in_order(filters.narrow(sheet_cards(request)))
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
    prefetch_related_objects([page], "organisation", preferred_labels("city__labels", CityName))
    return {
        "themes": concepts_of(page.themes),
        "technologies": concepts_of(page.technologies),
        "project": Project.objects.best_version_of(page.related_project, request),
        "recommendations": recommendations_backed_by(page, request),
        "parts": parts_of(page),
    }


@page_view(ProjectIndexPage)
def project_list(page: ProjectIndexPage, request: HttpRequest) -> dict:
    projects = (
        Project.objects.best_for(request).select_related("locale").prefetch_related(preferred_labels("themes__labels"))
    )
    return {"projects": projects.order_by("title")}


@page_view(Project)
def project(page: Project, request: HttpRequest) -> dict:
    index_pages = RecommendationIndexPage.objects.below_versions_of(page).best_for(request).select_related("locale")
    return {
        "themes": concepts_of(page.themes),
        "recommendations": recommendations_of(page, request),
        "recommendation_index": index_pages.first(),
        "sheets": sheet_cards(request).filter(related_project__translation_key=page.translation_key),
    }
