"""The practice sheet: a page for each language in which somebody wrote it."""

from typing import Any, Self

from django.apps import apps
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalKey
from taggit.models import TaggedItemBase

from common.constraints import Rule
from common.fields import ChoiceListField, MarkdownField
from common.languages import country_choices
from common.models import BasePage
from groups.enums import Visibility
from groups.permissions import Reader, coordinated_by
from groups.restricted import RestrictedPage, RestrictedPageManager, RestrictedPageQuerySet
from members.models import City, Organisation
from practices.enums import (
    AdoptionStatus,
    AiActClass,
    AiRole,
    AiUse,
    Assessment,
    EvaluatedBy,
    EvaluationDesign,
    GovernanceLevel,
    HumanOversight,
    Licence,
    ParticipationLevel,
    PreventionLevel,
    Sensitivity,
    Stage,
    YesNo,
    sustainable_development_goals,
)
from practices.models.practice import Practice
from practices.models.restoring import without_what_is_gone
from practices.models.rows import year_field
from practices.panels import sheet_edit_handler
from taxonomy.models import ConceptScheme, concepts_field


class PracticeIndexPage(BasePage):
    template = "practices/practice_index_page.html"
    parent_page_types = ["portal.HomePage"]
    subpage_types = ["practices.PracticeSheet"]

    class Meta:
        verbose_name = _("list of practices")


class PracticeTag(TaggedItemBase):
    content_object = ParentalKey("practices.PracticeSheet", on_delete=models.CASCADE, related_name="tagged_items")


class PracticeSheetQuerySet(RestrictedPageQuerySet):
    def reviewed_by(self, user: Reader) -> Self:
        """The sheets that ``user`` reviews; ``permissions.is_reviewer`` says the same of one sheet."""
        return self.filter(coordinated_by(user))

    def adopted(self) -> Self:
        """The sheets of practices that another city took over, as far as a coordinator confirmed it."""
        return self.filter(Exists(_confirmed_adoptions()))

    def with_adoption_count(self) -> Self:
        """``adoption_count``: how many cities took the practice over, as far as coordinators confirmed it."""
        count = _confirmed_adoptions().order_by().values("practice").annotate(number=Count("pk")).values("number")
        return self.annotate(adoption_count=Coalesce(Subquery(count), 0))


def _confirmed_adoptions() -> models.QuerySet:
    adoptions = apps.get_model("practices.Adoption")._default_manager
    return adoptions.filter(practice=OuterRef("practice"), status=AdoptionStatus.CONFIRMED)


def _money(label: Any, **kwargs: Any) -> models.DecimalField:
    return models.DecimalField(
        label, max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)], **kwargs
    )


def _choice(label: Any, choices: Any, **kwargs: Any) -> models.CharField:
    return models.CharField(label, max_length=16, choices=choices, blank=True, **kwargs)


class PracticeSheet(RestrictedPage):
    """One practice of one city. ``practices.schema`` says which part each field belongs to, with help and examples."""

    template = "practices/practice_sheet.html"
    parent_page_types = ["practices.PracticeIndexPage"]
    subpage_types: list[str] = []

    practice = models.ForeignKey(Practice, on_delete=models.PROTECT, related_name="sheets", editable=False)

    # ------------------------------------------------------------ at a glance
    acronym = models.CharField(_("short name"), max_length=40, blank=True)
    also_known_as = models.CharField(_("other spellings"), max_length=200, blank=True)
    image = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    image_alt = models.CharField(_("what the picture shows"), max_length=250, blank=True)
    image_rights = models.CharField(_("rights of the picture"), max_length=160, blank=True)
    city = models.ForeignKey(City, verbose_name=_("city"), on_delete=models.PROTECT, related_name="+")
    place = models.CharField(_("place"), max_length=160, blank=True)
    governance_level = _choice(_("level of government"), GovernanceLevel)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("responsible organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    lead_service = models.CharField(_("service in charge"), max_length=160, blank=True)
    related_project = models.ForeignKey(
        "practices.Project",
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    goals = ChoiceListField(_("sustainable development goals"), of=sustainable_development_goals)
    themes = concepts_field(ConceptScheme.THEME, _("themes"))
    tags = ClusterTaggableManager(through=PracticeTag, verbose_name=_("free tags"), blank=True)

    # ------------------------------------------------------------ intelligence
    problem = MarkdownField(_("problem and context"), blank=True)
    causes = MarkdownField(_("causes"), blank=True)

    # ------------------------------------------------------------ intervention
    target_groups = concepts_field(ConceptScheme.TARGET_GROUP, _("target groups"))
    target_groups_note = models.CharField(_("more about the target groups"), max_length=300, blank=True)
    equity = MarkdownField(_("equality and vulnerable groups"), blank=True)
    action_types = concepts_field(ConceptScheme.ACTION_TYPE, _("kinds of action"))
    prevention_level = _choice(_("strategy of prevention"), PreventionLevel)
    solution = MarkdownField(_("what is done"), blank=True)
    mechanism = MarkdownField(_("how it is meant to work"), blank=True)

    # ------------------------------------------------------------ implementation
    stage = _choice(_("status"), Stage)
    started = year_field(_("started in"))
    ended = year_field(_("ended in"))
    implementation = MarkdownField(_("how it is carried out"), blank=True)
    technologies = concepts_field(ConceptScheme.TECHNOLOGY, _("technologies"))
    ai_use = _choice(_("algorithms and AI"), AiUse)
    ai_purpose = models.CharField(_("what the algorithm is for"), max_length=300, blank=True)
    ai_role = _choice(_("its part in decisions"), AiRole)
    human_oversight = _choice(_("human oversight"), HumanOversight)
    ai_training_data = models.CharField(_("training data"), max_length=300, blank=True)
    ai_performance = models.CharField(_("how well it performs"), max_length=300, blank=True)
    register_address = models.URLField(_("entry in a register of algorithms"), blank=True)
    legal_basis = MarkdownField(_("legal basis"), blank=True)
    policy_background = MarkdownField(_("policy background"), blank=True)
    personal_data = _choice(_("data about persons are used"), YesNo)
    dpia = _choice(_("data protection impact assessment"), Assessment)
    dpia_address = models.URLField(_("address of the published assessment"), blank=True)
    ai_act_class = _choice(_("class under the EU’s AI Act"), AiActClass)
    fria = _choice(_("fundamental rights impact assessment"), Assessment)
    ethics_board = models.CharField(_("ethics board"), max_length=300, blank=True)
    retention_months = models.PositiveSmallIntegerField(_("data kept for (months)"), null=True, blank=True)
    complaints = models.CharField(_("where to complain"), max_length=300, blank=True)
    criticism = MarkdownField(_("known criticism"), blank=True)
    setup_cost = _money(_("cost of setting it up"))
    yearly_cost = _money(_("cost a year"))
    currency = models.CharField(_("currency"), max_length=3, blank=True, choices=[
        (code, code) for code in ("EUR", "BGN", "CHF", "CZK", "DKK", "GBP", "HUF", "ISK", "NOK", "PLN", "RON", "SEK")
    ])  # fmt: skip
    price_year = year_field(_("prices of"))
    staff = models.DecimalField(
        _("staff (full-time posts)"),
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    skills = models.CharField(_("skills needed"), max_length=300, blank=True)
    funding = models.CharField(_("who pays"), max_length=300, blank=True)
    in_kind = models.CharField(_("what partners give without money"), max_length=300, blank=True)
    procurement = MarkdownField(_("procurement and contracts"), blank=True)
    success_factors = MarkdownField(_("what helped"), blank=True)
    limiting_factors = MarkdownField(_("what stood in the way"), blank=True)
    sustainability = MarkdownField(_("how it lives on"), blank=True)

    # ------------------------------------------------------------ involvement
    involvement = MarkdownField(_("who takes part"), blank=True)
    participation_level = _choice(_("level of participation"), ParticipationLevel)
    participation_note = models.CharField(_("how residents take part"), max_length=300, blank=True)

    # ------------------------------------------------------------ impact
    impact = MarkdownField(_("results"), blank=True)
    evaluated_by = _choice(_("evaluated by"), EvaluatedBy)
    evaluation_design = _choice(_("kind of evaluation"), EvaluationDesign)
    evaluation_from = year_field(_("evaluated from"))
    evaluation_to = year_field(_("evaluated until"))
    evaluation_report = models.URLField(_("address of the report"), blank=True)
    evaluation_limits = models.CharField(_("limits of the evaluation"), max_length=300, blank=True)
    side_effects = MarkdownField(_("side effects and failures"), blank=True)
    lessons = MarkdownField(_("lessons learnt"), blank=True)
    conditions_needed = MarkdownField(_("what another city needs"), blank=True)
    local_parts = MarkdownField(_("what is particular to the place"), blank=True)
    minimum_version = MarkdownField(_("the smallest version that works"), blank=True)
    scalability = MarkdownField(_("how it grows"), blank=True)
    hurdle_countries = ChoiceListField(_("countries with legal hurdles"), of=country_choices)
    legal_hurdles = MarkdownField(_("legal hurdles elsewhere"), blank=True)

    # ------------------------------------------------------------ publication
    licence = models.CharField(_("licence"), max_length=16, choices=Licence, default=Licence.CC_BY)
    rights_holder = models.CharField(_("holder of the rights"), max_length=160, blank=True)
    doi = models.CharField(_("DOI"), max_length=100, blank=True)
    sensitivity = models.CharField(_("sensitivity"), max_length=8, choices=Sensitivity, default=Sensitivity.CLEAR)
    members_note = MarkdownField(_("for members only"), blank=True)
    contributors = models.CharField(_("others who contributed"), max_length=300, blank=True)
    updating_note = models.CharField(_("what changed last"), max_length=300, blank=True)

    objects = RestrictedPageManager.from_queryset(PracticeSheetQuerySet)()

    edit_handler = sheet_edit_handler(RestrictedPage.settings_panels)

    class Meta:
        verbose_name = _("practice sheet")
        verbose_name_plural = _("practice sheets")
        constraints = [
            Rule(
                name="sheet_ends_after_its_start",
                condition=Q(started__isnull=True) | Q(ended__isnull=True) | Q(ended__gte=F("started")),
                field="ended",
                message=_("It cannot have ended before it started."),
            ),
            Rule(
                name="sheet_has_an_end_only_when_over",
                condition=Q(ended__isnull=True) | Q(stage="") | Q(stage__in=Stage.over()),
                field="ended",
                message=_("It has an end only when its status is “ended as planned” or “stopped”."),
            ),
            Rule(
                name="sheet_picture_is_described",
                condition=Q(image__isnull=True) | ~Q(image_alt=""),
                field="image_alt",
                message=_("Say what the picture shows, for those who cannot see it."),
            ),
            Rule(
                name="sheet_cost_has_a_currency",
                condition=~Q(currency="") | Q(setup_cost__isnull=True, yearly_cost__isnull=True),
                field="currency",
                message=_("A cost needs its currency."),
            ),
            Rule(
                name="sheet_cost_has_a_year",
                condition=Q(price_year__isnull=False) | Q(setup_cost__isnull=True, yearly_cost__isnull=True),
                field="price_year",
                message=_("Say which year’s prices these are."),
            ),
            Rule(
                name="sheet_without_ai_says_nothing_of_it",
                condition=~Q(ai_use="none")
                | Q(
                    ai_purpose="",
                    ai_role="",
                    human_oversight="",
                    ai_training_data="",
                    ai_performance="",
                    register_address="",
                    ai_act_class__in=["", "not-applicable"],
                ),
                field="ai_use",
                message=_("You say that there is no algorithm, but describe one below."),
            ),
            Rule(
                name="sheet_published_dpia_has_an_address",
                condition=~Q(dpia="published") | ~Q(dpia_address=""),
                field="dpia_address",
                message=_("Where is the published assessment?"),
            ),
            Rule(
                name="sheet_dpia_address_is_of_a_published_one",
                condition=Q(dpia_address="") | Q(dpia="published"),
                field="dpia",
                message=_("There is an address, so the assessment is published."),
            ),
            Rule(
                name="sheet_without_personal_data_keeps_none",
                condition=~Q(personal_data="no") | Q(retention_months__isnull=True),
                field="retention_months",
                message=_("You say that no data about persons are used, but say how long they are kept."),
            ),
            Rule(
                name="sheet_evaluation_has_an_evaluator",
                condition=~Q(evaluated_by__in=["", "nobody"])
                | Q(
                    evaluation_design="",
                    evaluation_from__isnull=True,
                    evaluation_to__isnull=True,
                    evaluation_report="",
                ),
                field="evaluated_by",
                message=_("You describe an evaluation: say who made it."),
            ),
            Rule(
                name="sheet_evaluation_ends_after_its_start",
                condition=Q(evaluation_from__isnull=True)
                | Q(evaluation_to__isnull=True)
                | Q(evaluation_to__gte=F("evaluation_from")),
                field="evaluation_to",
                message=_("The evaluation cannot have ended before it began."),
            ),
            Rule(
                name="sheet_sensitive_is_not_public",
                condition=Q(sensitivity=Sensitivity.CLEAR) | ~Q(visibility=Visibility.PUBLIC),
                field="sensitivity",
                message=_("What everybody may see is TLP:CLEAR; choose that, or show the sheet to members only."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> Any:
        # A copy is another practice, a translation the same one.
        if self.practice_id is None or (self._state.adding and self.practice.translation_key != self.translation_key):
            self.practice, _created = Practice.objects.get_or_create(translation_key=self.translation_key)
        return super().save(*args, **kwargs)

    @classmethod
    def from_serializable_data(cls, data: dict, check_fks: bool = True, strict_fks: bool = False) -> Self:
        content = without_what_is_gone(cls, data) if check_fks else data
        restored: Self = super().from_serializable_data(content, check_fks=False, strict_fks=strict_fks)
        return restored

    def with_content_json(self, content: dict) -> Self:
        restored: Self = super().with_content_json(content)
        if restored.city_id is None:
            # Its city of then is gone: there is no sheet without one.
            restored.city = self.city
        return restored

    @property
    def topic(self) -> str:
        """What people follow, for ``notifications``: the practice, whichever the language."""
        return f"practice:{self.practice_id}"

    @property
    def shown_name(self) -> str:
        return self.acronym or self.title
