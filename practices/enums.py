"""The choices of the practices' models."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Addressee(models.TextChoices):
    """Whom a recommendation is addressed to."""

    ELECTED_OFFICIALS = "elected-officials", _("elected officials")
    POLICE = "police", _("police")
    TECHNICAL_SERVICES = "technical-services", _("technical services")
    ALL = "all", _("everybody concerned with security")


class Part(models.TextChoices):
    """The five parts of a sheet, after Paul Ekblom's 5Is framework."""

    INTELLIGENCE = "intelligence", _("Intelligence")
    INTERVENTION = "intervention", _("Intervention")
    IMPLEMENTATION = "implementation", _("Implementation")
    INVOLVEMENT = "involvement", _("Involvement")
    IMPACT = "impact", _("Impact")
