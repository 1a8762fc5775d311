"""The log of what was decided, of a group and of what belongs to none."""

import pytest

from groups.actions.memberships import change_role, remove_member
from groups.audit import record
from groups.enums import Role
from groups.models import Membership
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def membership_of(user, group):
    return Membership.objects.get(user=user, group=group)


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
@pytest.mark.parametrize("name", ["audit/", "audit.csv"])
def test_log_is_for_those_who_look_after_the_group(client_as, group, who, status, name):
    assert client_as(who).get(f"/en/working-groups/{group.pk}/{name}").status_code == status


def test_log_says_in_the_readers_language_what_was_done(client_as, group, people):
    change_role(membership=membership_of(people["member"], group), role=Role.COORDINATOR, by=people["coordinator"])
    remove_member(membership=membership_of(people["member"], group), by=people["coordinator"], reason='=HYPERLINK("x")')
    other = MembershipFactory(role=Role.COORDINATOR)
    change_role(membership=MembershipFactory(group=other.group), role=Role.COORDINATOR, by=other.user)
    page = client_as("coordinator").get(f"/en/working-groups/{group.pk}/audit/")
    name = people["member"].get_full_name()
    assert [words for _entry, words in page.context["entries"]] == [
        f"removed {name} from the group",
        f"made {name} coordinator",
    ]
    table = client_as("coordinator").get(f"/en/working-groups/{group.pk}/audit.csv").content.decode("utf-8-sig")
    assert len(table.splitlines()) == 3
    assert "\"'=HYPERLINK(" in table


@pytest.mark.parametrize("rows", [1, 3])
def test_log_query_count_is_constant(client_as, group, people, rows, django_assert_num_queries):
    for _row in range(rows):
        change_role(membership=MembershipFactory(group=group), role=Role.COORDINATOR, by=people["coordinator"])
    client = client_as("coordinator")
    client.get(f"/en/working-groups/{group.pk}/audit/")
    with django_assert_num_queries(16):
        response = client.get(f"/en/working-groups/{group.pk}/audit/")
    assert len(response.context["entries"]) == rows


@pytest.mark.parametrize(
    ("who", "status"),
    [("coordinator", 200), ("administrator", 200), ("member", 403), ("stranger", 403), ("visitor", 302)],
)
@pytest.mark.parametrize("name", ["audit/", "audit.csv"])
def test_log_of_the_network_is_for_coordinators_of_any_group(client_as, who, status, name):
    assert client_as(who).get(f"/en/working-groups/{name}").status_code == status


def test_log_of_the_network_has_what_belongs_to_no_group_the_latest_first(client_as, group, people):
    for name in ("first", "second"):
        record("answer-removed", group=None, actor=people["coordinator"], name=name, reason="Not true.")
    record("answer-removed", group=group, actor=people["coordinator"], name="of the group")
    page = client_as("administrator").get("/en/working-groups/audit/")
    assert [words for _entry, words in page.context["entries"]] == [
        "took the answer to “second” off a practice sheet",
        "took the answer to “first” off a practice sheet",
    ]
    table = client_as("administrator").get("/en/working-groups/audit.csv").content.decode("utf-8-sig")
    assert [row.split(",")[3] for row in table.splitlines()] == ["Reason", "Not true.", "Not true."]
    own = client_as("coordinator").get(f"/en/working-groups/{group.pk}/audit/")
    assert [words for _entry, words in own.context["entries"]] == [
        "took the answer to “of the group” off a practice sheet"
    ]


def test_what_was_done_in_a_group_that_is_gone_is_in_no_log_of_the_network(client_as, group, people):
    entry = record("answer-removed", group=group, actor=people["coordinator"], name="of the group")
    group.delete()
    entry.refresh_from_db()
    assert entry.group is None
    assert client_as("administrator").get("/en/working-groups/audit/").context["entries"] == []
