"""Where the network has practices and where it has none: only what one reader may see is counted."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import ceil

from django.core.paginator import Page as PageOfList
from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.http import urlencode

from common.languages import CODES, country_name, own_name
from members.models import City
from practices.enums import RecommendationStatus
from practices.models import PracticeSheet, Recommendation
from practices.queries import recommendation_items
from practices.schema import markdown_fields
from taxonomy.hierarchy import in_tree_order
from taxonomy.models import Concept, ConceptScheme
from taxonomy.queries import path_upwards, preferred_labels

PRACTICES_A_PAGE = 50
SHADES = 4


@dataclass(frozen=True, slots=True)
class Cell:
    count: int
    query: str
    """The parameters with which the list of practices shows the same ones."""

    shade: int = 0
    """How strongly the cell is shaded, from 0 to 4: by its share of the fullest cell."""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    theme: Concept
    depth: int
    """How many broader themes stand above it."""
    cells: list[Cell]
    total: Cell


@dataclass(frozen=True, slots=True)
class ThemesByCountry:
    countries: list[tuple[str, str]]
    """Codes and names of the countries that have a practice."""
    rows: list[ThemeRow]
    themes_without: list[Concept]
    """Of narrower and broader ones the broadest."""
    countries_without: list[str]


def open_recommendations(request: HttpRequest) -> list[Recommendation]:
    """The recommendations in force that no practice puts to work, as far as this reader can see."""
    in_force = (RecommendationStatus.PROPOSED, RecommendationStatus.ADOPTED)
    items = recommendation_items(Recommendation.objects.filter(status__in=in_force), request)
    return list(items.filter(practice_count=0))


def themes_by_country(request: HttpRequest) -> ThemesByCountry:
    """How many practices there are for each theme in each country. A broader theme counts those of its narrower ones,
    each practice once."""
    themes = {
        theme.pk: theme
        for theme in Concept.objects.filter(scheme=ConceptScheme.THEME).prefetch_related(preferred_labels())
    }
    broader = {pk: theme.broader_id if theme.broader_id in themes else None for pk, theme in themes.items()}
    sheets = PracticeSheet.objects.visible_to(request.user).order_by()
    practices: dict[tuple[int, str], set[int]] = defaultdict(set)
    used: set[str] = set()
    # The themes of a sheet are None where it has none: its country counts all the same.
    for theme_pk, practice, country in sheets.values_list("themes", "practice", "city__country").distinct():
        used.add(country)
        for above in path_upwards(theme_pk, broader) if theme_pk in themes else ():
            practices[above, country].add(practice)
    countries = sorted(((code, country_name(code)) for code in used), key=lambda country: country[1])
    most = max((len(found) for found in practices.values()), default=0)
    rows = []
    without = []
    empty: set[int] = set()
    for theme, depth in in_tree_order(themes.values()):
        by_country = {code: practices.get((theme.pk, code), set()) for code, _name in countries}
        everywhere = set().union(*by_country.values())
        if not everywhere:
            empty.add(theme.pk)
            if broader[theme.pk] not in empty:
                without.append(theme)
            continue
        cells = [
            Cell(len(found), urlencode({"theme": theme.key, "country": code}), _shade(len(found), most))
            for code, found in by_country.items()
        ]
        rows.append(ThemeRow(theme, depth, cells, Cell(len(everywhere), urlencode({"theme": theme.key}))))
    in_network = set(City.objects.order_by().values_list("country", flat=True).distinct())
    without.sort(key=lambda theme: theme.label().casefold())
    return ThemesByCountry(countries, rows, without, sorted(country_name(code) for code in in_network - used))


def _shade(count: int, most: int) -> int:
    # Of a table with small numbers only, none is the strongest.
    return ceil(SHADES * count / max(most, SHADES))


# ---------------------------------------------------------------- languages


@dataclass(frozen=True, slots=True)
class LanguageCount:
    code: str
    name: str
    count: int


@dataclass(frozen=True, slots=True)
class WrittenIn:
    sheet: PracticeSheet
    languages: list[tuple[str, str, bool]]
    """Code, name, and whether the sheet exists in it."""


@dataclass(frozen=True, slots=True)
class Languages:
    counts: list[LanguageCount]
    practices: int
    page: PageOfList
    """Numbers of practices, those in the fewest languages first."""
    rows: list[WrittenIn]


def languages_of_practices(request: HttpRequest, page: str | None) -> Languages:
    """In how many languages each practice can be read, and how many practices in each language."""
    visible = PracticeSheet.objects.visible_to(request.user).order_by()
    versions: dict[int, set[str]] = defaultdict(set)
    for practice, code in visible.values_list("practice", "locale__language_code"):
        versions[practice].add(code)
    counted = Counter(code for codes in versions.values() for code in codes)
    ordered = sorted(versions, key=lambda practice: (len(versions[practice]), practice))
    shown = Paginator(ordered, PRACTICES_A_PAGE).get_page(page)
    sheets = {
        sheet.practice_id: sheet
        for sheet in PracticeSheet.objects.best_for(request)
        .filter(practice__in=list(shown))
        .select_related("locale")
        .defer(*(field.name for field in markdown_fields()))
    }
    return Languages(
        counts=[LanguageCount(code, own_name(code), counted[code]) for code in CODES],
        practices=len(versions),
        page=shown,
        rows=[
            WrittenIn(sheets[practice], [(code, own_name(code), code in versions[practice]) for code in CODES])
            for practice in shown
            if practice in sheets
        ],
    )
