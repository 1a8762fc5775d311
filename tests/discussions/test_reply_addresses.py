"""Signed addresses at which a post is answered by one person."""

import pytest
from django.test import override_settings

from discussions.models import ThreadGuest
from discussions.reply_addresses import (
    ReplyTo,
    hide_tokens,
    is_reply_address,
    read_reply_address,
    reply_address,
)
from members.models import User
from tests.factories import ThreadFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _address(settings):
    settings.REPLY_ADDRESS = "answers-to-portal1@portal.example.org"


@pytest.fixture
def post():
    return ThreadFactory().posts.get()


@pytest.fixture
def guest(post):
    return ThreadGuest.objects.create(thread=post.thread, email="contact@example.org", name="A contact")


def test_address_names_the_post_and_the_person_whatever_its_case(post, guest):
    for person in (UserFactory(), guest):
        assert read_reply_address(reply_address(post, person).upper()) == ReplyTo(post, person)


def test_guest_and_member_of_the_same_number_have_addresses_of_their_own(post, guest):
    guest.pk = UserFactory(email=guest.email).pk
    guest.thread = ThreadFactory()
    guest.save(force_insert=True)
    member = User.objects.get(pk=guest.pk)
    addresses = {reply_address(post, member), reply_address(post, guest)}
    assert {read_reply_address(address).person for address in addresses} == {member, guest}


def test_local_part_has_at_most_64_characters_of_letters_digits_and_hyphens(post):
    post.pk = 2**63 - 1
    local, _at, _domain = reply_address(post, UserFactory.build(pk=2**63 - 1)).partition("@")
    assert len(local) <= 64
    assert local.replace("-", "").replace("+", "").isalnum()


def test_damaged_address_names_nobody(post):
    address = reply_address(post, UserFactory())
    token = address.partition("+")[2].partition("@")[0]
    for place, character in enumerate(token):
        other = "a" if character != "a" else "b"
        assert read_reply_address(address.replace(token, f"{token[:place]}{other}{token[place + 1 :]}")) is None


@pytest.mark.parametrize(
    "token", ["", "x", "1-u1-", "zzzzzzzzzzzzz-uzzzzzzzzzzzzz-aaaaaaaaaaaaaaaa", "é-u1-aaaaaaaaaaaaaaaa"]
)
def test_made_up_address_names_nobody(token):
    assert read_reply_address(f"answers-to-portal1+{token}@portal.example.org") is None


def test_address_of_another_post_or_person_is_not_signed_by_this_one(post):
    person, other = UserFactory(), UserFactory()
    signature = reply_address(post, person).partition("@")[0].rpartition("-")[2]
    forged = reply_address(post, other).partition("@")[0].rpartition("-")[0]
    assert read_reply_address(f"{forged}-{signature}@portal.example.org") is None


def test_address_ends_when_the_person_moves_to_another_mailbox(post):
    person = UserFactory()
    address = reply_address(post, person)
    person.email = "elsewhere@example.org"
    person.save()
    assert read_reply_address(address) is None


def test_address_ends_with_its_post_and_its_person(post, guest):
    address = reply_address(post, guest)
    guest.delete()
    assert read_reply_address(address) is None
    address = reply_address(post, UserFactory())
    post.delete()
    assert read_reply_address(address) is None


def test_address_outlives_a_key_that_is_kept_as_fallback(post, settings):
    address = reply_address(post, UserFactory())
    old = settings.SECRET_KEY
    with override_settings(SECRET_KEY="another-key-of-32-characters-or-more", SECRET_KEY_FALLBACKS=[old]):
        assert read_reply_address(address)
    with override_settings(SECRET_KEY="another-key-of-32-characters-or-more"):
        assert read_reply_address(address) is None


def test_portal_that_takes_no_mail_in_has_no_addresses(post, settings):
    settings.REPLY_ADDRESS = ""
    assert reply_address(post, UserFactory()) == ""
    assert not is_reply_address("portal@example.org")


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("answers-to-portal1@portal.example.org", True),
        ("Answers-To-Portal1+x@Portal.Example.org", True),
        ("answers-to-portal1x@portal.example.org", False),
        ("answers-to-portal1@example.org", False),
        ("", False),
    ],
)
def test_address_of_the_portal_is_told_from_others(address, expected):
    assert is_reply_address(address) is expected


def test_signed_part_of_a_quoted_address_is_hidden(post):
    address = reply_address(post, UserFactory())
    assert hide_tokens(f"Von: Portal <{address}>") == "Von: Portal <answers-to-portal1@portal.example.org>"
