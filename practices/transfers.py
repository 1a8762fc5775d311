"""Reads over adoptions: which practice went from which city to which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest

from common.languages import complete_order, current_language
from groups.permissions import Reader
from members.models import City, CityName
from practices.maps import TransferMap, draw_transfers
from practices.models import Adoption, Practice, PracticeSheet, SheetVersion
from taxonomy.queries import preferred_labels


@dataclass(frozen=True, slots=True)
class Transfer:
    """An adoption, and the sheet of its practice in the reader's best language."""

    adoption: Adoption
    sheet: PracticeSheet

    @property
    def giver(self) -> City:
        return self.sheet.city

    @property
    def taker(self) -> City:
        return self.adoption.city


def with_details(adoptions: QuerySet[Adoption], user: Reader) -> QuerySet[Adoption]:
    """With all that lists show of an adoption; its version only where ``user`` may read that."""
    versions = SheetVersion.objects.visible_to(user).select_related("sheet__locale")
    shown = ("number", "published_at", "sheet__practice", "sheet__locale__language_code")
    return adoptions.select_related("city", "organisation").prefetch_related(
        preferred_labels("city__labels", CityName), Prefetch("version", versions.only(*shown))
    )


def transfers(adoptions: Iterable[Adoption], request: HttpRequest) -> list[Transfer]:
    """Each adoption with its sheet. Those whose sheet this reader may not see are left out."""
    adoptions = list(adoptions)
    sheets = best_sheets({adoption.practice_id for adoption in adoptions}, request)
    return [
        Transfer(adoption, sheets[adoption.practice_id]) for adoption in adoptions if adoption.practice_id in sheets
    ]


def best_sheets(practices: Iterable[int], request: HttpRequest) -> dict[int, PracticeSheet]:
    """The sheet to show this reader of each practice, by the practice's number: title, address and city are loaded."""
    sheets = PracticeSheet.objects.best_for(request).filter(practice__in=set(practices))
    shown = ("practice", "title", "url_path", "translation_key", "original_language", "started", "group")
    sheets = sheets.select_related("city", "locale").only(*shown, "city", "locale")
    return {sheet.practice_id: sheet for sheet in sheets.prefetch_related(preferred_labels("city__labels", CityName))}


def adoptions_of(practice: int, user: Reader) -> list[Adoption]:
    """The adoptions of a practice that ``user`` may see, confirmed or not; the latest first."""
    return list(with_details(Adoption.objects.visible_to(user).filter(practice=practice), user))


def adoptions_by_city(city: City, request: HttpRequest) -> list[Transfer]:
    """What ``city`` took over from others, to its own people also what waits to be confirmed."""
    adoptions = Adoption.objects.visible_to(request.user).filter(city=city)
    return transfers(with_details(adoptions, request.user), request)


def adoptions_of_city_practices(city: City, request: HttpRequest) -> list[Transfer]:
    """What others took over from ``city``, as far as it is confirmed."""
    of_city = PracticeSheet.objects.visible_to(request.user).filter(city=city).order_by().values("practice")
    adoptions = Adoption.objects.visible_to(request.user).confirmed().filter(practice__in=of_city)
    return transfers(with_details(adoptions, request.user), request)


def giving_countries(user: Reader) -> list[str]:
    """Countries from which something was taken over."""
    practices = Adoption.objects.visible_to(user).confirmed().order_by().values("practice")
    sheets = PracticeSheet.objects.visible_to(user).filter(practice__in=practices).order_by()
    return list(sheets.values_list("city__country", flat=True).distinct())


def adopting_countries(user: Reader) -> list[str]:
    """Countries in which something was taken over."""
    adoptions = Adoption.objects.visible_to(user).confirmed().order_by()
    return list(adoptions.values_list("city__country", flat=True).distinct())


def map_of(found: Sequence[Transfer]) -> TransferMap:
    return draw_transfers((transfer.giver, transfer.taker) for transfer in found)


# ---------------------------------------------------------------- versions and titles


def current_version(practice: Practice) -> SheetVersion | None:
    """The last published version: of the sheet in its original language, else of any."""
    versions = SheetVersion.objects.filter(sheet__practice=practice).select_related("sheet__locale")
    return max(versions.defer("content"), key=lambda version: (version.sheet.is_original, version.number), default=None)


def title_for(practice: Practice) -> str:
    """The title of the published sheet, in the language of the moment if there is one: for letters to its readers."""
    sheets = PracticeSheet.objects.live().filter(practice=practice).select_related("locale")
    order = complete_order((current_language(),))
    best = min(sheets, key=lambda sheet: order.index(sheet.language), default=None)
    return best.title if best else str(practice)
