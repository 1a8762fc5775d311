"""The choices of the groups' models."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    MEMBER = "member", _("member")
    COORDINATOR = "coordinator", _("coordinator")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    NETWORK = "network", _("members of the network")
    GROUP = "group", _("members of the working group")


class Openness(models.TextChoices):
    """Who learns of a working group, and how one joins it."""

    OPEN = "open", _("open: whoever belongs to the network joins at once")
    LISTED = "listed", _("listed: everybody sees it, its coordinators admit members")
    HIDDEN = "hidden", _("hidden: only its members see that it exists; one joins by invitation")


class RequestStatus(models.TextChoices):
    """Where a request to join stands."""

    UNCONFIRMED = "unconfirmed", _("address not confirmed yet")
    WAITING = "waiting", _("waits for an answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", pgettext_lazy("request to join", "declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("request to join", "withdrawn")
