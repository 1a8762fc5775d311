"""What is asked of the engine on behalf of a person."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction

from groups.enums import Visibility
from groups.models import Membership
from practices.models import PracticeSheet
from search.actions import rebuild_index, take_in_pending
from search.engine import SearchRequest
from search.models import PendingUpdate
from search.queries import request_for, search_as, withheld_from
from tests.factories import CityFactory, EventPageFactory, PracticeSheetFactory, ThreadFactory

pytestmark = pytest.mark.django_db


def id_of(thing):
    return f"{thing._meta.label_lower}:{thing.pk}"


def found(text, user=None):
    _request, ranking = search_as(user or AnonymousUser(), text, language="en")
    return [hit.title for hit in (*ranking.own, *ranking.other)]


def test_request_says_who_asks_for_what_in_which_languages(people, group):
    EventPageFactory(live=False)
    hidden = PendingUpdate.objects.values_list("document_id", flat=True)
    request = request_for(
        people["member"],
        "  bike\x00 theft ",
        language="nl",
        reading_order=["nl", "de"],
        filters={"country": ["NL", "BE"], "theme": [], "colour": ["blue"]},
        sort="newest",
        mode="lexical",
    )
    assert request == SearchRequest(
        text="bike theft",
        language="nl",
        reading_order=("nl", "de"),
        audiences=frozenset({"public", "network", f"group:{group.translation_key}"}),
        withheld=frozenset(hidden) - {id_of(group)},
        filters={"country": frozenset({"NL", "BE"})},
        sort="newest",
        mode="lexical",
    )


def test_nothing_is_withheld_by_one_query_when_nothing_is_pending(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert withheld_from(AnonymousUser()) == frozenset()


@pytest.mark.parametrize("things", [1, 3])
def test_pending_things_of_one_kind_take_one_query_more(things, django_assert_num_queries):
    for _thing in range(things):
        PracticeSheetFactory(live=False)
    PendingUpdate.objects.exclude(document_id__startswith="practices.practicesheet").delete()
    with django_assert_num_queries(2):
        assert len(withheld_from(AnonymousUser())) == things


def test_thousands_of_pending_things_are_looked_up_in_few_queries(django_assert_num_queries):
    ids = [f"practices.practicesheet:{number}" for number in range(10_000_000, 10_005_000)]
    PendingUpdate.objects.bulk_create(PendingUpdate(document_id=document_id) for document_id in ids)
    with django_assert_num_queries(6):
        assert withheld_from(AnonymousUser()) == frozenset(ids)


def test_pending_things_that_no_source_knows_are_withheld():
    PendingUpdate.objects.bulk_create([PendingUpdate(document_id="gone.model:1"), PendingUpdate(document_id="x")])
    assert withheld_from(AnonymousUser()) == {"gone.model:1", "x"}


@pytest.mark.parametrize(
    ("visibility", "kept_from"),
    [
        ("public", set()),
        ("network", {"visitor"}),
        ("group", {"visitor", "stranger", "administrator"}),
    ],
)
def test_what_is_pending_is_withheld_from_those_who_may_not_see_it(people, group, visibility, kept_from):
    sheet = PracticeSheetFactory(visibility=visibility, group=group)
    withheld = {who for who, user in people.items() if id_of(sheet) in withheld_from(user or AnonymousUser())}
    assert withheld == kept_from


def hide_by_visibility(sheet):
    sheet.visibility = Visibility.NETWORK
    sheet.save()


def unpublish(sheet):
    sheet.unpublish()


def delete(sheet):
    sheet.delete()


def unpublish_with_all_below(sheet):
    sheet.get_parent().specific.unpublish(set_expired=False)
    for page in sheet.get_parent().get_children().live():
        page.unpublish()


def delete_with_its_section(sheet):
    sheet.get_parent().delete()


@pytest.mark.parametrize(
    "hide", [hide_by_visibility, unpublish, delete, unpublish_with_all_below, delete_with_its_section]
)
def test_what_is_hidden_is_gone_at_once_without_a_worker(search_folder, hide):
    # Honoured by the engine, as the ranking leaves out what is withheld.
    sheet = PracticeSheetFactory(title="Street lamps")
    PracticeSheetFactory(title="Other lamps")
    rebuild_index()
    assert set(found("lamps")) == {"Street lamps", "Other lamps"}
    hide(sheet)
    assert "Street lamps" not in found("lamps")
    take_in_pending()
    assert "Street lamps" not in found("lamps")


def test_thread_of_a_deleted_group_is_gone_at_once(search_folder, people, group):
    ThreadFactory(group=group, author=people["member"], title="Lamps at night")
    PracticeSheetFactory(title="Lamps of the group", visibility="group", group=group)
    rebuild_index()
    assert set(found("lamps", people["coordinator"])) == {"Lamps at night", "Lamps of the group"}
    group.delete()
    assert found("lamps", people["coordinator"]) == []


def test_member_who_leaves_or_is_suspended_finds_nothing_of_the_group_any_more(search_folder, people, group):
    PracticeSheetFactory(title="Lamps of the group", visibility="group", group=group)
    rebuild_index()
    member = people["member"]
    assert found("lamps", member) == ["Lamps of the group"]
    member.is_active = False
    assert found("lamps", member) == []
    member.is_active = True
    Membership.objects.filter(user=member).delete()
    assert found("lamps", member) == []


def test_change_that_is_rolled_back_withholds_nothing(search_folder):
    sheet = PracticeSheetFactory(title="Street lamps")
    rebuild_index()
    with transaction.atomic():
        sheet.unpublish()
        transaction.set_rollback(True)
    assert (withheld_from(AnonymousUser()), found("lamps")) == (frozenset(), ["Street lamps"])


def test_page_shown_to_more_people_is_not_withheld_from_them(search_folder, people):
    sheet = PracticeSheetFactory(title="Street lamps", visibility="network")
    rebuild_index()
    PracticeSheet.objects.get(pk=sheet.pk).save()
    assert found("lamps", people["stranger"]) == ["Street lamps"]
    assert withheld_from(AnonymousUser()) == {id_of(sheet)}


def test_rename_of_a_city_withholds_none_of_its_sheets(search_folder):
    city = CityFactory()
    PracticeSheetFactory(title="Street lamps", city=city)
    rebuild_index()
    city.save()
    assert PendingUpdate.objects.exists()
    assert (withheld_from(AnonymousUser()), found("lamps")) == (frozenset(), ["Street lamps"])
