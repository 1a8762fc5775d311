"""The choices of the practices' models."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Addressee(models.TextChoices):
    """Whom a recommendation is addressed to."""

    ELECTED_OFFICIALS = "elected-officials", _("elected officials")
    POLICE = "police", _("police")
    TECHNICAL_SERVICES = "technical-services", _("technical services")
    ALL = "all", _("everybody concerned with security")


class RecommendationStatus(models.TextChoices):
    PROPOSED = "proposed", _("proposed")
    ADOPTED = "adopted", _("adopted")
    REPLACED = "replaced", _("replaced by a later one")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Part(models.TextChoices):
    """The five parts of a sheet, after Paul Ekblom's 5Is framework."""

    INTELLIGENCE = "intelligence", _("Intelligence")
    INTERVENTION = "intervention", _("Intervention")
    IMPLEMENTATION = "implementation", _("Implementation")
    INVOLVEMENT = "involvement", _("Involvement")
    IMPACT = "impact", _("Impact")


class Stage(models.TextChoices):
    IDEA = "idea", _("idea")
    PILOT = "pilot", _("pilot")
    RUNNING = "running", _("running")
    SCALED = "scaled", _("extended")
    ENDED = "ended", _("ended as planned")
    STOPPED = "stopped", _("stopped")

    @classmethod
    def over(cls) -> list[str]:
        return [cls.ENDED.value, cls.STOPPED.value]


class GovernanceLevel(models.TextChoices):
    NEIGHBOURHOOD = "neighbourhood", _("neighbourhood or district")
    CITY = "city", _("city")
    METROPOLITAN = "metropolitan", _("metropolitan area")
    REGION = "region", _("region")
    COUNTRY = "country", _("country")


class PreventionLevel(models.TextChoices):
    """The strategies of crime prevention of Tonry and Farrington (Crime and Justice 19, 1995)."""

    SITUATIONAL = "situational", _("situational: makes the act harder")
    DEVELOPMENTAL = "developmental", _("developmental: supports people as they grow up")
    COMMUNITY = "community", _("community: changes where and how people live together")
    CRIMINAL_JUSTICE = "criminal-justice", _("criminal justice: police, courts, sanctions")


class ParticipationLevel(models.TextChoices):
    """After the spectrum of public participation of the IAP2."""

    INFORMED = "informed", _("residents are informed")
    CONSULTED = "consulted", _("residents are consulted")
    INVOLVED = "involved", _("residents take part in the work")
    CO_PRODUCED = "co-produced", _("residents produce it with the city")
    CO_DECIDED = "co-decided", _("residents decide with the city")


class AiUse(models.TextChoices):
    NONE = "none", _("no algorithm or AI")
    RULES = "rules", _("fixed rules, written by people")
    LEARNT = "learnt", _("learnt from data (machine learning)")
    GENERATIVE = "generative", _("generates text, sound or pictures")


class AiRole(models.TextChoices):
    INFORMS = "informs", _("informs people who decide")
    RECOMMENDS = "recommends", _("recommends a decision")
    DECIDES = "decides", _("decides by itself")


class HumanOversight(models.TextChoices):
    EVERY_CASE = "every-case", _("a person decides in every case")
    CAN_STEP_IN = "can-step-in", _("a person can step in")
    AFTERWARDS = "afterwards", _("a person checks afterwards")
    NONE = "none", _("nobody looks at single cases")


class AiActClass(models.TextChoices):
    """The risk classes of Regulation (EU) 2024/1689."""

    NOT_APPLICABLE = "not-applicable", _("does not apply")
    MINIMAL = "minimal", _("minimal risk")
    LIMITED = "limited", _("limited risk: duty of transparency")
    HIGH = "high", _("high risk")
    UNDECIDED = "undecided", _("not settled yet")


class Assessment(models.TextChoices):
    """How far an assessment (of data protection, of fundamental rights) has come."""

    NOT_NEEDED = "not-needed", _("found not to be needed")
    NONE = "none", _("not done")
    UNDER_WAY = "under-way", _("under way")
    DONE = "done", _("done, not published")
    PUBLISHED = "published", _("done and published")


class YesNo(models.TextChoices):
    YES = "yes", _("yes")
    NO = "no", _("no")


class OpenSource(models.TextChoices):
    YES = "yes", _("open source")
    PARTLY = "partly", _("partly open source")
    NO = "no", _("not open source")


class DataOrigin(models.TextChoices):
    CITY = "city", _("the city’s own registers")
    POLICE = "police", _("police records")
    SENSORS = "sensors", _("sensors and cameras")
    RESIDENTS = "residents", _("reports by residents")
    SOCIAL_MEDIA = "social-media", _("social media")
    OPEN_DATA = "open-data", _("open data")
    PRIVATE = "private", _("private companies")
    SURVEY = "survey", _("surveys")


class EvaluatedBy(models.TextChoices):
    NOBODY = "nobody", _("not evaluated")
    SELF = "self", _("by those who carry it out")
    EXTERNAL = "external", _("by somebody else")


class EvaluationDesign(models.TextChoices):
    QUALITATIVE = "qualitative", _("interviews and observation")
    AFTER = "after", _("measured afterwards only")
    BEFORE_AFTER = "before-after", _("before and after")
    COMPARISON = "comparison", _("compared with places without it")
    RANDOMISED = "randomised", _("places or people drawn by lot")


class Dimension(models.TextChoices):
    """The five dimensions of EMMIE (Johnson, Tilley and Bowers, J. Exp. Criminology 11, 2015)."""

    EFFECT = "effect", _("Effect: what changed")
    MECHANISM = "mechanism", _("Mechanism: how it works")
    MODERATORS = "moderators", _("Moderators: where and for whom it works")
    IMPLEMENTATION = "implementation", _("Implementation: what it takes")
    ECONOMICS = "economics", _("Economics: what it costs and brings")


class EvidenceLevel(models.IntegerChoices):
    """How well a statement is supported. A statement that nobody makes has no level at all."""

    DESCRIBED = 1, _("described from experience")
    MEASURED = 2, _("supported by figures")
    EVALUATED = 3, _("evaluated")
    INDEPENDENT = 4, _("evaluated independently")


class Direction(models.TextChoices):
    """What an effect was, after the scale of the Crime Reduction Toolkit (College of Policing)."""

    BETTER = "better", _("for the better")
    MIXED = "mixed", _("mixed")
    NONE = "none", _("no change seen")
    WORSE = "worse", _("for the worse")


class Licence(models.TextChoices):
    """By the identifiers of SPDX."""

    CC_BY = "CC-BY-4.0", "Creative Commons Attribution 4.0"
    CC_BY_SA = "CC-BY-SA-4.0", "Creative Commons Attribution-ShareAlike 4.0"
    CC0 = "CC0-1.0", "Creative Commons Zero 1.0"
    RESERVED = "reserved", _("all rights reserved")

    @property
    def address(self) -> str:
        return LICENCE_ADDRESSES.get(self.value, "")


LICENCE_ADDRESSES = {
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/",
}


class Sensitivity(models.TextChoices):
    """The Traffic Light Protocol, version 2.0 (FIRST)."""

    CLEAR = "clear", _("TLP:CLEAR – may be shared with everybody")
    GREEN = "green", _("TLP:GREEN – may be shared within the network")
    AMBER = "amber", _("TLP:AMBER – may be shared within one’s own organisation")


class ContactVisibility(models.TextChoices):
    PUBLIC = "public", _("everybody")
    MEMBERS = "members", _("members of the network")


class AttachmentKind(models.TextChoices):
    DOCUMENT = "document", _("document")
    LINK = "link", _("link")
    VIDEO = "video", _("video")
    EVALUATION = "evaluation", _("evaluation report")
    SOFTWARE = "software", _("software")


class ReviewLevel(models.IntegerChoices):
    """What the reviewers looked at when they accepted a sheet."""

    CHECKED = 1, _("checked: complete and clear")
    VALIDATED = 2, _("validated: relevant, effective as far as is known, and transferable")


class AdoptionStatus(models.TextChoices):
    DECLARED = "declared", _("waits to be confirmed")
    CONFIRMED = "confirmed", _("confirmed")
    DECLINED = "declined", _("declined")


class AdoptionOutcome(models.TextChoices):
    PREPARED = "prepared", _("being prepared")
    RUNNING = "running", _("running")
    WORKED = "worked", _("worked as hoped")
    PARTLY = "partly", _("worked in part")
    STOPPED = "stopped", _("stopped")


class PartnerRole(models.TextChoices):
    """What an organisation does in a project."""

    COORDINATOR = "coordinator", _("coordinator")
    PARTNER = "partner", _("partner")
    ASSOCIATED = "associated", _("associated partner")


SUSTAINABLE_DEVELOPMENT_GOALS = [
    (1, _("1 – No poverty")),
    (2, _("2 – Zero hunger")),
    (3, _("3 – Good health and well-being")),
    (4, _("4 – Quality education")),
    (5, _("5 – Gender equality")),
    (6, _("6 – Clean water and sanitation")),
    (7, _("7 – Affordable and clean energy")),
    (8, _("8 – Decent work and economic growth")),
    (9, _("9 – Industry, innovation and infrastructure")),
    (10, _("10 – Reduced inequalities")),
    (11, _("11 – Sustainable cities and communities")),
    (12, _("12 – Responsible consumption and production")),
    (13, _("13 – Climate action")),
    (14, _("14 – Life below water")),
    (15, _("15 – Life on land")),
    (16, _("16 – Peace, justice and strong institutions")),
    (17, _("17 – Partnerships for the goals")),
]


def sustainable_development_goals() -> list[tuple[int, Any]]:
    return SUSTAINABLE_DEVELOPMENT_GOALS
