"""Who may fetch a file that was sent with a sheet: whoever may read a sheet that offers it."""

from django.db.models import Q
from wagtail.documents.models import Document

from groups.permissions import Reader, is_network_member
from practices.actions.writing import COLLECTION
from practices.models import Attachment, PracticeSheet


def may_fetch(user: Reader, document: Document) -> bool:
    """Files that no sheet offers today are those of drafts and of old versions: if they came with a sheet, they are for
    members. Whoever writes or reviews a sheet may fetch its files whether it is published or not."""
    offering = PracticeSheet.objects.filter(pk__in=Attachment.objects.filter(document=document).values("sheet"))
    if not offering.exists():
        return document.collection.name != COLLECTION or is_network_member(user)
    if offering.visible_to(user).exists():
        return True
    if not is_network_member(user):
        return False
    is_theirs = Q(owner=user.pk) | Q(practice__co_authors__user=user.pk)
    return (
        document.uploaded_by_user_id == user.pk
        or offering.filter(is_theirs).exists()
        or offering.reviewed_by(user).exists()
    )
