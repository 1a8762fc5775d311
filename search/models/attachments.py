"""What the files of sheets say."""

from typing import Self

from django.db import models
from django.db.models import Exists, ExpressionWrapper, F, OuterRef
from django.utils.translation import gettext_lazy as _
from wagtail.models import CollectionViewRestriction


class Reading(models.TextChoices):
    """What came of reading a file."""

    READ = "read", _("read")
    NOTHING = "nothing", _("nothing to read")
    REFUSED = "refused", _("not read")


class Refusal(models.TextChoices):
    """Why a file was not read."""

    EMPTY = "empty", _("The file is empty.")
    KIND = "kind", _("It is neither a PDF nor a DOCX nor a plain text: only these are read.")
    LOCKED = "locked", _("It is locked by a password.")
    DAMAGED = "damaged", _("It is damaged.")
    TOO_LARGE = "too_large", _("It is too large, or becomes too large when it is unpacked.")
    TOO_LONG = "too_long", _("Reading it took too long.")
    MISSING = "missing", _("The file is not there.")


def in_private_collection(path: str) -> Exists:
    """Whether the collection at ``path`` (a relation), or one above it, has a privacy setting."""
    held = ExpressionWrapper(OuterRef(path), output_field=models.CharField())
    restrictions = CollectionViewRestriction.objects.annotate(held=held)
    return Exists(restrictions.filter(held__startswith=F("collection__path")))


class AttachmentTextQuerySet(models.QuerySet):
    def to_be_found(self) -> Self:
        """The texts of files as they are now, of collections without a privacy setting.

        Whoever may read a sheet may fetch such a file (`practices.documents.may_fetch`), and therefore find it.
        """
        current = self.filter(state=Reading.READ, file=F("document__file"))
        return current.exclude(in_private_collection("document__collection__path"))


class AttachmentText(models.Model):
    """What the file of a document says, as far as it could be read. Of each file once."""

    # It is no use of the document that an editor would have to know of.
    wagtail_reference_index_ignore = True

    document = models.OneToOneField(
        "wagtaildocs.Document", verbose_name=_("document"), on_delete=models.CASCADE, related_name="attachment_text"
    )
    file = models.CharField(max_length=255)
    """The name under which the file is stored: a document that got another file has another one here."""
    digest = models.CharField(max_length=32, db_index=True)
    state = models.CharField(_("state"), max_length=8, choices=Reading)
    reason = models.CharField(_("reason"), max_length=12, choices=Refusal, blank=True)
    text = models.TextField(_("text"), blank=True)
    read_at = models.DateTimeField(_("read on"), auto_now=True)

    objects = AttachmentTextQuerySet.as_manager()

    class Meta:
        verbose_name = _("text of a file")
        verbose_name_plural = _("texts of files")
        ordering = ["-read_at", "pk"]

    def __str__(self) -> str:
        return self.file
