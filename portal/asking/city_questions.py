"""A question to the city behind a sheet: who is asked, who will read it, and opening it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext as _

from discussions.actions.guests import invite_guest
from discussions.actions.posting import open_thread
from discussions.guest_letters import tell_guests
from discussions.models import Thread
from groups.enums import Visibility
from groups.models import WorkingGroup
from groups.permissions import readers_of
from groups.queries import coordinators_of, is_member
from members.models import City, User
from notifications.notices import notify
from notifications.topics import follow
from practices.models import Contact, PracticeSheet, authors_of

MOST_A_DAY = 10
TWICE = timedelta(minutes=5)
QUESTION = "question"
"""The kind of notices of those who are asked."""


@dataclass(frozen=True, slots=True)
class Audience:
    """Who will read a thread, before there is one: what ``groups.permissions.readers_of`` asks for."""

    group: WorkingGroup | None

    @property
    def visibility(self) -> str:
        return Visibility.GROUP if self.group else Visibility.NETWORK


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom a question goes to: people with an account who may read it there, and others, by mail."""

    people: list[User]
    guests: list[Contact]

    @property
    def names(self) -> list[str]:
        return [*(str(person) for person in self.people), *(contact.name for contact in self.guests)]


def audience_for(sheet: PracticeSheet, asker: User) -> Audience:
    """The sheet's working group, where the asker belongs to it; else the whole network."""
    group = sheet.group
    return Audience(group if group and is_member(asker, group) else None)


def asked_about(sheet: PracticeSheet, *, asker: User, audience: Audience) -> Asked:
    """The contacts and the authors of ``sheet``; the coordinators of its group where there is nobody else.

    A contact whose account may not read the thread is asked by mail, as one without; one whose account is shut, not.
    """
    contacts = list(sheet.contacts.all())
    found, guests = split_contacts(contacts, audience)
    readers = readers_of(audience)
    found |= {person.pk: person for person in readers.filter(pk__in=authors_of(sheet.practice).values("pk"))}
    found.pop(asker.pk, None)
    guests = [contact for contact in guests if contact.email.casefold() != asker.email.casefold()]
    if not found and not guests:
        coordinators = [person.pk for person in coordinators_of(audience.group or sheet.group) if person != asker]
        found = {person.pk: person for person in readers.filter(pk__in=coordinators)}
    return Asked([found[pk] for pk in sorted(found)], guests)


def split_contacts(contacts: Iterable[Contact], audience: Audience) -> tuple[dict[int, User], list[Contact]]:
    """The accounts of ``contacts`` that may read what ``audience`` reads, by primary key; and the contacts to be asked
    by mail, each address once."""
    by_email = {contact.email.casefold(): contact for contact in reversed(list(contacts))}
    accounts = User.objects.annotate(lower_email=Lower("email")).filter(lower_email__in=by_email)
    known = {account.email.casefold(): account for account in accounts}
    readers = readers_of(audience).filter(pk__in=[account.pk for account in known.values()])
    people = {person.pk: person for person in readers}
    guests = [
        contact
        for email, contact in reversed(by_email.items())
        if email not in known or (known[email].is_active and known[email].pk not in people)
    ]
    return people, guests


@transaction.atomic
def ask_city(*, sheet: PracticeSheet, asker: User, title: str, text: str, language: str, **fields: Any) -> Thread:
    """Open a thread about ``sheet`` that asks those who know: they are told at once, and hear of what follows.

    ``fields`` go to ``open_thread``. Asked twice in a row, the question is one. Raises ValidationError where ``asker``
    has asked too much today.
    """
    # One after the other: the second press of a button finds what the first one made.
    User.objects.select_for_update().get(pk=asker.pk)
    today = Thread.objects.filter(author=asker, created_at__gt=timezone.now() - timedelta(days=1))
    questions = today.exclude(addressed_to=None)
    if twin := questions.about_page(sheet).filter(title=title, created_at__gt=timezone.now() - TWICE).first():
        return twin
    if questions.count() >= MOST_A_DAY:
        raise ValidationError(_("That is a lot for one day. Please go on tomorrow."))
    audience = audience_for(sheet, asker)
    asked = asked_about(sheet, asker=asker, audience=audience)
    thread = open_thread(
        group=audience.group,
        author=asker,
        title=title,
        text=text,
        language=language,
        about=sheet,
        addressed_to=sheet.city,
        **fields,
    )
    question = thread.posts.earliest("created_at", "pk")
    kinds = dict.fromkeys((person.pk for person in asked.people), QUESTION)
    notify(subject=question.key, topic=thread.topic, at=question.created_at, kinds_by_user=kinds)
    for person in kinds:
        follow(user_pk=person, topic=thread.topic)
    invite_contacts(thread, asked.guests, city=sheet.city)
    return thread


def invite_contacts(thread: Thread, contacts: Iterable[Contact], *, city: City) -> None:
    """Ask contacts of a sheet of ``city`` who read the thread by mail alone."""
    for contact in contacts:
        languages = contact.languages or [city.language]
        invite_guest(thread=thread, email=contact.email, name=contact.name, languages=languages, city=city)
    tell_guests(thread.posts.earliest("created_at", "pk"))
