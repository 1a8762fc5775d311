"""What the index has still to take in."""

from django.db import models


class PendingUpdate(models.Model):
    """A document whose object was saved, moved or deleted since the index last read it.

    Written in the transaction of the change itself, and deleted only once the index has committed: whatever dies in
    between, the row is still there.
    """

    document_id = models.CharField(max_length=100, db_index=True)
    is_withheld = models.BooleanField(default=False)
    """Nobody may find it by what the index holds of it until this is taken in: a file in it has become private."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.document_id
