"""From a change in the database to what is found."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from wagtail.models import Page

from discussions.actions.posting import add_post
from discussions.models import Thread
from groups.enums import Visibility
from members.models import CityName
from practices.models import PracticeIndexPage, PracticeSheet
from search.actions import compare_index, rebuild_index, repair_index, take_in_pending
from search.engines import get_engine
from search.models import PendingUpdate
from search.queries import search_as
from tests.factories import (
    CityFactory,
    ConceptFactory,
    OrganisationFactory,
    PracticeSheetFactory,
    ThreadFactory,
    translate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_folder")]


def found(text, language="en", user=None):
    _request, ranking = search_as(user or AnonymousUser(), text, language=language)
    return [hit.title for hit in (*ranking.own, *ranking.other)]


@pytest.fixture
def lamps(search_folder):
    rebuild_index()
    sheet = PracticeSheetFactory(title="Street lamps", slug="lamps")
    take_in_pending()
    return sheet


@pytest.mark.usefixtures("lamps")
def test_published_page_is_found():
    assert found("lamp") == ["Street lamps"]


def test_draft_is_not_found():
    rebuild_index()
    PracticeSheetFactory(title="Street lamps", live=False)
    take_in_pending()
    assert found("lamp") == []


def test_unpublished_page_is_not_found_any_more(lamps):
    lamps.unpublish()
    take_in_pending()
    assert found("lamp") == []


def test_changed_page_is_found_by_its_new_words_only(lamps):
    lamps.title = "Park benches"
    lamps.save_revision().publish()
    take_in_pending()
    assert (found("lamp"), found("benches")) == ([], ["Park benches"])


def test_draft_of_a_published_page_changes_nothing_yet(lamps):
    lamps.title = "Park benches"
    lamps.save_revision()
    take_in_pending()
    assert (found("lamp"), found("benches")) == (["Street lamps"], [])


def test_deleted_page_is_not_found_any_more(lamps):
    Page.objects.get(pk=lamps.pk).delete()
    take_in_pending()
    assert found("lamp") == []


def test_page_deleted_with_its_section_is_not_found_any_more(lamps):
    lamps.get_parent().delete()
    take_in_pending()
    assert found("lamp") == []


def test_moved_page_is_read_again(lamps):
    PendingUpdate.objects.all().delete()
    section = lamps.get_parent()
    other = section.add_sibling(instance=PracticeIndexPage(title="Archive", slug="archive", locale=section.locale))
    lamps.move(other, pos="last-child")
    assert f"practices.practicesheet:{lamps.pk}" in PendingUpdate.objects.values_list("document_id", flat=True)
    take_in_pending()
    assert found("lamp") == ["Street lamps"]


def test_page_withdrawn_from_the_public_is_not_found_by_visitors(lamps, people):
    lamps.visibility = Visibility.NETWORK
    lamps.save()
    take_in_pending()
    assert (found("lamp"), found("lamp", user=people["stranger"])) == ([], ["Street lamps"])


def test_new_translation_is_known_to_the_other_versions(lamps):
    translate(lamps, "fr", title="Lampadaires", slug="lampadaires")
    take_in_pending()
    _request, ranking = search_as(AnonymousUser(), "lamp", language="en")
    assert [(count.value, count.count) for count in ranking.facets["language"]] == [("en", 1), ("fr", 1)]


def test_version_that_the_reader_may_not_see_is_not_counted_among_the_languages(lamps, people):
    translate(lamps, "fr", title="Lampadaires", slug="lampadaires", visibility=Visibility.NETWORK)
    take_in_pending()
    for user, languages in ((AnonymousUser(), ["en"]), (people["stranger"], ["en", "fr"])):
        _request, ranking = search_as(user, "lamp", language="en")
        assert [count.value for count in ranking.facets["language"]] == languages
    _request, hidden = search_as(AnonymousUser(), "lamp", language="en", filters={"language": ["fr"]})
    assert hidden.own == []


def test_page_unpublished_as_bulk_actions_and_the_schedule_do_is_not_found_any_more(lamps):
    Page.objects.get(pk=lamps.pk).unpublish()
    take_in_pending()
    assert found("lamp") == []


def test_deleted_concept_is_not_found_any_more():
    theme = ConceptFactory(names={"en": "lighting"})
    PracticeSheetFactory(title="Sheet", themes=[theme])
    rebuild_index()
    theme.delete()
    take_in_pending()
    assert found("lighting") == []
    assert not compare_index()


def test_page_whose_group_is_deleted_is_found_by_nobody_any_more(group, people):
    PracticeSheetFactory(title="Street lamps", visibility=Visibility.GROUP, group=group)
    rebuild_index()
    Page.objects.get(pk=group.pk).delete()
    take_in_pending()
    assert found("lamp", user=people["member"]) == []
    assert not compare_index()


def test_renamed_and_deleted_tags_are_taken_in():
    sheet = PracticeSheetFactory(title="Sheet")
    sheet.tags.add("candles")
    sheet.save()
    rebuild_index()
    tag = sheet.tags.get()
    tag.name = "lanterns"
    tag.save()
    take_in_pending()
    assert (found("candles"), found("lanterns")) == ([], ["Sheet"])
    tag.delete()
    take_in_pending()
    assert found("lanterns") == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_city_is_found_by_a_name_given_later(language):
    city = CityFactory(names={"en": "The Hague"})
    PracticeSheetFactory(title="Street lamps", city=city)
    rebuild_index()
    CityName.objects.create(city=city, language="fr", text="La Haye")
    take_in_pending()
    assert found("La Haye", language) == ["Street lamps"]


def test_theme_and_organisation_are_found_by_their_new_names():
    theme, organisation = ConceptFactory(names={"en": "lighting"}), OrganisationFactory(name="Lamp Office")
    PracticeSheetFactory(title="Sheet", themes=[theme], organisation=organisation)
    rebuild_index()
    theme.labels.update(text="illumination")
    theme.save()
    organisation.name = "Lantern Bureau"
    organisation.save()
    take_in_pending()
    assert [found(word) for word in ("lighting", "illumination", "office", "lantern")] == [[], ["Sheet"], [], ["Sheet"]]


def test_thread_is_found_by_members_only_and_with_each_new_post(group, people):
    rebuild_index()
    thread = ThreadFactory(group=group, author=people["member"], title="Lamps at night")
    add_post(thread=thread, author=people["member"], text="What about moonlight?", language="en")
    take_in_pending()
    assert found("moonlight", user=people["coordinator"]) == ["Lamps at night"]
    for outsider in (None, people["stranger"], people["administrator"]):
        assert found("moonlight", user=outsider) == []
    Thread.objects.filter(pk=thread.pk).first().delete()
    take_in_pending()
    assert found("moonlight", user=people["coordinator"]) == []


def test_change_that_is_rolled_back_is_not_pending(lamps):
    PendingUpdate.objects.all().delete()
    with transaction.atomic():
        lamps.title = "Park benches"
        lamps.save()
        transaction.set_rollback(True)
    assert PendingUpdate.objects.count() == 0


def test_many_changes_of_one_page_are_taken_in_once(lamps):
    for number in range(5):
        lamps.title = f"Lamps {number}"
        lamps.save()
    assert take_in_pending() == 1
    assert found("lamps") == ["Lamps 4"]
    assert PendingUpdate.objects.count() == 0


def test_change_made_while_the_index_is_written_is_taken_in_after_it(lamps, monkeypatch):
    engine, written = get_engine(), []
    write = engine.write
    benches = PracticeSheetFactory(title="Park benches", live=False)
    PendingUpdate.objects.all().delete()

    def write_while_somebody_publishes(documents, removed):
        written.append([document.title for document in documents])
        if len(written) == 1:
            benches.save_revision().publish()
        write(documents, removed)

    monkeypatch.setattr(get_engine(), "write", write_while_somebody_publishes)
    lamps.save()
    take_in_pending()
    assert written == [["Street lamps"], ["Park benches"]]


def test_writer_that_dies_before_its_commit_loses_nothing(lamps, monkeypatch):
    lamps.title = "Park benches"
    lamps.save()

    def die(documents, removed):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(get_engine(), "write", die)
        with pytest.raises(KeyboardInterrupt):
            take_in_pending()
    assert found("benches") == []
    take_in_pending()
    assert found("benches") == ["Park benches"]


def test_missing_index_is_built_by_the_first_update(lamps, search_folder):
    (search_folder / "current").unlink()
    lamps.save()
    take_in_pending()
    assert found("lamp") == ["Street lamps"]
    assert PendingUpdate.objects.count() == 0


def test_index_that_agrees_has_no_differences(lamps):
    assert not compare_index()


def test_differences_are_named_and_repaired(lamps):
    missing = PracticeSheetFactory(title="Missing")
    left_over = PracticeSheetFactory(title="Left over")
    PendingUpdate.objects.exclude(document_id__endswith=f":{left_over.pk}").delete()
    take_in_pending()
    # Behind the back of all signals.
    PracticeSheet.objects.filter(pk=left_over.pk).update(live=False)
    PracticeSheet.objects.filter(pk=lamps.pk).update(title="Park benches")
    differences = compare_index()
    assert differences.missing == (f"practices.practicesheet:{missing.pk}",)
    assert differences.outdated == (f"practices.practicesheet:{lamps.pk}",)
    assert differences.left_over == (f"practices.practicesheet:{left_over.pk}",)
    assert repair_index() == 3
    assert not compare_index()
    assert repair_index() == 0
