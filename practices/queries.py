"""Reads over practice sheets, projects and recommendations."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest

from common.models import BasePageQuerySet
from groups.restricted import RestrictedPageQuerySet
from members.models import CityName, Organisation
from practices.models import (
    EvidenceClaim,
    EvidenceConfirmation,
    Practice,
    PracticeSheet,
    Project,
    ProjectPartner,
    Recommendation,
)
from practices.schema import markdown_fields
from taxonomy.models import Concept
from taxonomy.queries import preferred_labels


def sheet_cards(request: HttpRequest) -> RestrictedPageQuerySet:
    """The sheets that this reader may see, each in the best language, with all that a card shows; the newest first."""
    return for_cards(PracticeSheet.objects.best_for(request)).order_by("-first_published_at", "-pk")


def for_cards(sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
    return (
        with_evidence_counts(sheets.with_adoption_count())
        .select_related("locale", "city")
        .prefetch_related(preferred_labels("city__labels", CityName), preferred_labels("themes__labels"))
        .defer(*(field.name for field in markdown_fields()))
    )


def with_evidence_counts(sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
    """``sheets``, each with the number of dimensions in which there is evidence, claimed and confirmed."""
    return sheets.annotate(
        claimed_count=_count(EvidenceClaim.objects.filter(sheet=OuterRef("pk")), "sheet"),
        confirmed_count=_count(EvidenceConfirmation.objects.filter(practice=OuterRef("practice")), "practice"),
    )


def _count(rows: QuerySet, by: str) -> Coalesce:
    """How many of ``rows``, which are those of one sheet or practice."""
    counted = rows.order_by().values(by).annotate(counted=Count("pk")).values("counted")
    return Coalesce(Subquery(counted), 0, output_field=IntegerField())


def themes_in_use(request: HttpRequest, most: int | None = None) -> list[Concept]:
    """Themes of the sheets that this reader may see, by name; with ``most``, no more than so many, the most used."""
    sheets = PracticeSheet.objects.visible_to(request.user).order_by()
    used = sheets.filter(themes__isnull=False).values("themes").annotate(uses=Count("practice", distinct=True))
    themes = Concept.objects.filter(pk__in=used.order_by("-uses", "themes").values("themes")[:most])
    return sorted(themes.prefetch_related(preferred_labels()), key=lambda theme: theme.label().casefold())


def with_practice_count(concepts: QuerySet[Concept]) -> QuerySet[Concept]:
    """Each concept with ``practice_count``: how many practices name it, published or not, whoever may see them."""
    relations = (
        PracticeSheet.themes,
        PracticeSheet.technologies,
        PracticeSheet.target_groups,
        PracticeSheet.action_types,
    )
    counts = [
        Coalesce(
            Subquery(
                relation.through.objects.filter(concept=OuterRef("pk"))
                .order_by()
                .values("concept")
                .annotate(counted=Count("practicesheet__practice", distinct=True))
                .values("counted")
            ),
            0,
            output_field=IntegerField(),
        )
        for relation in relations
    ]
    # A concept is of one scheme, and each relation names those of one.
    return concepts.annotate(practice_count=counts[0] + counts[1] + counts[2] + counts[3])


def recommendations_of(project: Project, request: HttpRequest) -> BasePageQuerySet:
    """The recommendations of a project by number, each in the best language."""
    return recommendation_items(Recommendation.objects.below_versions_of(project), request)


def recommendation_items(recommendations: BasePageQuerySet, request: HttpRequest) -> BasePageQuerySet:
    """Of ``recommendations`` one language version each, by number, with all that a list shows: ``practice_count`` is of
    those practices that this reader may see."""
    implementing = (
        Recommendation.sheets.through.objects.filter(
            recommendation__translation_key=OuterRef("translation_key"),
            recommendation__live=True,
            practicesheet__practice__in=Practice.objects.visible_to(request.user),
        )
        .order_by()
        .values("recommendation__translation_key")
        .annotate(counted=Count("practicesheet__practice", distinct=True))
        .values("counted")
    )
    return (
        recommendations.best_for(request)
        .select_related("locale")
        .annotate(practice_count=Coalesce(Subquery(implementing), 0, output_field=IntegerField()))
        .order_by("number", "pk")
    )


def recommendations_backed_by(sheet: PracticeSheet, request: HttpRequest) -> list[Recommendation]:
    """The recommendations that the practice puts to work, whichever language versions say so."""
    saying_so = Recommendation.objects.live().order_by().filter(sheets__translation_key=sheet.translation_key)
    recommendations = Recommendation.objects.filter(translation_key__in=saying_so.values("translation_key"))
    return list(recommendations.best_for(request).select_related("locale").order_by("number"))


def sheets_backing(recommendation: Recommendation, request: HttpRequest) -> RestrictedPageQuerySet:
    """The practices that put the recommendation to work, whichever of its language versions says so."""
    versions = Recommendation.objects.live().versions_of(recommendation).order_by()
    return sheet_cards(request).filter(translation_key__in=versions.values("sheets__translation_key"))


@dataclass(frozen=True, slots=True)
class RecommendationsOfProject:
    project: Project | None
    recommendations: list[Recommendation]


def recommendations_by_project(
    recommendations: BasePageQuerySet, request: HttpRequest
) -> list[RecommendationsOfProject]:
    """``recommendations``, as ``recommendation_items`` gives them, under their projects; the latest project first."""
    found = list(recommendations)
    # A project lies two steps above its recommendations.
    above = {one.pk: one.path[: -2 * Recommendation.steplen] for one in found}
    keys = dict(Project.objects.filter(path__in=set(above.values())).values_list("path", "translation_key"))
    projects = Project.objects.filter(translation_key__in=set(keys.values())).best_for(request)
    ordered = projects.select_related("locale").order_by(F("starts_on").desc(nulls_last=True), "title")
    by_key: dict[Any, list[Recommendation]] = defaultdict(list)
    for one in found:
        by_key[keys.get(above[one.pk])].append(one)
    sections = [RecommendationsOfProject(project, by_key.pop(project.translation_key)) for project in ordered]
    rest = [one for several in by_key.values() for one in several]
    return [*sections, RecommendationsOfProject(None, rest)] if rest else sections


def projects_with_partner(organisation: Organisation, request: HttpRequest) -> BasePageQuerySet:
    """The projects in which an organisation takes part, whichever of their language versions says so."""
    partners = ProjectPartner.objects.order_by().filter(organisation=organisation, project__live=True)
    projects = Project.objects.filter(translation_key__in=partners.values("project__translation_key"))
    return projects.best_for(request).select_related("locale").order_by("title")
