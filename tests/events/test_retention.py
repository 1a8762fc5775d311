from datetime import date, timedelta

import pytest
from django.utils import timezone

from events.actions.places import lapse_offers
from events.actions.registering import ask_as_guest
from events.actions.retention import GUESTS_KEPT, erase_answers
from events.models import Answer, Question, Registration
from tests.events.places import (
    NOW,
    applicant,
    assert_counters_are_right,
    counters,
    enrol,
    enrol_now,
    event_from_now,
    open_event,
    person,
    statuses,
)
from tests.factories import CityFactory, RegistrationFactory

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.mark.parametrize(("erase_on", "is_erased"), [(NOW.date(), True), (NOW.date() + DAY, False)])
def test_answers_go_on_their_day_and_the_question_says_so(erase_on, is_erased):
    event = event_from_now()
    question = Question.objects.create(event=event, kind="diet", label={"en": "Food"}, erase_on=erase_on)
    kept = Question.objects.create(event=event, kind="role", label={"en": "Role"}, erase_on=date(2099, 1, 1))
    registration = enrol_now(event, person())
    for asked in (question, kept):
        Answer.objects.create(registration=registration, question=asked, value="Something")
    assert erase_answers(NOW) == (1 if is_erased else 0)
    question.refresh_from_db()
    assert (question.erased_at is not None, Answer.objects.filter(question=question).exists()) == (
        is_erased,
        not is_erased,
    )
    assert (Answer.objects.filter(question=kept).count(), erase_answers(NOW)) == (1, 0)


def test_answers_of_today_are_not_kept_even_if_they_are_sent():
    event = event_from_now()
    question = Question.objects.create(event=event, kind="diet", label={"en": "Food"}, erase_on=timezone.localdate())
    enrol_now(event, person(), answers={question.pk: "Soup"})
    assert Answer.objects.count() == 0


@pytest.mark.parametrize(("later", "is_forgotten"), [(GUESTS_KEPT, False), (GUESTS_KEPT + DAY, True)])
def test_guests_are_forgotten_a_year_after_the_event_and_still_counted(later, is_forgotten):
    city = CityFactory()
    event = open_event()
    guest = RegistrationFactory(event=event, city=city, name="Ada", organisation="Library")
    member = RegistrationFactory(event=event, user=person(), name="Rosa")
    before, secret = counters(event), guest.secret
    erase_answers(event.ends_at + later)
    guest.refresh_from_db()
    member.refresh_from_db()
    assert (guest.name, guest.organisation, guest.secret == secret) == (
        ("", "", False) if is_forgotten else ("Ada", "Library", True)
    )
    assert guest.email.endswith("@erased.invalid") is is_forgotten
    assert (member.name, guest.status, guest.city, counters(event)) == ("Rosa", "enrolled", city, before)
    assert_counters_are_right(event)


def test_forgetting_twice_changes_nothing():
    guest = RegistrationFactory(event=open_event())
    for _time in range(2):
        erase_answers(guest.event.ends_at + GUESTS_KEPT + DAY)
        changed_at = Registration.objects.get(pk=guest.pk).secret
    erase_answers(guest.event.ends_at + GUESTS_KEPT + DAY)
    assert Registration.objects.get(pk=guest.pk).secret == changed_at


def test_what_nobody_confirmed_is_gone_after_two_days():
    event = event_from_now()
    ask_as_guest(event=event, applicant=applicant())
    erase_answers(timezone.now() + timedelta(hours=47))
    assert Registration.objects.count() == 1
    erase_answers(timezone.now() + timedelta(hours=49))
    assert Registration.objects.count() == 0


def test_place_of_a_deleted_account_is_free_and_offered():
    event = event_from_now(capacity=1)
    leaves, waits = enrol_now(event, person(CityFactory())), enrol_now(event, person())
    leaves.user.delete()
    assert_counters_are_right(event)
    assert (counters(event)[0], lapse_offers(), statuses(waits)) == (0, 1, ["offered"])


def test_who_waits_is_still_counted_in_order_when_somebody_before_is_deleted():
    event = open_event(capacity=0)
    first, second = enrol(event), enrol(event)
    first.user.delete()
    assert list(event.registrations.in_queue()) == [second]
