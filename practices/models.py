"""Practice sheets, the projects that they come from, and the recommendations that they back."""

from collections.abc import Iterator

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from taggit.models import TaggedItemBase
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList, TabbedInterface

from common.blocks import BodyBlock
from common.fields import RichTextField, StreamField
from common.models import BasePage, BasePageManager
from groups.restricted_pages import RestrictedPage, RestrictedPageManager
from members.models import City, Organisation
from practices.enums import Addressee, Part
from taxonomy.models import ConceptScheme, concepts_field


class PracticeIndexPage(BasePage):
    template = "practices/practice_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["practices.PracticeSheet"]

    class Meta:
        verbose_name = _("list of practices")


class PracticeTag(TaggedItemBase):
    content_object = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="tagged_items")


class PracticeSheet(RestrictedPage):
    """One practice of one city."""

    template = "practices/practice_sheet.html"
    parent_page_types = ["practices.PracticeIndexPage"]
    subpage_types: list[str] = []

    acronym = models.CharField(_("short name"), max_length=40, blank=True)
    also_known_as = models.CharField(
        _("other spellings"),
        max_length=200,
        blank=True,
        help_text=_("Found by search, never shown. Commas between them."),
    )
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("responsible organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    related_project = models.ForeignKey(
        "practices.Project",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    started = models.PositiveSmallIntegerField(
        _("started in"), null=True, blank=True, validators=[MinValueValidator(1900), MaxValueValidator(2100)]
    )
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    technologies = concepts_field(ConceptScheme.TECHNOLOGY, _("technologies"))
    tags = ClusterTaggableManager(through=PracticeTag, verbose_name=_("free tags"), blank=True)

    problem = RichTextField(
        _("problem and context"), blank=True, help_text=_("What did the city know, and from where?")
    )
    solution = RichTextField(
        _("what is done"), blank=True, help_text=_("What was done about it, and how should it work?")
    )
    implementation = RichTextField(
        _("how it is carried out"), blank=True, help_text=_("Steps, means, technology, law.")
    )
    involvement = RichTextField(_("who takes part"), blank=True, help_text=_("Which partners, and who won them over?"))
    impact = RichTextField(
        _("results and open questions"), blank=True, help_text=_("What changed, for whom, and what is not settled?")
    )

    objects = RestrictedPageManager()

    PARTS = {
        Part.INTELLIGENCE: "problem",
        Part.INTERVENTION: "solution",
        Part.IMPLEMENTATION: "implementation",
        Part.INVOLVEMENT: "involvement",
        Part.IMPACT: "impact",
    }

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    *BasePage.content_panels,
                    FieldRowPanel([FieldPanel("acronym"), FieldPanel("also_known_as")]),
                    FieldRowPanel([FieldPanel("city"), FieldPanel("organisation")]),
                    FieldRowPanel([FieldPanel("related_project"), FieldPanel("started")]),
                    FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("technologies", widget=forms.CheckboxSelectMultiple),
                    FieldPanel("tags"),
                ],
                heading=_("At a glance"),
            ),
            *(ObjectList([FieldPanel(name)], heading=part.label) for part, name in PARTS.items()),
            ObjectList(RestrictedPage.settings_panels, heading=_("Settings")),
        ]
    )

    class Meta:
        verbose_name = _("practice sheet")
        verbose_name_plural = _("practice sheets")

    @property
    def parts(self) -> Iterator[tuple[Part, str, str]]:
        """The parts that have text: part, heading, HTML."""
        for part, name in self.PARTS.items():
            if text := getattr(self, name):
                heading = str(self._meta.get_field(name).verbose_name)
                yield part, heading[:1].upper() + heading[1:], text


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
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    body = StreamField(BodyBlock(), verbose_name=_("text"), blank=True)

    objects = BasePageManager()

    content_panels = [
        *BasePage.content_panels,
        FieldPanel("also_known_as"),
        FieldPanel("themes", widget=forms.CheckboxSelectMultiple),
        FieldPanel("body"),
    ]

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")


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
    text = RichTextField(_("recommendation"))
    rationale = RichTextField(_("why"), blank=True)
    sheets = ParentalManyToManyField(
        PracticeSheet, verbose_name=_("practices that put it to work"), blank=True, related_name="+"
    )

    objects = BasePageManager()

    content_panels = [
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("number"), FieldPanel("addressee")]),
        FieldPanel("text"),
        FieldPanel("rationale"),
        FieldPanel("sheets"),
    ]

    class Meta:
        verbose_name = _("recommendation")
        verbose_name_plural = _("recommendations")
