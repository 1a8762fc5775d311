"""What a sheet has several of: objectives, partners, indicators and the like, each a row with typed fields."""

import uuid
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.models import Orderable

from common.constraints import Rule
from common.dates import months_in_words
from common.fields import ChoiceListField
from groups.permissions import Reader, is_network_member
from members.models import Organisation, Sector
from practices.enums import (
    AttachmentKind,
    ContactVisibility,
    DataOrigin,
    Dimension,
    Direction,
    EvidenceLevel,
    Licence,
    OpenSource,
    YesNo,
)
from taxonomy.models import Concept, ConceptScheme


def year_field(label: Any, **kwargs: Any) -> models.PositiveSmallIntegerField:
    return models.PositiveSmallIntegerField(
        label, null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)], **kwargs
    )


class SheetRow(Orderable):
    """A row of a sheet. The same row of another language version has the same ``key``.

    ``language`` is the one in which its words stand: in a translation, not every row may be translated yet.
    """

    # The fields whose words each language version has for itself; the others are the same in all.
    WORDS: tuple[str, ...] = ()

    sheet: Any
    key = models.UUIDField(default=uuid.uuid4, editable=False)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES, blank=True, editable=False)

    class Meta(Orderable.Meta):
        abstract = True

    @classmethod
    def content_fields(cls) -> list[models.Field]:
        """The fields in which a row says something; the others keep it in its place."""
        keeping = {"id", "sheet", "sort_order", "key", "language"}
        return [field for field in cls._meta.concrete_fields if field.name not in keeping]

    @property
    def state(self) -> dict[str, Any]:
        """What the row says, which row it is, and in which language: for comparison."""
        return {
            "key": self.key,
            "language": self.language,
            **{field.attname: getattr(self, field.attname) for field in self.content_fields()},
        }

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.language:
            self.language = self.sheet.locale.language_code
        super().save(*args, **kwargs)


class Objective(SheetRow):
    WORDS = ("text", "measure")

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="objectives")
    text = models.CharField(_("objective"), max_length=300)
    measure = models.CharField(_("how you will know that it is reached"), max_length=300, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("objective")

    def __str__(self) -> str:
        return self.text


class Milestone(SheetRow):
    WORDS = ("text",)

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="milestones")
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(1900), MaxValueValidator(2100)])
    month = models.PositiveSmallIntegerField(
        _("month"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    text = models.CharField(_("what happened"), max_length=300)

    class Meta(SheetRow.Meta):
        verbose_name = _("step")
        constraints = [
            Rule(
                name="milestone_month_of_the_year",
                condition=Q(month__isnull=True) | Q(month__range=(1, 12)),
                field="month",
                message=_("A month is a number from 1 to 12."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.moment}: {self.text}"

    @property
    def moment(self) -> str:
        """``June 2017`` or ``2014``, in the language of the interface."""
        if self.month is None:
            return str(self.year)
        day = date(self.year, self.month, 1)
        return months_in_words(day, day)


class BuildingBlock(SheetRow):
    """A part of the practice that another city can take over by itself (after PANORAMA's building blocks)."""

    WORDS = ("name", "description", "enabling_factors", "lessons")

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="building_blocks")
    name = models.CharField(_("name"), max_length=120)
    description = models.TextField(_("what it is"), max_length=1500, blank=True)
    enabling_factors = models.TextField(_("what it needs to work"), max_length=1500, blank=True)
    lessons = models.TextField(_("what you learnt about it"), max_length=1500, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("building block")

    def __str__(self) -> str:
        return self.name


class TechnologyUse(SheetRow):
    WORDS = ("description", "standards")

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="technology_uses")
    technology = models.ForeignKey(
        Concept,
        verbose_name=_("kind of technology"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"scheme": ConceptScheme.TECHNOLOGY},
    )
    description = models.CharField(_("what it does, without a brand"), max_length=300)
    open_source = models.CharField(_("source code"), max_length=8, choices=OpenSource, blank=True)
    standards = models.CharField(_("standards and interfaces"), max_length=200, blank=True)
    readiness = models.PositiveSmallIntegerField(
        _("technology readiness level (1 to 9)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(9)],
    )

    class Meta(SheetRow.Meta):
        verbose_name = _("technology in use")
        constraints = [
            Rule(
                name="technology_readiness_from_1_to_9",
                condition=Q(readiness__isnull=True) | Q(readiness__range=(1, 9)),
                field="readiness",
                message=_("The technology readiness level is a number from 1 to 9."),
            ),
        ]

    def __str__(self) -> str:
        return self.description


class DataSource(SheetRow):
    WORDS = ("name",)

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="data_sources")
    name = models.CharField(_("which data"), max_length=200)
    origin = models.CharField(_("where they come from"), max_length=12, choices=DataOrigin)
    is_personal = models.CharField(_("data about persons"), max_length=3, choices=YesNo, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("data source")

    def __str__(self) -> str:
        return self.name


class Partner(SheetRow):
    WORDS = ("role", "mobilisation")

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation on this portal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(_("name, if it is not on this portal"), max_length=160, blank=True)
    sector = models.CharField(_("sector"), max_length=16, choices=Sector, blank=True)
    role = models.CharField(_("what it does"), max_length=300, blank=True)
    mobilisation = models.CharField(_("how it was won over"), max_length=300, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("partner")
        constraints = [
            Rule(
                name="partner_has_a_name",
                condition=~Q(name="") | Q(organisation__isnull=False),
                field="name",
                message=_("Name the partner, or choose an organisation."),
            ),
            Rule(
                name="partner_has_a_sector",
                condition=~Q(sector="") | Q(organisation__isnull=False),
                field="sector",
                message=_("Say to which sector the partner belongs."),
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name if self.organisation else self.name

    @property
    def shown_sector(self) -> str:
        sector = self.organisation.sector if self.organisation else self.sector
        return str(Sector(sector).label) if sector else ""


def number_field(label: Any) -> models.DecimalField:
    return models.DecimalField(label, max_digits=16, decimal_places=4, null=True, blank=True)


class Indicator(SheetRow):
    WORDS = ("name", "unit", "source")

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="indicators")
    name = models.CharField(_("what is measured"), max_length=200)
    unit = models.CharField(_("unit"), max_length=60, blank=True)
    baseline = number_field(_("value before"))
    baseline_on = models.DateField(_("measured on"), null=True, blank=True)
    value = number_field(_("value after"))
    value_on = models.DateField(_("measured on (after)"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("indicator")
        constraints = [
            Rule(
                name="indicator_value_has_a_unit",
                condition=~Q(unit="") | Q(value__isnull=True, baseline__isnull=True),
                field="unit",
                message=_("A value needs its unit: %, reports a year, euros."),
            ),
            Rule(
                name="indicator_measured_in_order",
                condition=Q(baseline_on__isnull=True) | Q(value_on__isnull=True) | Q(value_on__gte=F("baseline_on")),
                field="value_on",
                message=_("The second measurement cannot lie before the first."),
            ),
            Rule(
                name="indicator_value_has_a_source",
                condition=~Q(source="") | Q(value__isnull=True, baseline__isnull=True),
                field="source",
                message=_("Say where the value comes from."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def change(self) -> Decimal | None:
        """By how much the value changed; None unless both were measured."""
        return self.value - self.baseline if self.value is not None and self.baseline is not None else None


class EvidenceClaim(SheetRow):
    """What the city claims in one dimension of EMMIE. A dimension without a claim is blank, and shown as blank."""

    WORDS = ("statement",)

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="evidence")
    dimension = models.CharField(_("dimension"), max_length=16, choices=Dimension)
    statement = models.TextField(_("what you claim"), max_length=800)
    level = models.PositiveSmallIntegerField(_("supported how"), choices=EvidenceLevel)
    direction = models.CharField(_("for better or worse"), max_length=8, choices=Direction, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("evidence claimed by the city")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "dimension"], name="evidence_once_a_dimension"),
            Rule(
                name="evidence_direction_of_effects_only",
                condition=Q(direction="") | Q(dimension=Dimension.EFFECT),
                field="direction",
                message=_("Only an effect is for better or worse."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_dimension_display())


def portal_languages() -> list[tuple[str, str]]:
    return list(settings.LANGUAGES)


class Contact(SheetRow):
    WORDS = ("function",)

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(_("person or service"), max_length=160)
    function = models.CharField(_("function"), max_length=160, blank=True)
    email = models.EmailField(_("e-mail address"))
    languages = ChoiceListField(_("languages spoken"), of=portal_languages)
    visibility = models.CharField(
        _("shown to"), max_length=8, choices=ContactVisibility, default=ContactVisibility.MEMBERS
    )

    class Meta(SheetRow.Meta):
        verbose_name = _("contact")

    def __str__(self) -> str:
        return self.name

    def is_visible_to(self, user: Reader) -> bool:
        """Whether the author lets ``user`` see this contact."""
        return self.visibility == ContactVisibility.PUBLIC or is_network_member(user)


class Attachment(SheetRow):
    WORDS = ("title",)

    sheet = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="attachments")
    title = models.CharField(_("title"), max_length=200)
    kind = models.CharField(_("kind"), max_length=12, choices=AttachmentKind, default=AttachmentKind.LINK)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.URLField(_("address"), blank=True)
    document_language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, blank=True)
    licence = models.CharField(_("licence, if another than the sheet’s"), max_length=16, choices=Licence, blank=True)
    has_captions = models.CharField(_("video with captions"), max_length=3, choices=YesNo, blank=True)

    class Meta(SheetRow.Meta):
        verbose_name = _("document or link")
        constraints = [
            Rule(
                name="attachment_file_or_address",
                condition=Q(document__isnull=False, address="") | (Q(document__isnull=True) & ~Q(address="")),
                field="address",
                message=_("Give either a file or an address."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
