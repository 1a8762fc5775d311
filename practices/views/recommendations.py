"""Recommendations: one, those of a project, those of all projects."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.page_views import page_view
from practices.evidence import with_evidence
from practices.filters import RecommendationFilters
from practices.models import Project, Recommendation, RecommendationIndexPage
from practices.queries import (
    recommendation_items,
    recommendations_by_project,
    recommendations_of,
    sheets_backing,
)


@page_view(RecommendationIndexPage)
def recommendation_list(page: RecommendationIndexPage, request: HttpRequest) -> dict:
    project = page.get_parent().specific
    filters = RecommendationFilters.from_query(request.GET)
    return {
        "recommendations": filters.narrow(recommendations_of(project, request)),
        "filters": filters,
        "project": Project.objects.best_version_of(project, request),
    }


@page_view(Recommendation)
def recommendation(page: Recommendation, request: HttpRequest) -> dict:
    index = page.get_parent()
    return {
        "index": RecommendationIndexPage.objects.best_version_of(index, request),
        "project": Project.objects.best_version_of(index.get_parent(), request),
        "sheets": with_evidence(sheets_backing(page, request)),
    }


def all_recommendations(request: HttpRequest) -> HttpResponse:
    """The recommendations of all projects."""
    filters = RecommendationFilters.from_query(request.GET)
    items = filters.narrow(recommendation_items(Recommendation.objects.all(), request))
    context = {"sections": recommendations_by_project(items, request), "filters": filters}
    return render(request, "practices/recommendations.html", context)
