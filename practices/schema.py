"""The fields of a sheet: in which part each stands, how to fill it in, and what a reader misses without it.

The form, the editor, the completeness meter, the comparison, the exports and the spreadsheet for imports are all made
from this list; labels, types and choices come from the models.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.utils.functional import Promise, lazy
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.contrib.taggit import ClusterTaggableManager
from modelcluster.fields import ParentalManyToManyField

from common.fields import ChoiceListField, MarkdownField
from common.numbers import number_in_words

if TYPE_CHECKING:
    from practices.models import PracticeSheet, SheetRow

Text = Promise | str
_capitalised: Any = lazy(capfirst, str)


class Tab(models.TextChoices):
    """The tabs of the form: the five parts of the sheet between what stands before and after them."""

    BASICS = "basics", _("At a glance")
    INTELLIGENCE = "intelligence", _("Intelligence")
    INTERVENTION = "intervention", _("Intervention")
    IMPLEMENTATION = "implementation", _("Implementation")
    INVOLVEMENT = "involvement", _("Involvement")
    IMPACT = "impact", _("Impact")
    PUBLICATION = "publication", _("Publication")


class Level(IntEnum):
    """What a field is needed for."""

    QUICK = 1
    """A quick sheet: without it, a sheet cannot be submitted."""
    VALIDATED = 2
    """A sheet that reviewers may call validated."""
    FULL = 3


@dataclass(frozen=True, slots=True)
class SheetField:
    name: str
    tab: Tab
    help: Text
    example: Text = ""
    words: tuple[int, int] | None = None
    """About how many words are right: from, to."""
    level: Level = Level.FULL
    missed: Text = ""
    """What a reader misses when it is empty: a whole sentence."""
    is_shared: bool = False
    """Proper names and the like: the same in every language although they are text."""

    @property
    def model_field(self) -> Any:
        return apps.get_model("practices.PracticeSheet")._meta.get_field(self.name)

    @property
    def label(self) -> Text:
        """Lazy, so that whoever keeps it has it in the language of the moment."""
        return _capitalised(ROW_LABELS[self.name] if self.is_rows else self.model_field.verbose_name)

    @property
    def is_rows(self) -> bool:
        return self.name in ROW_LABELS

    @property
    def row_model(self) -> "type[SheetRow]":
        model: type[SheetRow] = self.model_field.related_model
        return model

    @property
    def is_markdown(self) -> bool:
        return not self.is_rows and isinstance(self.model_field, MarkdownField)

    @property
    def is_words(self) -> bool:
        """Whether each language version has its own text here."""
        is_text = not self.is_rows and isinstance(self.model_field, models.CharField | models.TextField)
        return is_text and not self.is_shared and not self.model_field.choices

    def is_filled(self, sheet: "PracticeSheet") -> bool:
        value = getattr(sheet, self.name)
        if self.is_rows or isinstance(self.model_field, ParentalManyToManyField | ClusterTaggableManager):
            return value.exists()
        return value not in (None, "", [])

    def shown(self, sheet: "PracticeSheet") -> str:
        """A simple field's value in words, in the language of the interface; rows and relations have several."""
        return "; ".join(self.shown_values(sheet))

    def shown_values(self, sheet: "PracticeSheet") -> list[str]:
        """The value in words: as many entries as there are rows, concepts or choices; none when it is empty."""
        value = getattr(sheet, self.name)
        if self.is_rows:
            return [str(row) for row in value.all()]
        field = self.model_field
        if isinstance(field, ParentalManyToManyField | ClusterTaggableManager):
            return [str(related) for related in value.all()]
        if isinstance(field, ChoiceListField):
            return field.labels(value)
        if value in (None, "") or not getattr(value, "live", True):
            # A project that is not published says nothing outside of the editor.
            return []
        if isinstance(value, Decimal):
            return [self._shown_number(sheet, value)]
        return [str(getattr(sheet, f"get_{self.name}_display")() if field.choices else value)]

    def _shown_number(self, sheet: "PracticeSheet", value: Decimal) -> str:
        number = number_in_words(value)
        if self.name not in COSTS:
            return number
        return gettext("%(amount)s %(currency)s (prices of %(year)s)") % {
            "amount": number, "currency": sheet.currency, "year": sheet.price_year,
        }  # fmt: skip


# Said with their currency and year, which are then not said again.
COSTS = ("setup_cost", "yearly_cost")
SAID_WITH_COSTS = ("currency", "price_year")

ROW_LABELS: dict[str, Text] = {
    "objectives": _("objectives"),
    "milestones": _("timeline"),
    "building_blocks": _("building blocks"),
    "technology_uses": _("technology in use"),
    "data_sources": _("data sources"),
    "partners": _("partners and co-production"),
    "indicators": _("indicators"),
    "evidence": _("evidence that you claim"),
    "contacts": _("contacts"),
    "attachments": _("documents and links"),
}

_B, _1, _2, _3, _4, _5, _P = Tab
_QUICK, _VALIDATED = Level.QUICK, Level.VALIDATED

FIELDS: tuple[SheetField, ...] = (
    # ------------------------------------------------------------ at a glance
    SheetField(
        "title", _B, _("What it is, in words that a resident would understand."),
        _("Neighbours report broken street lights, and see when they are mended"), (4, 14), _QUICK,
        _("Without a title nobody finds it."),
    ),
    SheetField("acronym", _B, _("If the practice has a short name."), "LUMEN", (1, 2), is_shared=True),
    SheetField(
        "also_known_as", _B, _("Other spellings that people type. Found by search, never shown. Commas between them."),
        "Lumen, LUMEN!", is_shared=True,
    ),
    SheetField(
        "summary", _B, _("In plain words: what is done, for whom, and what came of it. At most 600 characters."),
        _(
            "Residents report a broken street light from their phone. The city mends it within three days and answers "
            "whoever reported it. Dark corners are found sooner, and people see that reporting helps."
        ),
        (30, 80), _QUICK, _("Readers of lists will not know what it is about."),
    ),
    SheetField("image", _B, _("A photograph or drawing of the practice itself: JPEG, PNG or WebP, at most 10 MB.")),
    SheetField(
        "image_alt", _B, _("For those who cannot see the picture. Required with a picture."),
        _("A technician on a ladder changes a street light; two neighbours look on."), (5, 25),
    ),
    SheetField("image_rights", _B, _("Who made it, and under which licence."), _("Photo: City of Exampleton, CC BY 4.0")),
    SheetField(
        "city", _B, _("The city whose practice it is."), "", level=_QUICK,
        missed=_("Readers will not know whose practice it is."),
    ),
    SheetField("place", _B, _("If it belongs to one part of the city: district, port, station."), _("Old harbour district")),
    SheetField("governance_level", _B, _("Who runs it: the smallest level that decides.")),
    SheetField(
        "organisation", _B, _("The organisation that answers for it."), "", level=_QUICK,
        missed=_("Readers will not know who answers for it."),
    ),
    SheetField("lead_service", _B, _("The department or team within the organisation."), _("Street lighting department")),
    SheetField(
        "themes", _B, _("One to four. The first decides the colour of the card."), "", level=_QUICK,
        missed=_("It will be missing from every list by theme."),
    ),
    SheetField("tags", _B, _("Words of your own, for what the list of themes lacks. Commas between them."), _("lighting, repairs")),
    SheetField("related_project", _B, _("The European or local project that it came out of.")),
    SheetField("goals", _B, _("Of the United Nations’ Agenda 2030; for urban security mostly 11 and 16.")),
    # ------------------------------------------------------------ intelligence
    SheetField(
        "problem", _1, _("What was the matter, for whom, and how did the city know? Give figures from before."),
        _(
            "In 2019 residents named dark streets first when asked what made them feel unsafe (survey of 1,200 people). "
            "A broken light stayed dark for 24 days on average."
        ),
        (60, 200), _QUICK, _("Readers cannot tell whether they have the same problem."),
    ),
    SheetField(
        "causes", _1, _("Why was it so? What makes it more or less likely?"),
        _("Nobody knew which light belonged to whom; reports by telephone were written on paper and lost."), (30, 150),
    ),
    # ------------------------------------------------------------ intervention
    SheetField(
        "objectives", _2, _("What was to be reached. Better two that can be measured than six that cannot."),
        _("Mend nine of ten broken lights within three days"), level=_QUICK,
        missed=_("Readers cannot tell what success would be."),
    ),
    SheetField(
        "target_groups", _2, _("Whom it is for."), "", level=_QUICK,
        missed=_("Readers will not know whom it is for."),
    ),
    SheetField("target_groups_note", _2, _("If the list does not say it well enough."), _("People who work at night"), (3, 30)),
    SheetField(
        "equity", _2, _("Who is reached less easily, and what was done about it? Differences between women and men."),
        _("Women named different streets than men. Reports can also be made by telephone, and in four languages."), (20, 120),
    ),
    SheetField("action_types", _2, _("Innovation is social, organisational and legal as well as technical.")),
    SheetField("prevention_level", _2, _("The strategy that describes it best.")),
    SheetField(
        "solution", _2, _("What is done, step by step, as you would tell a colleague."),
        _(
            "Every street light carries a number. Whoever sees a broken one sends the number; the technicians’ list of the "
            "day is made from it, and the sender gets an answer when the light works again."
        ),
        (80, 300), _QUICK, _("Readers will not know what is done."),
    ),
    SheetField(
        "mechanism", _2, _("Why should this change the problem? What must happen in people’s heads or in the street?"),
        _("Whoever gets an answer reports again; lights that are mended sooner leave fewer dark corners."), (30, 120),
        _VALIDATED, _("Readers cannot judge whether it would work elsewhere."),
    ),
    # ------------------------------------------------------------ implementation
    SheetField(
        "stage", _3, _("“Stopped” is as useful to others as “running”: say why under side effects."), "",
        level=_QUICK, missed=_("Readers will not know whether it is still done."),
    ),
    SheetField(
        "started", _3, _("The year."), "2019", level=_QUICK, missed=_("Readers will not know how long it has been tried."),
    ),
    SheetField("ended", _3, _("The year, if it is over."), "2023"),
    SheetField("milestones", _3, _("The steps that mattered, with their year."), _("2020, 3: all lights are numbered")),
    SheetField(
        "implementation", _3, _("How it was set up and how it is run: steps, people, tools, contracts."),
        _("Two technicians numbered the lights in four months. One person looks through the reports each morning."), (60, 300),
    ),
    SheetField(
        "building_blocks", _3, _("Parts that another city could take over by themselves."),
        _("The answer to the sender"),
    ),
    SheetField("technologies", _3, _("The kinds of technology in use.")),
    SheetField(
        "technology_uses", _3, _("What each technology does. No brands: readers look for what to ask for."),
        _("A form for phones that sends number, place and picture"),
    ),
    SheetField("data_sources", _3, _("Which data it works with, and where they come from."), _("Reports with place and time")),
    SheetField("ai_use", _3, _("Does it use an algorithm or artificial intelligence?")),
    SheetField("ai_purpose", _3, _("What the algorithm does."), _("Finds double reports of the same light"), (4, 40)),
    SheetField("ai_role", _3, _("What it has to say in decisions about people.")),
    SheetField("human_oversight", _3, _("Who looks at what the algorithm says.")),
    SheetField("ai_training_data", _3, _("What it was trained on."), _("6,000 reports of 2019 and 2020"), (3, 40)),
    SheetField("ai_performance", _3, _("How often it is right, and how you know."), _("Right in 94 of 100 cases, checked by hand"), (3, 40)),
    SheetField("register_address", _3, _("If your city has a public register of algorithms."), "https://register.example.org/12"),
    SheetField(
        "legal_basis", _3, _("Which law allows it. What had to be settled first."),
        _("Act on municipal services, article 12; the council’s decision of 3 May 2019."), (15, 120),
    ),
    SheetField("policy_background", _3, _("Which strategy or decision it belongs to."), _("The city’s safety plan 2018–2022."), (10, 100)),
    SheetField(
        "personal_data", _3, _("Are data about identifiable persons used?"), "", level=_VALIDATED,
        missed=_("Readers cannot tell whether it touches the rights of people."),
    ),
    SheetField(
        "dpia", _3, _("The assessment that article 35 of the GDPR asks for."), "", level=_VALIDATED,
        missed=_("Readers cannot tell whether data protection was assessed."),
    ),
    SheetField("dpia_address", _3, _("If it is published."), "https://www.example.org/dpia.pdf"),
    SheetField("ai_act_class", _3, _("Only if an algorithm is used.")),
    SheetField("fria", _3, _("The assessment that article 27 of the AI Act asks for.")),
    SheetField("ethics_board", _3, _("Whether one was asked, and what it said."), _("Advised in 2020; its advice is public."), (3, 40)),
    SheetField("retention_months", _3, _("How long data about persons are kept."), "6"),
    SheetField("complaints", _3, _("Where people can object."), "ombudsman@example.org"),
    SheetField("criticism", _3, _("What critics say, and what you answer."), _("Some residents asked who sees the pictures."), (15, 120)),
    SheetField(
        "setup_cost", _3, _("Once, before it ran."), "40000", level=_VALIDATED,
        missed=_("Readers cannot tell whether they could afford it."),
    ),
    SheetField("yearly_cost", _3, _("To keep it running."), "12000"),
    SheetField("currency", _3, _("Required with a cost.")),
    SheetField("price_year", _3, _("The year in which these were the prices. Required with a cost."), "2020"),
    SheetField("staff", _3, _("How many full-time posts it takes."), "1.5"),
    SheetField("skills", _3, _("What these people must be able to do."), _("Electricians; one person who answers residents"), (3, 40)),
    SheetField(
        "funding", _3, _("Where the money comes from."), _("The city’s own budget"), (2, 40), _VALIDATED,
        _("Readers will not know who pays for it."),
    ),
    SheetField("in_kind", _3, _("Time, rooms, data."), _("Volunteers walk the streets twice a year"), (3, 40)),
    SheetField("procurement", _3, _("How it was bought, and what you would write into the contract today."), _("Open call; own the data."), (15, 150)),
    SheetField("success_factors", _3, _("What made it work."), _("The technicians chose the numbering themselves."), (20, 150)),
    SheetField("limiting_factors", _3, _("What slowed it down or still does."), _("The lights of the port belong to somebody else."), (20, 150)),
    SheetField("sustainability", _3, _("What happens when the project or its money ends."), _("It is part of the department’s budget since 2021."), (10, 100)),
    # ------------------------------------------------------------ involvement
    SheetField(
        "partners", _4, _("Who else takes part: from which sector, in which role, and how they were won over."),
        _("Neighbourhood association; walks the streets; asked at its yearly meeting"), level=_VALIDATED,
        missed=_("Readers cannot tell who had to work together."),
    ),
    SheetField("involvement", _4, _("How the partners work together, and what was hard about it."), _("They meet four times a year."), (30, 200)),
    SheetField("participation_level", _4, _("The part that residents have.")),
    SheetField("participation_note", _4, _("How, and how many."), _("About 900 residents report each year"), (5, 40)),
    # ------------------------------------------------------------ impact
    SheetField(
        "impact", _5, _("What changed, for whom. If you do not know yet, say so: that helps, too."),
        _("A light is now mended after four days on average, down from 24. Fewer people name dark streets in the survey."),
        (40, 200), _QUICK, _("Readers cannot tell what came of it."),
    ),
    SheetField(
        "indicators", _5, _("Figures, each with unit, date and source."),
        _("Days until a light is mended: 24 (2019), 4 (2021); department’s register"),
    ),
    SheetField(
        "evaluated_by", _5, _("Who looked into it."), "", level=_VALIDATED,
        missed=_("Readers cannot tell how reliable the results are."),
    ),
    SheetField("evaluation_design", _5, _("How the results were found.")),
    SheetField("evaluation_from", _5, _("The year."), "2019"),
    SheetField("evaluation_to", _5, _("The year."), "2021"),
    SheetField("evaluation_report", _5, _("If it can be read."), "https://www.example.org/evaluation.pdf"),
    SheetField("evaluation_limits", _5, _("What it cannot show."), _("Other streets were lit anew at the same time."), (5, 40)),
    SheetField(
        "evidence", _5, _("In each of five dimensions, what you claim and how it is supported. Leave blank what you do not know."),
        _("Effect: lights are mended sooner. Supported by figures."),
    ),
    SheetField(
        "side_effects", _5, _("What nobody meant to happen, what failed, why it was stopped. Others learn most from this."),
        _("In the first winter there were more reports than technicians; people waited longer than before."), (20, 200),
    ),
    SheetField(
        "lessons", _5, _("What you would do again, and what you would do otherwise."),
        _("Tell people beforehand how long it takes. Start with one district."), (30, 200), _QUICK,
        _("Readers will repeat your mistakes."),
    ),
    SheetField(
        "conditions_needed", _5, _("What must be there before a city can begin."),
        _("A register of the lights, and somebody who may decide what is mended first."), (20, 120), _VALIDATED,
        _("Readers cannot tell whether they could begin."),
    ),
    SheetField("local_parts", _5, _("What works only where you are."), _("The city owns its lights."), (10, 100)),
    SheetField("minimum_version", _5, _("How to try it with little."), _("One district, a telephone number and a list on paper."), (10, 100)),
    SheetField("scalability", _5, _("What changes when it is done for more people or places."), _("Above 20,000 lights the list needs software."), (10, 100)),
    SheetField("hurdle_countries", _5, _("Where the law stands against it, as far as you know.")),
    SheetField("legal_hurdles", _5, _("Which law, and why."), _("Where pictures of streets count as surveillance, leave them out."), (10, 100)),
    # ------------------------------------------------------------ publication
    SheetField(
        "contacts", _P, _("Whom colleagues can ask. A mailbox of the service lasts longer than that of a person."),
        _("Street lighting department, lighting@example.org"), level=_QUICK, missed=_("Readers have nobody to ask."),
    ),
    SheetField("attachments", _P, _("Reports, plans, films, with their language."), _("The form that residents fill in (PDF, English)")),
    SheetField(
        "licence", _P, _("How others may use the text of this sheet."), "", level=_QUICK,
        missed=_("Readers will not know whether they may use the text."),
    ),
    SheetField("rights_holder", _P, _("If it is not the responsible organisation."), is_shared=True),
    SheetField("doi", _P, _("If the sheet has been registered elsewhere."), "10.1234/example", is_shared=True),
    SheetField("sensitivity", _P, _("By the Traffic Light Protocol. Anything but CLEAR is for members only.")),
    SheetField("members_note", _P, _("What only members of the network should read. It is left out of every export."), "", (0, 200)),
    SheetField("contributors", _P, _("Whom to thank."), is_shared=True),
    SheetField("updating_note", _P, _("One sentence on what is new since the last version."), _("Figures of 2021 added"), (3, 30)),
)  # fmt: skip

FIELDS_BY_NAME: dict[str, SheetField] = {field.name: field for field in FIELDS}
QUICK_FIELDS: tuple[SheetField, ...] = tuple(field for field in FIELDS if field.level == Level.QUICK)
ROW_NAMES: tuple[str, ...] = tuple(ROW_LABELS)

# What stands in the sheet's page settings, and is written in the same form.
SETTINGS = ("visibility", "group")
# Not for everybody: left out of exports, comparison, frozen versions and search.
PRIVATE = ("members_note", "also_known_as")


@cache
def fields_of(tab: Tab) -> tuple[SheetField, ...]:
    return tuple(field for field in FIELDS if field.tab == tab)


@cache
def markdown_fields() -> tuple[SheetField, ...]:
    """The long texts of a sheet, in order."""
    return tuple(field for field in FIELDS if field.is_markdown)


def open_fields() -> Iterator[SheetField]:
    """The fields that may leave the portal, in order. Contacts do so only as far as each is public."""
    return (field for field in FIELDS if field.name not in PRIVATE)


def missing(sheet: "PracticeSheet", level: Level) -> list[SheetField]:
    """The fields that this level asks for and that are empty in ``sheet``."""
    return [field for field in FIELDS if field.level <= level and not field.is_filled(sheet)]
