"""Which other sheets have something in common with one, and what."""

from functools import reduce
from operator import add, or_

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from groups.permissions import Reader
from groups.restricted import RestrictedPageQuerySet
from practices.models import PracticeSheet
from taxonomy.queries import preferred_labels

# What having one of these in common counts for.
WEIGHTS = {"themes": 3, "technologies": 3, "target_groups": 1}


def practices_in_common(sheet: PracticeSheet, user: Reader, limit: int) -> list[int]:
    """Ids of up to ``limit`` practices that have most in common with ``sheet``, of those that ``user`` may see.

    A common theme, technology or project counts three times a common target group. Without any of these a sheet is
    not related, whatever the country.
    """
    keys = {name: [concept.pk for concept in getattr(sheet, name).all()] for name in WEIGHTS}
    common = [Q(**{f"{name}__in": keys[name]}) for name in ("themes", "technologies") if keys[name]]
    counts = [
        weight * Count(name, filter=Q(**{f"{name}__in": keys[name]}), distinct=True)
        for name, weight in WEIGHTS.items()
        if keys[name]
    ]
    if sheet.related_project:
        same_project = Q(related_project__translation_key=sheet.related_project.translation_key)
        common.append(same_project)
        counts.append(3 * Count("related_project", filter=same_project, distinct=True))
    if not common:
        return []
    return list(
        PracticeSheet.objects.visible_to(user)
        .filter(reduce(or_, common))
        .exclude(practice=sheet.practice_id)
        .order_by()
        .values("practice")
        .annotate(weight=reduce(add, counts))
        .order_by("-weight", "-practice")
        .values_list("practice", flat=True)[:limit]
    )


def with_subjects(sheets: RestrictedPageQuerySet) -> RestrictedPageQuerySet:
    """``sheets``, which have what a card shows, with what else the reasons below read."""
    return sheets.select_related("related_project").prefetch_related(
        preferred_labels("technologies__labels"), preferred_labels("target_groups__labels")
    )


def subjects_in_common(sheet: PracticeSheet, other: PracticeSheet) -> list[str]:
    """What both are about, in words."""
    reasons = []
    for name, words in (
        ("themes", _("same theme: %(what)s")),
        ("technologies", _("same technology: %(what)s")),
        ("target_groups", _("same target group: %(what)s")),
    ):
        own = {concept.pk for concept in getattr(sheet, name).all()}
        shared = [concept.label() for concept in getattr(other, name).all() if concept.pk in own]
        if shared:
            reasons.append(words % {"what": ", ".join(shared)})
    projects = [page.related_project.translation_key for page in (sheet, other) if page.related_project]
    if len(projects) == 2 and len(set(projects)) == 1:
        reasons.append(_("same project"))
    return reasons


def circumstances_in_common(sheet: PracticeSheet, other: PracticeSheet) -> list[str]:
    """In what their cities are alike, in words."""
    reasons = []
    if sheet.city.country == other.city.country:
        reasons.append(_("same country"))
    if sheet.city.size is not None and sheet.city.size == other.city.size:
        reasons.append(_("city of the same size"))
    return reasons
