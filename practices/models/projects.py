"""Projects and their recommendations."""

from django import forms
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.models import Orderable

from common.blocks import BodyBlock
from common.constraints import Rule
from common.dates import period_in_words
from common.fields import RichTextField, StreamField
from common.models import BasePage, BasePageManager
from members.models import City, Organisation
from practices.enums import Addressee, PartnerRole, RecommendationStatus
from practices.models.sheets import PracticeSheet
from taxonomy.models import ConceptScheme, concepts_field


class ProjectIndexPage(BasePage):
    template = "practices/project_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["practices.Project"]

    class Meta:
        verbose_name = _("list of projects")


class Project(BasePage):
    template = "practices/project.html"
    parent_page_types = ["practices.ProjectIndexPage"]
    subpage_types = ["practices.RecommendationIndexPage"]

    also_known_as = models.CharField(
        _("other spellings"),
        max_length=200,
        blank=True,
        help_text=_("Found by search, never shown. Commas between them."),
    )
    programme = models.CharField(
        _("programme"), max_length=160, blank=True, help_text=_("The one that pays for it: “Horizon 2020”, “ISF”.")
    )
    grant_number = models.CharField(_("grant number"), max_length=40, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    website = models.URLField(_("website"), blank=True)
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    objects = BasePageManager()

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("also_known_as"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("programme"), FieldPanel("grant_number")]),
                FieldRowPanel([FieldPanel("starts_on"), FieldPanel("ends_on")]),
                FieldPanel("website"),
            ],
            heading=_("Facts"),
        ),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
        InlinePanel("partners", label=_("Partner")),
        InlinePanel("deliverables", label=_("Deliverable")),
    ]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        constraints = [
            Rule(
                name="project_ends_after_its_start",
                condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                field="ends_on",
                message=_("The project cannot have ended before it began."),
            ),
        ]

    @property
    def topic(self) -> str:
        """What people follow, for ``notifications``."""
        return f"project:{self.translation_key}"

    @property
    def period(self) -> str:
        return period_in_words(self.starts_on, self.ends_on)


class ProjectPartner(Orderable):
    project = ParentalKey(Project, on_delete=models.CASCADE, related_name="partners")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("organisation on this portal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    name = models.CharField(_("name, if it is not on this portal"), max_length=160, blank=True)
    city = models.ForeignKey(
        City, verbose_name=_("city"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    role = models.CharField(_("role"), max_length=12, choices=PartnerRole, default=PartnerRole.PARTNER)

    class Meta(Orderable.Meta):
        verbose_name = _("partner of a project")
        constraints = [
            Rule(
                name="project_partner_has_a_name",
                condition=~Q(name="") | Q(organisation__isnull=False),
                field="name",
                message=_("Name the partner, or choose an organisation."),
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name if self.organisation else self.name

    @property
    def shown_city(self) -> City | None:
        """Where the partner is: as said for the project, else where its organisation is."""
        return self.city or (self.organisation.city if self.organisation else None)


class Deliverable(Orderable):
    project = ParentalKey(Project, on_delete=models.CASCADE, related_name="deliverables")
    title = models.CharField(_("title"), max_length=200)
    published_on = models.DateField(_("date"), null=True, blank=True)
    document = models.ForeignKey(
        "wagtaildocs.Document",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    address = models.URLField(_("address"), blank=True)

    class Meta(Orderable.Meta):
        verbose_name = _("deliverable")
        constraints = [
            Rule(
                name="deliverable_file_or_address",
                condition=Q(document__isnull=True) | Q(address=""),
                field="address",
                message=_("Give either a file or an address."),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class RecommendationIndexPage(BasePage):
    """The recommendations of one project."""

    template = "practices/recommendation_index_page.html"
    parent_page_types = ["practices.Project"]
    subpage_types = ["practices.Recommendation"]

    introduction = RichTextField(_("introduction"), blank=True)

    objects = BasePageManager()

    content_panels = [*BasePage.content_panels, FieldPanel("introduction")]

    class Meta:
        verbose_name = _("list of recommendations")


class Recommendation(BasePage):
    """One recommendation of a project, with an address of its own."""

    template = "practices/recommendation.html"
    parent_page_types = ["practices.RecommendationIndexPage"]
    subpage_types: list[str] = []

    number = models.PositiveSmallIntegerField(_("number"), validators=[MinValueValidator(1)])
    addressee = models.CharField(_("addressed to"), max_length=20, choices=Addressee, default=Addressee.ALL)
    status = models.CharField(
        _("status"), max_length=12, choices=RecommendationStatus, default=RecommendationStatus.ADOPTED
    )
    text = RichTextField(_("recommendation"))
    rationale = RichTextField(_("why"), blank=True)
    sheets = ParentalManyToManyField(
        PracticeSheet, verbose_name=_("practices that put it to work"), blank=True, related_name="+"
    )

    objects = BasePageManager()

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("addressee"), FieldPanel("status")]),
        FieldPanel("text"),
        FieldPanel("rationale"),
        FieldPanel("sheets"),
    ]

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
