"""Letters that came in, so that each is taken once."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from discussions.enums import MailOutcome, MailRefusal
from discussions.models.posts import Post


class ReceivedMail(models.Model):
    message_id = models.CharField(max_length=300, unique=True)
    """That of the letter; of one without, a digest of it."""
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=300, blank=True)
    received_at = models.DateTimeField(auto_now_add=True)
    outcome = models.CharField(max_length=8, choices=MailOutcome)
    reason = models.CharField(max_length=300, blank=True)
    """Of a refused one a ``MailRefusal``; of the others what told that they were automatic, or what came back."""
    is_answered = models.BooleanField(default=False)
    """Whether the sender was told why it was refused."""
    post = models.ForeignKey(Post, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("letter that came in")
        verbose_name_plural = _("letters that came in")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["sender", "received_at"], name="received_mail_of_sender")]

    def __str__(self) -> str:
        return f"{self.subject} ({self.outcome})"

    @property
    def reason_in_words(self) -> str:
        """In the language of the interface, where the portal has words for it."""
        return str(dict(MailRefusal.choices).get(self.reason, self.reason))
