"""The choices of the groups' models."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    MEMBER = "member", _("member")
    COORDINATOR = "coordinator", _("coordinator")


class Visibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    NETWORK = "network", _("members of the network")
    GROUP = "group", _("members of the working group")
