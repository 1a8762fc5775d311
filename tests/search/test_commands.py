import json

import pytest
from django.core.management import CommandError, call_command

from groups.enums import Visibility
from practices.models import PracticeSheet
from search.actions import take_in_pending
from tests.factories import CityFactory, PracticeSheetFactory, translate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("search_folder")]


def run(capsys, *arguments, **options):
    capsys.readouterr()
    call_command(*arguments, **options)
    return capsys.readouterr().out


def test_check_passes_after_a_rebuild(capsys):
    PracticeSheetFactory()
    assert run(capsys, "search_index", "rebuild") == "Rebuilt: 1 documents.\n"
    assert run(capsys, "search_index", "check") == "The index agrees with the database: 1 documents.\n"


def test_check_names_what_differs_until_an_update(capsys):
    sheet = PracticeSheetFactory()
    run(capsys, "search_index", "rebuild")
    PracticeSheet.objects.update(title="Changed in silence")
    with pytest.raises(CommandError, match="The index and the database disagree"):
        call_command("search_index", "check")
    assert capsys.readouterr().out == f"outdated: practices.practicesheet:{sheet.pk}\n"
    assert run(capsys, "search_index", "update") == "Up to date: 1 documents changed, 1 in all.\n"
    run(capsys, "search_index", "check")


@pytest.mark.parametrize("command", [("search_index", "check"), ("search", "lamps")])
def test_missing_index_is_a_message_that_says_what_to_do(command):
    with pytest.raises(CommandError, match=r"Run: manage\.py search_index rebuild"):
        call_command(*command)


def test_search_prints_what_a_visitor_gets(capsys):
    city = CityFactory(names={"nl": "Den Haag", "fr": "La Haye"})
    dutch = PracticeSheetFactory(language="nl", title="Fietsen", slug="fietsen", city=city)
    translate(dutch, "fr", title="Vélos", slug="velos")
    PracticeSheetFactory(language="nl", title="Haagse lampen", slug="lampen", city=city)
    PracticeSheetFactory(language="fr", title="La Haye, en privé", visibility=Visibility.NETWORK, city=city)
    run(capsys, "search_index", "rebuild")
    found = json.loads(run(capsys, "search", "La Haye", language="fr", limit=10, json=True))
    assert set(found) == {"own", "other", "suggestion"}
    assert [(hit["title"], hit["language"], hit["url"]) for hit in found["own"]] == [
        ("Vélos", "fr", "/fr/pratiques/velos/")
    ]
    assert [(hit["title"], hit["language"], hit["url"]) for hit in found["other"]] == [
        ("Haagse lampen", "nl", "/fr/praktijken/lampen/")
    ]
    assert set(found["own"][0]) == {"key", "language", "type", "title", "url", "score", "matched"}
    assert found["own"][0]["key"] == f"practices.practicesheet:{dutch.translation_key}"


def test_search_prints_no_more_than_the_limit(capsys):
    for number in range(3):
        PracticeSheetFactory(title=f"Lamp {number}")
    take_in_pending()
    assert len(json.loads(run(capsys, "search", "lamp", limit=2, json=True))["own"]) == 2


def test_search_for_people_says_when_there_is_nothing(capsys):
    take_in_pending()
    run(capsys, "search_index", "rebuild")
    assert run(capsys, "search", "lamp") == "Nothing found.\n"
