"""A city takes a practice over: declared by its people, decided by the coordinators of the sheet's group."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from members.models import City, Organisation, User
from practices.adoption_notifications import AdoptionConfirmed, AdoptionDecided, AdoptionDeclared
from practices.enums import AdoptionStatus
from practices.models import Adoption, Practice, PracticeSheet, SheetVersion
from practices.transfers import current_version


class AlreadyDeclared(Exception):
    """This city's adoption of this practice is on record; ``adoption`` is that record."""

    def __init__(self, adoption: Adoption) -> None:
        super().__init__(str(adoption))
        self.adoption = adoption


@transaction.atomic
def declare_adoption(
    *,
    practice: Practice,
    city: City,
    declared_by: User,
    language: str,
    year: int,
    outcome: str,
    changes: str,
    result: str,
    organisation: Organisation | None = None,
    version: SheetVersion | None = None,
) -> Adoption:
    """Record that ``city`` took ``practice`` over; it waits until a coordinator confirms it.

    Without ``version`` it is the one that is current now. Raises AlreadyDeclared, and ValidationError with the fields
    that are wrong.
    """
    adoption = Adoption(
        practice=practice,
        city=city,
        declared_by=declared_by,
        language=language,
        year=year,
        outcome=outcome,
        changes=changes,
        result=result,
        organisation=organisation,
        version=version or current_version(practice),
    )
    _check(adoption)
    values = {
        field.attname: getattr(adoption, field.attname)
        for field in Adoption._meta.concrete_fields
        if field.name not in {"id", "practice", "city"}
    }
    # Two people of one city may do this at once: the database decides who was first.
    adoption, is_first = Adoption.objects.get_or_create(practice=practice, city=city, defaults=values)
    if not is_first:
        raise AlreadyDeclared(adoption)
    AdoptionDeclared(adoption, by=declared_by).send()
    return adoption


@transaction.atomic
def change_adoption(
    *,
    adoption: Adoption,
    changed_by: User,
    language: str,
    year: int,
    outcome: str,
    changes: str,
    result: str,
    organisation: Organisation | None = None,
    version: SheetVersion | None = None,
) -> Adoption:
    """Write the record anew. Whatever a coordinator decided about it is void: it waits again.

    Raises ValidationError with the fields that are wrong.
    """
    changed = Adoption.objects.select_for_update(of=("self",)).get(pk=adoption.pk)
    decided_at = changed.decided_at
    values = {
        "language": language,
        "year": year,
        "outcome": outcome,
        "changes": changes,
        "result": result,
        "organisation": organisation,
        "version": version or changed.version,
    }
    if all(getattr(changed, name) == value for name, value in values.items()):
        return changed
    for name, value in values.items():
        setattr(changed, name, value)
    changed.status, changed.decided_by, changed.decided_at, changed.answer = AdoptionStatus.DECLARED, None, None, ""
    _check(changed)
    changed.save()
    if decided_at:
        AdoptionDeclared(changed, by=changed_by, after=decided_at).send()
    return changed


def confirm_adoption(*, adoption: Adoption, coordinator: User, answer: str = "") -> Adoption:
    """Everybody may now see it, and the authors of the sheet learn of it. Doing so twice tells nobody twice."""
    return _decide(adoption, coordinator, AdoptionStatus.CONFIRMED, answer)


def decline_adoption(*, adoption: Adoption, coordinator: User, answer: str) -> Adoption:
    """Say why it cannot stand as it is. Raises ValidationError without a reason."""
    if not answer.strip():
        raise ValidationError({"answer": _("Say why, so that the city knows what to change.")})
    return _decide(adoption, coordinator, AdoptionStatus.DECLINED, answer)


@transaction.atomic
def _decide(adoption: Adoption, coordinator: User, status: AdoptionStatus, answer: str) -> Adoption:
    decided = Adoption.objects.select_for_update(of=("self",)).get(pk=adoption.pk)
    if decided.status == status:
        return decided
    decided.status, decided.answer = status, answer.strip()
    decided.decided_by, decided.decided_at = coordinator, timezone.now()
    decided.clean_fields(exclude=_not_asked("answer"))
    decided.save(update_fields=["status", "answer", "decided_by", "decided_at"])
    AdoptionDecided(decided).send()
    if status == AdoptionStatus.CONFIRMED:
        AdoptionConfirmed(decided).send()
    return decided


def withdraw_adoption(*, adoption: Adoption) -> None:
    """The record goes, and with it what the city wrote."""
    adoption.delete()


# ---------------------------------------------------------------- rules


def _check(adoption: Adoption) -> None:
    errors: dict[str, Any] = {}
    try:
        adoption.clean_fields(exclude=["practice", "version", "declared_by", "decided_by", "status", "answer"])
    except ValidationError as error:
        errors |= error.error_dict
    sheets = PracticeSheet.objects.filter(practice=adoption.practice_id).order_by().values_list("city", "started")
    if adoption.city_id in {city for city, _started in sheets}:
        errors["city"] = [_("It is this city’s own practice.")]
    if adoption.organisation and adoption.organisation.city_id not in {None, adoption.city_id}:
        errors["organisation"] = [_("This organisation belongs to another city.")]
    if adoption.version and adoption.version.sheet.practice_id != adoption.practice_id:
        errors["version"] = [_("This is a version of another sheet.")]
    if "year" not in errors and (wrong := _wrong_year(adoption.year, [started for _city, started in sheets])):
        errors["year"] = [wrong]
    if errors:
        raise ValidationError(errors)


def _wrong_year(year: int, started: list[int | None]) -> str:
    """What is the matter with ``year``; nothing if it lies between the practice's start and now."""
    first = min((start for start in started if start), default=None)
    if year > timezone.localdate().year:
        return _("This year is still to come.")
    if first and year < first:
        return _("The practice itself began in %(year)s.") % {"year": first}
    return ""


def _not_asked(*asked: str) -> list[str]:
    return [field.name for field in Adoption._meta.concrete_fields if field.name not in asked]
