"""The people of an event, as its coordinators see them: a list, its numbers, and the same as a table."""

import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.db.models import Prefetch, Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font

from common.languages import own_name
from common.words import best_words
from events.enums import QuestionKind, RegistrationStatus
from events.models import Answer, CityPlaces, Event, Question, Registration, RegistrationQuerySet
from members.models import City, CityName
from taxonomy.queries import preferred_labels

# Of guests who have not confirmed yet, nothing is known to be true.
SHOWN = [status for status in RegistrationStatus if status != RegistrationStatus.UNCONFIRMED]

_CHARACTERS_XLSX_REFUSES = re.compile("[\ud800-\udfff\ufffe\uffff]")
_LONGEST_CELL = 32_767


@dataclass(frozen=True, slots=True)
class PeopleFilters:
    """What the address of the list asks for."""

    status: str = ""
    city: int | None = None
    text: str = ""

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        status, city = query.get("status", ""), query.get("city", "")
        return cls(
            status=status if status in {str(shown) for shown in SHOWN} else "",
            city=int(city) if re.fullmatch(r"[0-9]{1,9}", city) else None,
            text=" ".join(query.get("q", "").replace("\x00", "").split())[:100],
        )

    def __bool__(self) -> bool:
        return bool(self.status or self.city or self.text)

    @property
    def query(self) -> str:
        asked = QueryDict(mutable=True)
        for name, value in (("status", self.status), ("city", self.city), ("q", self.text)):
            if value:
                asked[name] = str(value)
        return asked.urlencode()

    def narrow(self, registrations: RegistrationQuerySet) -> RegistrationQuerySet:
        if self.status:
            registrations = registrations.filter(status=self.status)
        if self.city:
            registrations = registrations.filter(city=self.city)
        for word in self.text.split():
            named = Q(name__icontains=word) | Q(email__icontains=word) | Q(organisation__icontains=word)
            registrations = registrations.filter(named)
        return registrations


def people_of(event: Event) -> RegistrationQuerySet:
    """Everybody who registered, by name."""
    registrations = Registration.objects.filter(event=event, status__in=SHOWN)
    return registrations.order_by("name", "pk")


def kept_questions(event: Event, today: date) -> list[Question]:
    """Those whose answers may be read still, whether or not the schedule has erased the others yet."""
    return list(Question.objects.filter(event=event, erased_at=None, erase_on__gt=today))


def with_details(registrations: RegistrationQuerySet, today: date) -> RegistrationQuerySet:
    """With all that a row shows; of answers only those that may be read still."""
    kept = Answer.objects.filter(question__erased_at=None, question__erase_on__gt=today).select_related("question")
    return registrations.select_related("city", "user").prefetch_related(
        preferred_labels("city__labels", CityName), Prefetch("answers", kept, to_attr="kept_answers")
    )


@dataclass(frozen=True, slots=True)
class CityNumbers:
    city: City | None
    by_status: Counter
    places: int | None

    @property
    def enrolled(self) -> int:
        return self.by_status[RegistrationStatus.ENROLLED]

    @property
    def offered(self) -> int:
        return self.by_status[RegistrationStatus.OFFERED]

    @property
    def waiting(self) -> int:
        return self.by_status[RegistrationStatus.WAITING]

    @property
    def requested(self) -> int:
        return self.by_status[RegistrationStatus.REQUESTED]


@dataclass(frozen=True, slots=True)
class PeopleNumbers:
    """How many there are of each status, and of each city."""

    statuses: list[tuple[RegistrationStatus, int]]
    cities: list[CityNumbers]


def numbers_of(event: Event) -> PeopleNumbers:
    rows = list(Registration.objects.filter(event=event, status__in=SHOWN).order_by().values_list("status", "city"))
    by_status = Counter(status for status, _city in rows)
    by_city: dict[int | None, Counter] = {}
    for status, city in rows:
        by_city.setdefault(city, Counter())[status] += 1
    names = City.objects.filter(pk__in=[pk for pk in by_city if pk]).prefetch_related(
        preferred_labels("labels", CityName)
    )
    cities = {city.pk: city for city in names}
    places = dict(CityPlaces.objects.filter(event=event).values_list("city", "places"))
    found = [
        CityNumbers(cities.get(pk or 0), counted, places.get(pk) if pk else None) for pk, counted in by_city.items()
    ]
    return PeopleNumbers(
        statuses=[(status, by_status[status]) for status in SHOWN if by_status[status]],
        cities=sorted(found, key=lambda numbers: (numbers.city is None, numbers.city.label() if numbers.city else "")),
    )


def positions_of(event: Event) -> dict[int, int]:
    """The place in the queue of each who waits, by the number of the registration."""
    queue = Registration.objects.filter(event=event).in_queue().values_list("pk", flat=True)
    return {pk: place for place, pk in enumerate(queue, start=1)}


def answer_in_words(answer: Answer, order: Sequence[str]) -> str:
    question, value = answer.question, answer.value
    if question.kind == QuestionKind.YES_NO:
        return {"yes": _("yes"), "no": _("no")}.get(value, value)
    if question.kind == QuestionKind.INTERPRETATION:
        return own_name(value)
    if question.kind == QuestionKind.CHOICE and value.isdigit() and int(value) < len(question.choices):
        return best_words(question.choices[int(value)], order)[0]
    return value


# ------------------------------------------------------------ as a table


def table_of(event: Event, registrations: Iterable[Any], order: Sequence[str], today: date) -> Iterator[list[str]]:
    """The head, then a row a person; questions whose answers are erased have no column."""
    questions = kept_questions(event, today)
    asked = [best_words(question.label, order)[0] for question in questions]
    known = [_("Name"), _("Organisation"), _("City"), _("Country"), _("E-mail address"), _("Status"), _("Language")]
    yield [*known, _("Place in the queue"), *asked]
    positions = positions_of(event)
    for registration in registrations:
        answers = {answer.question_id: answer for answer in registration.kept_answers}
        city = registration.city
        yield [
            registration.name,
            registration.organisation,
            city.label() if city else "",
            city.country_name if city else "",
            registration.email,
            registration.get_status_display(),
            own_name(registration.language),
            str(positions.get(registration.pk, "")),
            *(answer_in_words(answers[question.pk], order) if question.pk in answers else "" for question in questions),
        ]


def as_xlsx(table: Iterable[list[str]]) -> bytes:
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(re.sub(r"[\[\]:*?/\\]", " ", _("People"))[:31])
    sheet.freeze_panes = "B2"
    for number, row in enumerate(table):
        cells = []
        for text in row:
            allowed = _CHARACTERS_XLSX_REFUSES.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))[:_LONGEST_CELL]
            cell = WriteOnlyCell(sheet, allowed)
            # Whatever it begins with, it is text: never a formula.
            cell.data_type = "s"
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    file = io.BytesIO()
    workbook.save(file)
    return file.getvalue()
