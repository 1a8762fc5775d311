"""Several people write on one sheet: what each changed is told by comparing three states of a field.

A page of the form carries a token: for each field, a fingerprint of what was stored when the page was made. Whatever
differs from it was changed since, by the person who sends the form or by somebody else.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core import signing
from django.core.serializers.json import DjangoJSONEncoder
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField

from practices.actions.publishing import content_value
from practices.models import PracticeSheet
from practices.schema import FIELDS_BY_NAME

Fingerprints = Mapping[str, str]

_SALT = "practices.writing"


def fingerprints(sheet: PracticeSheet, names: Iterable[str]) -> dict[str, str]:
    """A short digest of the value of each field; rows of one kind count as one field."""
    content = sheet.serializable_data()
    return {name: _fingerprint(_value(content, name)) for name in names}


def _value(content: dict, name: str) -> Any:
    field = FIELDS_BY_NAME.get(name)
    return content_value(content, field) if field else content.get(name)


def _fingerprint(value: Any) -> str:
    canonical = json.dumps(_plain(value), sort_keys=True, cls=DjangoJSONEncoder)
    return hashlib.blake2b(canonical.encode(), digest_size=8).hexdigest()


def _plain(value: Any) -> Any:
    """The value without what a form changes by merely being sent: ends of lines, zeros after the point."""
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_plain(part) for part in value]
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, str):
        return value.replace("\r\n", "\n").strip()
    return value


def sign(sheet_pk: int, base: Fingerprints) -> str:
    return signing.dumps({"sheet": sheet_pk, "base": dict(base)}, salt=_SALT)


def read_token(token: str, sheet_pk: int) -> Fingerprints | None:
    """The fingerprints of a token that the portal made for this sheet; None for anything else."""
    try:
        read = signing.loads(token, salt=_SALT)
    except signing.BadSignature:
        return None
    base: Fingerprints = read["base"]
    return base if read["sheet"] == sheet_pk else None


def copy_value(name: str, source: PracticeSheet, target: PracticeSheet) -> None:
    """Give ``target`` the value that ``source`` has in one field, in memory."""
    field = FIELDS_BY_NAME.get(name)
    if field and (field.is_rows or isinstance(field.model_field, ParentalManyToManyField)):
        setattr(target, name, list(getattr(source, name).all()))
    elif field and isinstance(field.model_field, ClusterTaggableManager):
        getattr(target, name).set(list(getattr(source, name).all()))
    else:
        attribute = PracticeSheet._meta.get_field(name).attname
        setattr(target, attribute, getattr(source, attribute))
