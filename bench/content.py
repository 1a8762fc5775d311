"""Generated practice sheets: always the same ones for the same number, on top of the demonstration content."""

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import QuerySet
from wagtail.models import Locale

from bench.errors import BenchError
from bench.models import BarePage
from groups.models import WorkingGroup
from members.models import City, Organisation, Sector
from portal.models import HomePage
from practices.enums import Dimension, EvidenceLevel, Stage
from practices.models import (
    Contact,
    EvidenceClaim,
    Indicator,
    Milestone,
    Objective,
    Partner,
    PracticeIndexPage,
    PracticeSheet,
    Project,
    SheetRow,
)
from search.sources import all_documents
from taxonomy.models import Concept, ConceptScheme

PREFIX = "generated-"
WORDS_A_PART = 60
LONG_TEXTS = ("problem", "solution", "implementation", "involvement", "impact")
FRENCH_EVERY = 3
RARE_WORDS = 8_000
_NAMESPACE = UUID("8a4de8cb-6f04-4a5e-8c6d-6f0d5a3d9f21")
_FIRST_PUBLISHED = datetime(2016, 1, 1, 9, tzinfo=UTC)
_SYLLABLES = re.findall("..", "babecodadefagahokilamanopopirasetavezu")


class Vocabulary:
    """Words as often as the demonstration content has them, and invented ones that most sheets do not share.

    The demonstration content alone has so few different words that each would stand in every sheet.
    """

    def __init__(self, texts: Iterable[str]) -> None:
        self.common = [word for text in texts for word in re.findall(r"[^\W\d_]{2,}", text)]
        self.long = sorted({word.lower() for word in self.common if len(word) > 5})
        chance = random.Random("rare words")
        self.rare = ["".join(chance.choices(_SYLLABLES, k=3)) for _number in range(RARE_WORDS)]
        # Zipf's law: the second is half as frequent as the first, the third a third.
        self.rare_weights = list(accumulate(1 / rank for rank in range(1, RARE_WORDS + 1)))

    def text(self, chance: random.Random, subject: Sequence[str], length: int) -> str:
        words = [
            *chance.choices(self.common, k=length * 12 // 20),
            *chance.choices(subject, k=length * 3 // 20),
            *chance.choices(self.rare, cum_weights=self.rare_weights, k=length * 5 // 20),
        ]
        chance.shuffle(words)
        return ". ".join(" ".join(words[start : start + 15]).capitalize() for start in range(0, length, 15)) + "."


@dataclass(frozen=True, slots=True)
class _Network:
    """What the sheets relate to: all of it is demonstration content."""

    cities: list[City]
    themes: list[Concept]
    technologies: list[Concept]
    organisations: list[Organisation]
    groups: list[WorkingGroup]
    projects: list[Project]

    @classmethod
    def load(cls) -> "_Network":
        concepts = list(Concept.objects.order_by("key"))
        return cls(
            cities=list(City.objects.order_by("key")),
            themes=[concept for concept in concepts if concept.scheme == ConceptScheme.THEME],
            technologies=[concept for concept in concepts if concept.scheme == ConceptScheme.TECHNOLOGY],
            organisations=list(Organisation.objects.order_by("key")),
            groups=list(WorkingGroup.objects.order_by("path")),
            projects=list(Project.objects.order_by("path")),
        )


def generated_sheets(language: str = "en") -> QuerySet[PracticeSheet]:
    return PracticeSheet.objects.filter(slug__startswith=PREFIX, locale__language_code=language).order_by("pk")


def demonstration_vocabulary(language: str) -> Vocabulary:
    """The words of everything in this language that is not generated."""
    label = PracticeSheet._meta.label_lower
    generated = {f"{label}:{pk}" for pk in generated_sheets(language).values_list("pk", flat=True)}
    documents = (document for document in all_documents() if document.language == language)
    return Vocabulary(document.text for document in documents if document.id not in generated)


@transaction.atomic
def ensure_content(sheets: int) -> bool:
    """The bare page, and ``sheets`` generated sheets, every third one also in French. Returns whether they are new.

    Raises BenchError when another number of them is there.
    """
    if present := generated_sheets().count():
        if present != sheets:
            raise BenchError(
                f"The database has {present} generated sheets, not {sheets}: use another one, or empty it."
            )
        return False
    create_bare_page()
    vocabularies = {language: demonstration_vocabulary(language) for language in ("en", "fr")}
    network = _Network.load()
    parents = {page.locale.language_code: page for page in PracticeIndexPage.objects.select_related("locale")}
    locales = {locale.language_code: locale for locale in Locale.objects.all()}
    for number in range(sheets):
        for language in ("en", "fr") if number % FRENCH_EVERY == 0 else ("en",):
            sheet = _sheet(number, language, vocabularies[language], network)
            sheet.locale = locales[language]
            # Through Wagtail's tree one by one, so that paths and what hangs on saving are as in production.
            parents[language].add_child(instance=sheet)
    return True


def create_bare_page() -> None:
    home = HomePage.objects.get(locale__language_code="en")
    home.add_child(
        instance=BarePage(
            title="Bare page", slug="bare-page", locale=home.locale, text="One field, and the least of templates."
        )
    )


def _sheet(number: int, language: str, vocabulary: Vocabulary, network: _Network) -> PracticeSheet:
    """A sheet as if published by an editor, without revisions, which no reader's page looks at."""
    # What is true in every language comes from the first, the words from the second.
    shared, chance = random.Random(f"sheet {number}"), random.Random(f"sheet {number} {language}")
    subject = chance.sample(vocabulary.long, 10)
    published = _FIRST_PUBLISHED + timedelta(hours=shared.randrange(80_000))
    sheet = PracticeSheet(
        translation_key=uuid5(_NAMESPACE, str(number)),
        original_language="en",
        title=f"{' '.join(chance.sample(subject, 4)).capitalize()} {chance.choice(vocabulary.rare)}",
        slug=f"{PREFIX}{number:05}",
        summary=vocabulary.text(chance, subject, 30),
        city=shared.choice(network.cities),
        organisation=shared.choice([*network.organisations, None]),
        group=shared.choice([*network.groups, None, None, None]),
        related_project=shared.choice([*network.projects, None, None, None]),
        started=shared.randrange(1995, 2026),
        stage=shared.choice([Stage.PILOT, Stage.RUNNING, Stage.SCALED]),
        first_published_at=published,
        last_published_at=published,
        **{name: vocabulary.text(chance, subject, WORDS_A_PART) for name in LONG_TEXTS},
    )
    sheet.themes = shared.sample(network.themes, min(len(network.themes), shared.randint(1, 3)))
    sheet.technologies = shared.sample(network.technologies, min(len(network.technologies), shared.randint(0, 2)))
    sheet.tags.add(*shared.sample(vocabulary.rare[:200], 2))
    for name, rows in _rows(vocabulary, shared, chance, subject).items():
        setattr(sheet, name, rows)
    return sheet


def _rows(
    vocabulary: Vocabulary, shared: random.Random, chance: random.Random, subject: list[str]
) -> dict[str, list[SheetRow]]:
    """What a sheet has several of: two or three of each kind."""

    def words(number: int) -> str:
        return vocabulary.text(chance, subject, number)[:200]

    return {
        "objectives": [Objective(text=words(8)) for _number in range(2)],
        "milestones": [Milestone(year=shared.randrange(2000, 2026), text=words(6)) for _number in range(3)],
        "partners": [
            Partner(name=words(3), sector=shared.choice(Sector.values), role=words(5)) for _number in range(3)
        ],
        "indicators": [
            Indicator(name=words(4), unit="%", baseline=shared.randrange(50), value=shared.randrange(50), source="x")
            for _number in range(2)
        ],
        "evidence": [
            EvidenceClaim(dimension=dimension, statement=words(10), level=shared.choice(EvidenceLevel.values))
            for dimension in shared.sample(Dimension.values, 2)
        ],
        "contacts": [Contact(name=words(3), email="practice@example.org")],
    }
