"""Where practices are, and where they are missing."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from practices.coverage import languages_of_practices, open_recommendations, themes_by_country
from practices.models import PracticeIndexPage


def coverage(request: HttpRequest) -> HttpResponse:
    context = {
        "practice_index": PracticeIndexPage.objects.best_for(request).select_related("locale").first(),
        "recommendations": open_recommendations(request),
        "themes": themes_by_country(request),
        "languages": languages_of_practices(request, request.GET.get("page")),
    }
    return render(request, "practices/coverage.html", context)
