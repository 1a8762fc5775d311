"""Letters that come back: counted by address, and when the portal stops writing to one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.bounces import (
    HARD_AT_MOST,
    REMEMBERED,
    SOFT_AT_MOST,
    AddressStopped,
    bounce_address,
    letter_returned_to,
    take_bounce,
)
from notifications.messages import Message
from notifications.models import MailTrouble, OutgoingMail
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


class Optional(Message):
    template = "emails/notifications/address_stopped.txt"
    is_optional = True
    key = "1"

    def __init__(self, person):
        self.person, self.kind, self.trouble = person, "test-letter", MailTrouble(email="x@example.org")
        self.list_address = "/"

    def recipients(self):
        return [self.person]


class Needed(Optional):
    is_optional = False


@pytest.fixture
def mail(settings):
    settings.BOUNCE_ADDRESS = "bounces@example.org"
    return OutgoingMail.objects.create(
        key="1", kind="x", recipient="a@example.org", language="en", subject="S", text="T"
    )


def trouble(email="ada@example.org"):
    return MailTrouble.objects.get(email=email)


def test_letter_is_known_by_the_address_to_which_it_comes_back(mail):
    assert letter_returned_to(bounce_address(mail)) == mail
    assert letter_returned_to(bounce_address(mail).upper()) == mail
    assert len(bounce_address(mail).rpartition("@")[0]) <= 64


@pytest.mark.parametrize(
    "forge",
    [
        lambda address: address.replace("+m", "+m1"),
        lambda address: address.replace("@example.org", "@example.com"),
        lambda address: address.replace("bounces+", "others+"),
        lambda address: "bounces@example.org",
        lambda address: "",
        lambda address: address[:-14] + ("1" if address[-14] == "0" else "0") + address[-13:],
    ],
)
def test_forged_address_is_no_letters(mail, forge):
    address = forge(bounce_address(mail))
    assert address != bounce_address(mail)
    assert letter_returned_to(address) is None


def test_without_an_address_for_them_letters_come_back_to_the_sender(mail, settings):
    address = bounce_address(mail)
    settings.BOUNCE_ADDRESS = ""
    assert (bounce_address(mail), letter_returned_to(address)) == ("", None)


@pytest.mark.parametrize(("is_hard", "times"), [(True, HARD_AT_MOST), (False, SOFT_AT_MOST)])
def test_address_is_stopped_after_so_many_letters_and_administrators_are_told_once(people, is_hard, times):
    for _time in range(times - 1):
        take_bounce("Ada@Example.org", is_hard=is_hard, reason="550 unknown\n user")
    assert (trouble().stopped_at, trouble().last_reason) == (None, "550 unknown user")
    for _time in range(2):
        take_bounce("ada@example.org ", is_hard=is_hard)
    assert trouble().stopped_at is not None
    (letter,) = OutgoingMail.objects.all()
    assert (letter.kind, letter.recipient) == (AddressStopped.kind, "administrator@example.com")
    assert letter.subject == "Letters come back: ada@example.org"
    assert "/en/mail/addresses/" in letter.text


def test_old_trouble_is_forgotten_when_there_is_new():
    for _time in range(HARD_AT_MOST - 1):
        take_bounce("ada@example.org", is_hard=True)
    MailTrouble.objects.update(last_at=timezone.now() - REMEMBERED - timedelta(days=1))
    take_bounce("ada@example.org", is_hard=True)
    assert (trouble().hard_bounces, trouble().stopped_at) == (1, None)


@pytest.mark.parametrize(("letter", "is_written"), [(Optional, False), (Needed, True)])
def test_stopped_address_gets_only_what_nobody_can_do_without(letter, is_written):
    person = UserFactory(email="Ada@example.org")
    letter(person).send()
    assert OutgoingMail.objects.count() == 1
    OutgoingMail.objects.all().delete()
    MailTrouble.objects.create(email="ada@example.org", last_at=timezone.now(), stopped_at=timezone.now())
    letter(person).send()
    assert OutgoingMail.objects.exists() is is_written


def test_person_learns_of_it_and_says_that_the_address_works_again(client_as, people):
    MailTrouble.objects.create(
        email=people["member"].email, last_at=timezone.now(), stopped_at=timezone.now(), last_reason="550 <unknown>"
    )
    client = client_as("member")
    for address in ("/en/mail/", "/en/profile/", "/en/mail/inbox/"):
        page = client.get(address).content.decode()
        assert ("came back" in page, "550 &lt;unknown&gt;" in page) == (True, True), address
    assert "came back" not in client_as("coordinator").get("/en/mail/").content.decode()
    response = client.post("/en/mail/works-again/")
    assert response["Location"] == "/en/mail/"
    assert MailTrouble.objects.count() == 0


@pytest.mark.parametrize("who", ["visitor", "member", "coordinator"])
def test_only_administrators_see_and_lift_the_trouble_of_others(client_as, who):
    MailTrouble.objects.create(email="ada@example.org", last_at=timezone.now(), stopped_at=timezone.now())
    client = client_as(who)
    expected = 302 if who == "visitor" else 404
    assert client.get("/en/mail/addresses/").status_code == expected
    assert client.post("/en/mail/works-again/", {"email": "ada@example.org"}).status_code == expected
    assert MailTrouble.objects.count() == 1


def test_administrators_see_whose_addresses_they_are_and_lift_them(client_as):
    UserFactory(email="Ada@example.org", first_name="Ada", last_name="Reader")
    MailTrouble.objects.create(email="ada@example.org", last_at=timezone.now(), stopped_at=timezone.now())
    client = client_as("administrator")
    assert "Ada Reader" in client.get("/en/mail/addresses/").content.decode()
    response = client.post("/en/mail/works-again/", {"email": "ada@example.org"})
    assert response["Location"] == "/en/mail/addresses/"
    assert "No letter has come back." in client.get("/en/mail/addresses/").content.decode()
