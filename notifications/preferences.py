"""What each person wants to get, and how often."""

from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from notifications.digest_times import GATHERED
from notifications.messages import optional_kind
from notifications.models import Frequency, MailPreference, Notice
from notifications.notices import notice_kind, notice_kinds

DIGEST = "digest"
"""Stands for all digests, in the keys that stop letters."""


def frequencies_of(user_pk: int) -> dict[str, str]:
    """How often this person wants each kind of notices."""
    return frequencies_of_all([user_pk])[user_pk]


def frequencies_of_all(user_pks: Collection[int]) -> dict[int, dict[str, str]]:
    """The same of several people; one query."""
    usual = {kind.kind: str(kind.frequency) for kind in notice_kinds()}
    found = {pk: dict(usual) for pk in user_pks}
    chosen = MailPreference.objects.filter(user__in=user_pks, kind__in=usual).order_by()
    for user_pk, kind, frequency in chosen.values_list("user", "kind", "frequency"):
        found[user_pk][kind] = frequency
    return found


def wanted(notices: "QuerySet[Notice]", frequency: str) -> "QuerySet[Notice]":
    """Those of ``notices`` that their people want with this frequency."""
    chosen = MailPreference.objects.filter(user=OuterRef("user"), kind=OuterRef("kind"))
    usual = [kind.kind for kind in notice_kinds() if kind.frequency == frequency]
    return notices.filter(Exists(chosen.filter(frequency=frequency)) | (Q(kind__in=usual) & ~Exists(chosen)))


def label_of(kind: str) -> Any:
    """What letters of this kind are called, if they can be stopped from inside a letter; else empty."""
    if kind == DIGEST:
        return _("Digests: what is new in what you follow, in one letter")
    found = notice_kind(kind) or optional_kind(kind)
    return found.label if found else ""


def is_stopped(user_pk: int, kind: str) -> bool:
    """Whether this person gets no letters of a kind that ``label_of`` knows."""
    if kind == DIGEST:
        return not gathered_kinds(user_pk)
    if notice_kind(kind):
        return frequencies_of(user_pk)[kind] == Frequency.NEVER
    return MailPreference.objects.refused(kind).filter(user=user_pk).exists()


def gathered_kinds(user_pk: int) -> list[str]:
    """The kinds of notices that come to this person in digests."""
    return [kind for kind, frequency in frequencies_of(user_pk).items() if frequency in GATHERED]
