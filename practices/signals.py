"""What follows from publishing a sheet, by whichever way it is published."""

from typing import Any

from wagtail.models import Revision
from wagtail.signals import page_published

from practices.actions.publishing import freeze_version, mark_translated_rows, share_facts
from practices.models import PracticeSheet


def _sheet_published(instance: PracticeSheet, revision: Revision, **_kwargs: Any) -> None:
    freeze_version(sheet=instance, content=revision.content)
    if instance.is_original:
        share_facts(sheet=instance)
    else:
        mark_translated_rows(sheet=instance)


def connect() -> None:
    page_published.connect(_sheet_published, sender=PracticeSheet, dispatch_uid="practices-sheet-published")
