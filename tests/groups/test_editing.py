"""Administrators make people members of groups in the editor."""

import html

import pytest
from django.test import RequestFactory
from wagtail import hooks
from wagtail.models import Page, PageLogEntry
from wagtail.search import index

from groups.actions import COORDINATORS, set_membership
from groups.models import Membership, WorkingGroup, WorkingGroupIndexPage
from groups.queries import is_coordinator
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


# ---------------------------------------------------------------- pages of groups


def test_last_coordinator_stays_one_in_the_editor_too(client_as, group, people):
    membership = Membership.objects.get(user=people["coordinator"])
    form = {"user": people["coordinator"].pk, "group": group.pk, "role": "member"}
    address = f"/cms/snippets/groups/membership/edit/{membership.pk}/"
    response = client_as("administrator").post(address, form, headers={"accept": "application/json"})
    assert response.status_code == 400
    assert memberships(people["coordinator"]) == [(group.pk, "coordinator")]
    Membership.objects.filter(user=people["member"]).update(role="coordinator")
    client_as("administrator").post(address, form)
    assert memberships(people["coordinator"]) == [(group.pk, "member")]


@pytest.fixture
def coordinator_elsewhere(people):
    return set_membership(group=WorkingGroupFactory(), user=people["stranger"], role="coordinator").user


@pytest.mark.parametrize(("who", "status"), [("coordinator", 200), ("administrator", 200), ("stranger", 302)])
@pytest.mark.parametrize("name", ["edit", "delete", "unpublish", "copy", "move"])
@pytest.mark.usefixtures("coordinator_elsewhere")
def test_page_of_a_group_is_changed_by_those_who_look_after_it(client_as, group, who, status, name):
    address = f"/cms/pages/{group.pk}/{name}/"
    response = client_as(who).get(address)
    if who == "coordinator" and name in ("delete", "move"):
        # Coordinators delete and move no pages at all.
        status = response.status_code
    assert response.status_code == status
    if who == "stranger":
        assert group.title not in response.content.decode()


@pytest.mark.parametrize(
    ("openness", "who", "is_listed"),
    [
        ("hidden", "stranger", False),
        ("hidden", "coordinator", True),
        ("hidden", "administrator", True),
        ("listed", "stranger", True),
    ],
)
@pytest.mark.usefixtures("coordinator_elsewhere")
def test_editor_names_hidden_groups_to_their_members_alone(client_as, people, group, openness, who, is_listed):
    type(group).objects.filter(pk=group.pk).update(openness=openness)
    group.save_revision(user=people["administrator"], log_action=True)
    index.insert_or_update_object(group)
    request = RequestFactory().get("/cms/")
    request.user = people[who]
    (offered,) = [hook(Page.objects.all(), request) for hook in hooks.get_hooks("construct_page_chooser_queryset")]
    assert offered.filter(pk=group.pk).exists() is is_listed
    for address in (
        f"/cms/pages/{group.get_parent().pk}/results/",
        "/cms/pages/search/results/?q=Innovation",
        f"/cms/api/main/pages/?child_of={group.get_parent().pk}",
    ):
        names = group.title in html.unescape(client_as(who).get(address).content.decode())
        assert (address, names) == (address, is_listed)
    # What the report on everything that was done is made of.
    logged = PageLogEntry.objects.viewable_by_user(people[who]).filter(page=group.pk)
    assert logged.exists() is is_listed


def test_whoever_makes_a_group_in_the_editor_coordinates_it(client_as, coordinator_elsewhere):
    index = WorkingGroupIndexPage.objects.get(locale__language_code="en")
    form = {
        "title": "New group",
        "slug": "new-group",
        "summary": "",
        "contact": "",
        "openness": "listed",
        "answer_within_days": "7",
        "body-count": "0",
        "action-publish": "1",
    }
    response = client_as("stranger").post(f"/cms/pages/add/groups/workinggroup/{index.pk}/", form)
    assert response.status_code == 302
    group = WorkingGroup.objects.get(slug="new-group")
    assert is_coordinator(coordinator_elsewhere, group)
