"""The list of a sheet's fields agrees with the model."""

import pytest
from django.utils import translation

from practices.models import Objective, PracticeSheet, SheetRow
from practices.schema import FIELDS, PRIVATE, QUICK_FIELDS, ROW_LABELS, Level, Tab, fields_of, missing, open_fields
from tests.factories import ConceptFactory, PracticeSheetFactory

NOT_WRITTEN = {
    "practice", "visibility", "group", "original_language", "page_ptr", "tagged_items", "themes", "target_groups",
    "action_types", "technologies", "tags",
}  # fmt: skip


def test_list_holds_every_field_of_the_model_once():
    names = [field.name for field in FIELDS]
    own = {field.name for field in PracticeSheet._meta.local_fields} - NOT_WRITTEN
    rows = {
        relation.get_accessor_name()
        for relation in PracticeSheet._meta.related_objects
        if issubclass(relation.related_model, SheetRow)
    }
    assert len(names) == len(set(names))
    assert set(names) - {"title", "summary"} == own - {"summary"} | rows | {
        "themes", "target_groups", "action_types", "technologies", "tags",
    }  # fmt: skip
    assert set(ROW_LABELS) == rows


def test_every_field_has_a_label_and_help_and_those_that_are_needed_say_what_is_missed():
    for field in FIELDS:
        assert str(field.label)
        assert str(field.help)
        assert bool(field.missed) is (field.level < Level.FULL), field.name


def test_quick_sheet_asks_for_fifteen_things():
    assert [field.name for field in QUICK_FIELDS] == [
        "title", "summary", "city", "organisation", "themes", "problem", "objectives", "target_groups", "solution",
        "stage", "started", "impact", "lessons", "contacts", "licence",
    ]  # fmt: skip


def test_every_tab_has_fields_and_none_is_left_over():
    assert sum(len(fields_of(tab)) for tab in Tab) == len(FIELDS)


def test_private_fields_do_not_leave_the_portal():
    assert {field.name for field in FIELDS} - {field.name for field in open_fields()} == set(PRIVATE)


@pytest.mark.django_db
def test_what_is_missing_is_what_is_empty():
    sheet = PracticeSheetFactory(summary="Short.", problem="Dark.", themes=[ConceptFactory()])
    Objective.objects.create(sheet=sheet, text="Light")
    assert [field.name for field in missing(sheet, Level.QUICK)] == [
        "organisation", "target_groups", "solution", "stage", "started", "impact", "lessons", "contacts",
    ]  # fmt: skip


@pytest.mark.django_db
def test_values_are_shown_in_words_of_the_language():
    sheet = PracticeSheetFactory(stage="pilot", goals=[16, 11], staff=None, place="Port")
    by_name = {field.name: field for field in FIELDS}
    with translation.override("en"):
        shown = {name: by_name[name].shown_values(sheet) for name in ("stage", "goals", "staff", "place", "themes")}
    assert shown == {
        "stage": ["pilot"],
        "goals": ["11 – Sustainable cities and communities", "16 – Peace, justice and strong institutions"],
        "staff": [],
        "place": ["Port"],
        "themes": [],
    }
