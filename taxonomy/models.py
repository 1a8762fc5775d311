"""The shared vocabulary: concepts with labels in every language, after SKOS (W3C Recommendation, 18 August 2009)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.forms import CheckboxSelectMultiple
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey, ParentalManyToManyField
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel, MultiFieldPanel

from common.languages import complete_order, current_language
from taxonomy.forms import ConceptForm, ConceptsFormField
from taxonomy.hierarchy import refusal_of_broader


class LabelKind(models.TextChoices):
    PREFERRED = "preferred", _("preferred")
    ALTERNATIVE = "alternative", _("alternative")
    HIDDEN = "hidden", _("hidden (found, never shown)")


class Label(models.Model):
    """A name of something in one language."""

    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    kind = models.CharField(_("kind"), max_length=12, choices=LabelKind, default=LabelKind.PREFERRED)
    text = models.CharField(_("label"), max_length=120)

    class Meta:
        abstract = True
        # The preferred name of each language first.
        ordering = ["language", "-kind", "text"]

    def __str__(self) -> str:
        return self.text


class Labelled(models.Model):
    """Something with a name in each language; the subclass' labels are related as ``labels``."""

    key: str
    labels: Any

    class Meta:
        abstract = True

    def label(self, language: str | None = None) -> str:
        """The preferred name in ``language`` (or that of the interface), else in the best other one, else the key."""
        preferred = {label.language: label.text for label in self.labels.all() if label.kind == LabelKind.PREFERRED}
        for code in complete_order((language or current_language(),)):
            if code in preferred:
                return preferred[code]
        return self.key

    def names_by_language(self) -> list[tuple[str, list[str]]]:
        """The preferred names, each once, with the languages that use it: ``[("Turin", ["fr", "en", "de"]), …]``."""
        languages: dict[str, list[str]] = {}
        for code in complete_order((current_language(),)):
            for label in self.labels.all():
                if label.kind == LabelKind.PREFERRED and label.language == code:
                    languages.setdefault(label.text, []).append(code)
        return list(languages.items())

    @property
    def all_labels(self) -> tuple[str, ...]:
        """Every name in every language, each once, in a stable order."""
        return tuple(sorted({label.text for label in self.labels.all()}))


def key_field() -> models.SlugField:
    return models.SlugField(
        _("key"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"^[a-z0-9]+(-[a-z0-9]+)*$", _("Small letters, digits and hyphens."))],
        help_text=_("Stays the same for ever; stands in addresses and exports."),
    )


class ConceptScheme(models.TextChoices):
    THEME = "theme", _("theme")
    TECHNOLOGY = "technology", _("technology")
    TARGET_GROUP = "target-group", _("target group")
    ACTION_TYPE = "action-type", _("kind of action")


MARKS = range(1, 7)


class Concept(Labelled, ClusterableModel):
    key = key_field()
    scheme = models.CharField(_("scheme"), max_length=12, choices=ConceptScheme, default=ConceptScheme.THEME)
    mark = models.PositiveSmallIntegerField(
        _("mark"),
        choices=[(number, str(number)) for number in MARKS],
        default=1,
        help_text=_(
            "The colour and shape that lists show beside its name. Narrower concepts have that of the broadest."
        ),
    )
    broader = models.ForeignKey(
        "self",
        verbose_name=_("broader concept"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="narrower",
    )
    related = models.ManyToManyField(
        "self",
        verbose_name=_("related concepts"),
        blank=True,
        help_text=_("Concepts of any scheme that somebody who looks for this one may look for too. It goes both ways."),
    )

    base_form_class = ConceptForm
    panels = [
        HelpPanel(template="taxonomy/label_help.html", heading=_("What labels are for")),
        InlinePanel(
            "labels",
            [FieldRowPanel([FieldPanel("language"), FieldPanel("kind"), FieldPanel("text")])],
            label=_("Label"),
            heading=_("Labels"),
        ),
        MultiFieldPanel(
            [FieldPanel("key"), FieldPanel("scheme"), FieldPanel("broader"), FieldPanel("mark")],
            heading=_("Place in the vocabulary"),
        ),
        MultiFieldPanel(
            [FieldPanel("related", widget=CheckboxSelectMultiple)], heading=_("Related concepts"), classname="collapsed"
        ),
    ]

    class Meta:
        verbose_name = _("concept")
        verbose_name_plural = _("concepts")
        ordering = ["scheme", "key"]

    def __str__(self) -> str:
        return self.label()

    def get_absolute_url(self) -> str:
        return reverse("concept", args=[self.key])

    @property
    def topic(self) -> str:
        """What people follow, for ``notifications``."""
        return f"theme:{self.key}"

    def clean(self) -> None:
        super().clean()
        rows = list(Concept.objects.order_by().values_list("pk", "broader", "scheme"))
        broader = {pk: above for pk, above, _scheme in rows} | {self.pk: self.broader_id}
        schemes = {pk: scheme for pk, _above, scheme in rows} | {self.pk: self.scheme}
        if refusal := refusal_of_broader(self.pk, broader, schemes):
            raise ValidationError({"broader": refusal})
        if self.pk and any(above == self.pk and schemes[pk] != self.scheme for pk, above in broader.items()):
            raise ValidationError({"scheme": _("Its narrower concepts belong to another scheme.")})


class ConceptsField(ParentalManyToManyField):
    """A relation to concepts that is chosen from a list in the order of the tree."""

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "modelcluster.fields.ParentalManyToManyField", args, kwargs

    def formfield(self, **kwargs: Any) -> Any:
        return super().formfield(**{"form_class": ConceptsFormField, **kwargs})


def concepts_field(scheme: ConceptScheme, verbose_name: Any) -> ParentalManyToManyField:
    """A page's relation to the concepts of one scheme."""
    return ConceptsField(
        Concept, verbose_name=verbose_name, blank=True, related_name="+", limit_choices_to={"scheme": scheme}
    )


class ConceptLabel(Label):
    concept = ParentalKey(Concept, on_delete=models.CASCADE, related_name="labels")

    class Meta(Label.Meta):
        constraints = [
            models.UniqueConstraint(
                fields=["concept", "language"],
                condition=models.Q(kind=LabelKind.PREFERRED),
                name="concept_one_preferred_label_a_language",
            ),
            models.UniqueConstraint(fields=["concept", "language", "text"], name="concept_each_label_once_a_language"),
        ]


def labels_of(things: Iterable[Labelled]) -> tuple[str, ...]:
    return tuple(label for thing in things for label in thing.all_labels)
