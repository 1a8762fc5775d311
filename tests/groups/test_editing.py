"""Administrators make people members of groups in the editor."""

import pytest
from wagtail.models import Page

from groups.actions import COORDINATORS
from groups.models import Membership
from tests.factories import UserFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db

ADD = "/cms/snippets/groups/membership/add/"


def memberships(user):
    return [(membership.group_id, membership.role) for membership in user.memberships.all()]


@pytest.mark.parametrize(
    ("who", "added"), [("administrator", True), ("coordinator", False), ("member", False), ("visitor", False)]
)
def test_memberships_are_for_administrators(client_as, group, who, added):
    user = UserFactory()
    client_as(who).post(ADD, {"user": user.pk, "group": group.pk, "role": "member"})
    assert memberships(user) == ([(group.pk, "member")] if added else [])


def test_membership_made_in_the_editor_belongs_to_the_group_in_every_language(client_as, group):
    user, french = UserFactory(), translate(group, "fr")
    client_as("administrator").post(ADD, {"user": user.pk, "group": french.pk, "role": "coordinator"})
    assert memberships(user) == [(group.pk, "coordinator")]
    assert user.groups.filter(name=COORDINATORS).exists()


def test_membership_moved_to_another_group_leaves_the_former_one(client_as, group, people):
    other = WorkingGroupFactory()
    membership = Membership.objects.get(user=people["member"])
    form = {"user": people["member"].pk, "group": other.pk, "role": "member"}
    response = client_as("administrator").post(f"/cms/snippets/groups/membership/edit/{membership.pk}/", form)
    assert response.status_code == 302
    assert memberships(people["member"]) == [(other.pk, "member")]


@pytest.mark.parametrize("how", ["bulk", "with the group"])
def test_coordinator_whose_membership_ends_in_another_way_may_not_edit_any_more(people, group, how):
    if how == "bulk":
        Membership.objects.filter(user=people["coordinator"]).delete()
    else:
        Page.objects.get(pk=group.pk).delete()
    assert not people["coordinator"].groups.filter(name=COORDINATORS).exists()


def test_coordinator_whose_membership_is_deleted_may_not_edit_any_more(client_as, people):
    coordinator = people["coordinator"]
    membership = Membership.objects.get(user=coordinator)
    response = client_as("administrator").post(f"/cms/snippets/groups/membership/delete/{membership.pk}/")
    assert response.status_code == 302
    assert memberships(coordinator) == []
    assert not coordinator.groups.filter(name=COORDINATORS).exists()
