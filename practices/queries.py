"""Reads over practice sheets, projects and recommendations."""

from django.http import HttpRequest

from groups.restricted_pages import RestrictedPageQuerySet
from members.models import City, CityName
from practices.models import PracticeSheet, Project, Recommendation
from practices.schema import markdown_fields
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels


def sheet_cards(request: HttpRequest) -> RestrictedPageQuerySet:
    """The sheets that this reader may see, each in the best language, with all that a card shows; the newest first."""
    return for_cards(PracticeSheet.objects.best_for(request)).order_by("-first_published_at", "-pk")


def for_cards(sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
    return (
        sheets.with_adoption_count()
        .select_related("locale", "city")
        .prefetch_related(preferred_labels("city__labels", CityName), preferred_labels("themes__labels"))
        .defer(*(field.name for field in markdown_fields()))
    )


def themes_in_use(request: HttpRequest) -> list[Concept]:
    """Themes of the sheets that this reader may see, by name."""
    sheets = PracticeSheet.objects.visible_to(request.user).order_by()
    themes = Concept.objects.filter(pk__in=sheets.values("themes")).prefetch_related(preferred_labels())
    return sorted(themes, key=lambda theme: theme.label().casefold())


def countries_in_use(request: HttpRequest) -> list[str]:
    sheets = PracticeSheet.objects.visible_to(request.user).order_by()
    return list(
        City.objects.filter(pk__in=sheets.values("city")).order_by().values_list("country", flat=True).distinct()
    )


def recommendations_of(project: Project, request: HttpRequest) -> list[Recommendation]:
    """The recommendations of a project by number, each in the best language."""
    recommendations = Recommendation.objects.below_versions_of(project).best_for(request)
    return list(recommendations.select_related("locale").order_by("number"))


def recommendations_backed_by(sheet: PracticeSheet, request: HttpRequest) -> list[Recommendation]:
    return list(
        Recommendation.objects.filter(sheets__translation_key=sheet.translation_key)
        .distinct()
        .best_for(request)
        .select_related("locale")
        .order_by("number")
    )


def sheets_backing(recommendation: Recommendation, request: HttpRequest) -> RestrictedPageQuerySet:
    keys = recommendation.sheets.values("translation_key")
    return sheet_cards(request).filter(translation_key__in=keys)
