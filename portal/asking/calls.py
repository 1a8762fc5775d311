"""A call to the network: its words, whom it goes to, and what is due when its day comes near."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from discussions.actions.calls import open_call
from discussions.calls import answers_of
from discussions.models import Call
from groups.enums import Visibility
from groups.permissions import readers_of
from members.models import City, User
from notifications.notices import notify
from portal.asking.city_questions import TWICE, Audience, invite_contacts, split_contacts
from portal.asking.notifications import CallReminder, CallToSumUp
from practices.models import Contact, PracticeSheet

CALL, CALL_TO_CITY = "call", "call-city"
"""Kinds of notices: to everybody, and to the people of the cities that are asked."""
REMINDED_BEFORE = timedelta(days=4)


def text_of_call(*, problem: str, tried: str, wanted: str, language: str) -> str:
    """The first post of a call, in Markdown: its parts under headings in the call's own language."""
    with translation.override(language):
        parts = [("", problem), (_("What we have tried"), tried), (_("What would help us"), wanted)]
    return "\n\n".join(f"**{heading}**\n\n{text}" if heading else text for heading, text in parts if text)


@transaction.atomic
def call_the_network(
    *,
    asker: User,
    title: str,
    text: str,
    language: str,
    deadline: date,
    languages: list[str],
    addressees: Mapping[City, int | None],
) -> Call:
    """Open a call and tell everybody of it: the people of the cities asked at once, the others as they wish.

    Where nobody of a city asked has an account, the contacts of its sheets are asked by mail. Sent twice in a row, the
    call is one. Raises PermissionDenied as ``open_call`` does.
    """
    # One after the other: the second press of a button finds what the first one made.
    User.objects.select_for_update().get(pk=asker.pk)
    twins = Call.objects.open().filter(thread__author=asker, thread__title=title)
    if twin := twins.filter(thread__created_at__gt=timezone.now() - TWICE).first():
        return twin
    call = open_call(
        asker=asker,
        title=title,
        text=text,
        language=language,
        deadline=deadline,
        languages=languages,
        addressees=addressees,
    )
    readers = set(readers_of(call.thread).values_list("pk", flat=True)) - {asker.pk}
    kinds = dict.fromkeys(sorted(readers), CALL)
    guests: list[tuple[City, list[Contact]]] = []
    people, contacts = people_of(addressees), contacts_of(addressees)
    for city in addressees:
        found: Iterable[int] = people.get(city.pk, ())
        if not found:
            found, by_mail = split_contacts(contacts.get(city.pk, ()), Audience(None))
            guests.append((city, by_mail))
        kinds |= {pk: CALL_TO_CITY for pk in found if pk in readers}
    question = call.thread.posts.earliest("created_at", "pk")
    notify(subject=question.key, topic=call.thread.topic, at=question.created_at, kinds_by_user=kinds)
    for city, by_mail in guests:
        invite_contacts(call.thread, by_mail, city=city)
    return call


def people_of(cities: Mapping[City, object]) -> dict[int, list[int]]:
    """The active accounts of each city, by its primary key."""
    rows = User.objects.filter(is_active=True, city__in=list(cities)).order_by("pk").values_list("city", "pk")
    found: dict[int, list[int]] = {}
    for city, person in rows:
        found.setdefault(city, []).append(person)
    return found


def contacts_of(cities: Mapping[City, int | None]) -> dict[int, list[Contact]]:
    """The contacts on the sheets of each city, by its primary key: of the practice with the number that is given, else
    of all that members may read."""
    sheets = PracticeSheet.objects.filter(city__in=list(cities), live=True).exclude(visibility=Visibility.GROUP)
    numbers = {city.pk: number for city, number in cities.items()}
    found: dict[int, list[Contact]] = {}
    for sheet in sheets.prefetch_related("contacts").order_by("practice", "pk"):
        if numbers[sheet.city_id] in (None, sheet.practice_id):
            found.setdefault(sheet.city_id, []).extend(sheet.contacts.all())
    return {city: contacts for city, contacts in found.items() if contacts}


# ---------------------------------------------------------------- by the clock


def tell_of_ending_calls() -> int:
    """Remind the cities asked that have not answered, and ask those whose call is over what came of it; returns how
    many calls that were. Each is told once."""
    today = timezone.localdate()
    soon = Call.objects.open().filter(deadline__range=(today, today + REMINDED_BEFORE), reminded_at=None)
    over = Call.objects.open().filter(deadline__lt=today, summary_asked_at=None)
    return sum(map(_remind, soon.values_list("pk", flat=True))) + sum(
        map(_ask_to_sum_up, over.values_list("pk", flat=True))
    )


@transaction.atomic
def _remind(pk: int) -> bool:
    call = _locked(pk)
    if call.reminded_at is not None:
        return False
    Call.objects.filter(pk=pk).update(reminded_at=timezone.now())
    # Of a call so short that people were asked a moment ago, nobody needs to be reminded.
    if timezone.now() - call.thread.created_at > REMINDED_BEFORE:
        waiting = {addressee.city: addressee.practice_number for addressee in answers_of(call).waiting}
        pks = [person for people in people_of(waiting).values() for person in people]
        CallReminder(call=call, people=list(User.objects.filter(pk__in=pks).exclude(pk=call.thread.author_id))).send()
    return True


@transaction.atomic
def _ask_to_sum_up(pk: int) -> bool:
    call = _locked(pk)
    if call.summary_asked_at is not None:
        return False
    Call.objects.filter(pk=pk).update(summary_asked_at=timezone.now())
    if call.thread.author is not None:
        CallToSumUp(call=call, people=[call.thread.author]).send()
    return True


def _locked(pk: int) -> Call:
    calls = Call.objects.select_for_update(of=("self",)).select_related("thread__author", "thread__city")
    return calls.get(pk=pk)
