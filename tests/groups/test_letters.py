"""What letters about groups say, in every language, whatever people call themselves and write."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core import mail
from django.utils import timezone

from groups.actions.invitations import invite
from groups.actions.memberships import change_role, hand_over, remove_member
from groups.actions.requests import (
    Asker,
    accept_request,
    ask_as_stranger,
    confirm_request,
    decline_request,
    remind_of_requests,
)
from groups.enums import Role
from groups.models import JoinRequest, Membership
from members.models import User
from notifications.actions import deliver_mail
from tests.factories import CityFactory, JoinRequestFactory, MembershipFactory, WorkingGroupFactory
from tests.groups.letters import letters

pytestmark = pytest.mark.django_db

NASTY = "*Ada* <script>alert(1)</script> [x](https://evil.example/)\r\nBcc: b@example.org"
KINDS = {
    "group-admitted",
    "group-confirm-address",
    "group-handed-over",
    "group-invitation",
    "group-membership-ended",
    "group-request-declined",
    "group-request-due",
    "group-request-late",
    "group-request-waits",
    "group-role",
}


def write_all(language):
    """One letter of each kind, to people who read ``language``, by people with nasty names."""
    group = WorkingGroupFactory(title=NASTY.replace("\r\n", " ")[:120])
    by, member, other = (
        MembershipFactory(
            group=group, role=role, user__first_name=NASTY[:60], user__last_name="", user__languages=[language]
        ).user
        for role in (Role.COORDINATOR, Role.MEMBER, Role.MEMBER)
    )
    User.objects.create_superuser("admin@example.org", languages=[language], first_name="Root")
    asker = Asker(NASTY[:60], "x", "grace@example.org", CityFactory(), NASTY, language)
    ask_as_stranger(group=group, asker=asker, message=NASTY)
    request = JoinRequest.objects.get()
    confirm_request(request=request)
    remind_of_requests(timezone.now() + timedelta(days=6))
    remind_of_requests(timezone.now() + timedelta(days=8))
    accept_request(request=request, by=by)
    decline_request(request=JoinRequestFactory(group=group, language=language), by=by, reason=NASTY)
    invite(group=group, by=by, email="alan@example.org", language=language, role=Role.COORDINATOR, message=NASTY)
    change_role(membership=Membership.objects.get(user=member), role=Role.COORDINATOR, by=by)
    remove_member(membership=Membership.objects.get(user=member), by=by, reason=NASTY)
    hand_over(group=group, by=by, to=Membership.objects.get(user=other))


@pytest.mark.parametrize("language", [code for code, _name in settings.LANGUAGES])
def test_every_letter_can_be_sent_in_every_language_and_shows_what_people_wrote_as_text(language):
    write_all(language)
    written = letters()
    assert {letter.kind for letter in written} == KINDS
    assert {letter.language for letter in written} == {language}
    deliver_mail.func()
    assert len(mail.outbox) == len(written)
    for message in mail.outbox:
        (html, _type) = message.alternatives[0]
        assert "<script>" not in html
        assert 'href="https://evil.example/' not in html
        assert message.recipients() == message.to
        assert "\n" not in message.subject


def test_letters_that_ask_something_cannot_be_stopped():
    write_all("en")
    assert [letter.headers for letter in letters() if letter.headers] == []
