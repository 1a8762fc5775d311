"""The choices of the discussions' models."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CameBy(models.TextChoices):
    WEB = "web", _("on the portal")
    MAIL = "mail", _("by mail")


class ReportReason(models.TextChoices):
    """Why somebody finds that a post should not stand."""

    PERSONAL_DATA = "personal-data", _("It shows personal data of somebody.")
    CONFIDENTIAL = "confidential", _("It shows what is confidential.")
    HURTFUL = "hurtful", _("It is hurtful or discriminates.")
    UNLAWFUL = "unlawful", _("It is against the law.")
    ADVERTISING = "advertising", _("It is advertising.")
    OFF_SUBJECT = "off-subject", _("It does not belong here.")
    OTHER = "other", _("Something else; say what.")


class ReportDecision(models.TextChoices):
    KEPT = "kept", _("The post stays.")
    HIDDEN = "hidden", _("The post is hidden.")


class OfferStatus(models.TextChoices):
    """Whether an author lets an answer become part of a sheet."""

    WAITING = "waiting", _("waits for the author")
    GIVEN = "given", _("the author agrees")
    REFUSED = "refused", _("the author does not agree")


class MailOutcome(models.TextChoices):
    """What became of a letter that came in."""

    POSTED = "posted", _("it became a post")
    BOUNCE = "bounce", _("a letter came back")
    IGNORED = "ignored", _("nobody wrote it: an automatic answer")
    REFUSED = "refused", _("it could not be used, and the sender was told why")


class MailRefusal(models.TextChoices):
    """Why a letter cannot become a post, said to whoever sent it."""

    UNKNOWN_ADDRESS = (
        "unknown-address",
        _("The address that it went to is not complete. Answer our letter again, and leave the address as it is."),
    )
    OTHER_SENDER = (
        "other-sender",
        _("It came from another address than that at which you get our letters. Answer from that one."),
    )
    SHUT = "shut", _("Your account is shut.")
    NOT_OPEN = "not-open", _("The discussion that it answers is not open to you any more.")
    CLOSED = "closed", _("The discussion is closed to new replies.")
    TOO_OLD = "too-old", _("The post that it answers is more than a year old.")
    EMPTY = "empty", _("We found no words of your own in it. Write them above what you quote.")
    SAID = "said", _("You have said the same in this discussion already.")
    TOO_LONG = "too-long", _("It is too long: at most 20,000 characters. Send it in parts, or as a file.")
    TOO_LARGE = "too-large", _("It is too large. Send smaller files.")
    ENCRYPTED = "encrypted", _("It is encrypted, and the portal cannot read it. Send it without encryption.")
    TOO_MANY = "too-many", _("You have sent very many answers within an hour. Send this one again later.")
    FILES = "files", _("It has no words, and none of its files could be taken.")
