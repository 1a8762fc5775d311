"""Questions and answers that stand on a sheet."""

from django.db import transaction

from practices.models import Practice, PublicAnswer


@transaction.atomic
def publish_answer(
    *,
    practice: Practice,
    question: str,
    question_language: str,
    answer: str,
    language: str,
    answered_by: str,
    source: str,
) -> PublicAnswer:
    """Put an answer last on the sheet of ``practice``, in every language; one from the same ``source`` is replaced."""
    Practice.objects.select_for_update().get(pk=practice.pk)
    last = PublicAnswer.objects.filter(practice=practice).order_by("-place").values_list("place", flat=True).first()
    values = {
        "practice": practice,
        "question": question,
        "question_language": question_language,
        "answer": answer,
        "language": language,
        "answered_by": answered_by,
    }
    found, _is_new = PublicAnswer.objects.update_or_create(
        source=source, defaults=values, create_defaults={**values, "place": 0 if last is None else last + 1}
    )
    return found


@transaction.atomic
def remove_answer(*, source: str) -> bool:
    """Take the answer from ``source`` off its sheet; returns whether there was one."""
    # One by one: the search hears of each.
    found = PublicAnswer.objects.filter(source=source).first()
    if found is None:
        return False
    found.delete()
    return True
