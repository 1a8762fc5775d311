import pytest

from groups.actions import COORDINATORS, set_membership
from groups.enums import Role
from groups.queries import is_coordinator, is_member
from tests.factories import UserFactory, translate

pytestmark = pytest.mark.django_db


def test_membership_is_set_once_and_the_last_role_holds(group):
    user = UserFactory()
    set_membership(group=group, user=user, role=Role.MEMBER)
    set_membership(group=group, user=user, role=Role.COORDINATOR)
    assert [membership.role for membership in user.memberships.all()] == [Role.COORDINATOR]


def test_membership_set_in_another_language_is_the_same(group):
    user = UserFactory()
    set_membership(group=group, user=user, role=Role.MEMBER)
    set_membership(group=translate(group, "fr"), user=user, role=Role.MEMBER)
    assert user.memberships.count() == 1


def test_member_of_the_group_is_one_of_its_translation(group, people):
    french = translate(group, "fr")
    assert is_member(people["member"], french)
    assert not is_member(people["stranger"], french)
    assert is_coordinator(people["coordinator"], french)
    assert not is_coordinator(people["member"], french)


def test_coordinators_may_edit_as_long_as_they_coordinate(group):
    user = UserFactory()
    set_membership(group=group, user=user, role=Role.COORDINATOR)
    assert user.groups.filter(name=COORDINATORS).exists()
    set_membership(group=group, user=user, role=Role.MEMBER)
    assert not user.groups.filter(name=COORDINATORS).exists()
