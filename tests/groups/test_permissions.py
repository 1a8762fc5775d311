"""Who may see a page: the condition for the database and the audiences for the index say the same."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ValidationError

from groups.enums import Role, Visibility
from groups.permissions import audiences_of
from practices.models import PracticeSheet
from tests.factories import PracticeSheetFactory, UserFactory, WorkingGroupFactory, translate

pytestmark = pytest.mark.django_db

MAY_SEE = [
    ("visitor", {"public"}),
    ("stranger", {"public", "network"}),
    ("administrator", {"public", "network"}),
    ("member", {"public", "network", "group"}),
    ("coordinator", {"public", "network", "group"}),
]


@pytest.fixture
def sheets(group):
    for visibility in Visibility.values:
        PracticeSheetFactory(title=visibility, visibility=visibility, group=group)
    other_group = WorkingGroupFactory()
    PracticeSheetFactory(title="another group's", visibility=Visibility.GROUP, group=other_group)
    orphan = PracticeSheetFactory(title="no group's", visibility=Visibility.GROUP, group=other_group)
    # As it is left when its group is deleted.
    PracticeSheet.objects.filter(pk=orphan.pk).update(group=None)
    PracticeSheetFactory(title="draft", live=False)


@pytest.mark.parametrize(("who", "titles"), MAY_SEE)
@pytest.mark.usefixtures("sheets")
def test_visible_to_shows_each_reader_exactly_theirs(people, who, titles):
    visible = PracticeSheet.objects.visible_to(people[who] or AnonymousUser())
    assert set(visible.values_list("title", flat=True)) == titles


@pytest.mark.parametrize(("who", "titles"), MAY_SEE)
@pytest.mark.usefixtures("sheets")
def test_audiences_say_the_same_as_visible_to(people, who, titles):
    audiences = audiences_of(people[who] or AnonymousUser())
    live = PracticeSheet.objects.live()
    assert {sheet.title for sheet in live if sheet.audience in audiences} == titles


@pytest.mark.parametrize(("who", "titles"), MAY_SEE)
@pytest.mark.usefixtures("sheets")
def test_address_answers_each_reader_like_visible_to(client_as, who, titles):
    client = client_as(who)
    found = {sheet.title for sheet in PracticeSheet.objects.all() if client.get(sheet.url).status_code == 200}
    assert found == titles


def test_membership_holds_in_every_language_of_the_group(group, people):
    french_group = translate(group, "fr")
    sheet = PracticeSheetFactory(visibility=Visibility.GROUP, group=french_group)
    assert list(PracticeSheet.objects.visible_to(people["member"])) == [sheet]


def test_disabled_account_sees_what_a_visitor_sees(group):
    user = UserFactory(is_active=False)
    user.memberships.create(group=group, role=Role.MEMBER)
    assert audiences_of(user) == {"public"}


def test_page_for_a_group_must_name_it():
    with pytest.raises(ValidationError) as refused:
        PracticeSheetFactory(visibility=Visibility.GROUP, group=None)
    assert list(refused.value.message_dict) == ["group"]
