"""What a sheet may not say is refused by the form, at the field, and by the database."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Field
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from common.constraints import Rule
from practices.models import (
    Attachment,
    Deliverable,
    EvidenceClaim,
    Indicator,
    Milestone,
    Partner,
    PracticeSheet,
    Project,
    ProjectPartner,
    TechnologyUse,
)
from tests.factories import OrganisationFactory, PracticeSheetFactory, ProjectFactory

pytestmark = pytest.mark.django_db

# The rule, what breaks it, and what keeps it.
SHEETS = {
    "sheet_ends_after_its_start": ({"started": 2014, "ended": 2013, "stage": "ended"}, {"started": 2014, "ended": 2014, "stage": "ended"}),
    "sheet_has_an_end_only_when_over": ({"ended": 2014, "stage": "running"}, {"ended": 2014, "stage": "stopped"}),
    "sheet_cost_has_a_currency": ({"setup_cost": 5, "price_year": 2020}, {"setup_cost": 5, "currency": "EUR", "price_year": 2020}),
    "sheet_cost_has_a_year": ({"yearly_cost": 5, "currency": "EUR"}, {"yearly_cost": 5, "currency": "EUR", "price_year": 2020}),
    "sheet_without_ai_says_nothing_of_it": ({"ai_use": "none", "ai_role": "decides"}, {"ai_use": "rules", "ai_role": "decides"}),
    "sheet_published_dpia_has_an_address": ({"dpia": "published"}, {"dpia": "published", "dpia_address": "https://example.org"}),
    "sheet_dpia_address_is_of_a_published_one": ({"dpia": "done", "dpia_address": "https://example.org"}, {"dpia": "done"}),
    "sheet_without_personal_data_keeps_none": ({"personal_data": "no", "retention_months": 6}, {"personal_data": "yes", "retention_months": 6}),
    "sheet_evaluation_has_an_evaluator": ({"evaluation_design": "after"}, {"evaluation_design": "after", "evaluated_by": "self"}),
    "sheet_evaluation_ends_after_its_start": (
        {"evaluated_by": "self", "evaluation_from": 2020, "evaluation_to": 2019},
        {"evaluated_by": "self", "evaluation_from": 2020, "evaluation_to": 2020},
    ),
    "sheet_sensitive_is_not_public": ({"sensitivity": "amber"}, {"sensitivity": "amber", "visibility": "network"}),
}  # fmt: skip
ROWS = {
    "milestone_month_of_the_year": (Milestone, {"year": 2014, "month": 13, "text": "x"}, {"year": 2014, "month": 12, "text": "x"}),
    "technology_readiness_from_1_to_9": (TechnologyUse, {"description": "x", "readiness": 10}, {"description": "x", "readiness": 9}),
    "partner_has_a_name": (Partner, {"sector": "police"}, {"sector": "police", "name": "x"}),
    "partner_has_a_sector": (Partner, {"name": "x"}, {"name": "x", "sector": "police"}),
    "indicator_value_has_a_unit": (Indicator, {"name": "x", "value": 1, "source": "x"}, {"name": "x", "value": 1, "source": "x", "unit": "%"}),
    "indicator_value_has_a_source": (Indicator, {"name": "x", "value": 1, "unit": "%"}, {"name": "x"}),
    "indicator_measured_in_order": (
        Indicator,
        {"name": "x", "baseline_on": date(2020, 1, 2), "value_on": date(2020, 1, 1)},
        {"name": "x", "baseline_on": date(2020, 1, 1), "value_on": date(2020, 1, 1)},
    ),
    "evidence_direction_of_effects_only": (
        EvidenceClaim,
        {"dimension": "economics", "statement": "x", "level": 1, "direction": "better"},
        {"dimension": "effect", "statement": "x", "level": 1, "direction": "better"},
    ),
    "attachment_file_or_address": (Attachment, {"title": "x"}, {"title": "x", "address": "https://example.org"}),
}  # fmt: skip


def refused_at(instance, rule):
    """The fields at which the model's own validation refuses ``instance`` because of ``rule``."""
    with pytest.raises(ValidationError) as refusal:
        rule.validate(type(instance), instance)
    return set(refusal.value.message_dict)


def rule_of(model, name):
    return next(constraint for constraint in model._meta.constraints if constraint.name == name)


def test_every_rule_has_its_case():
    models = [PracticeSheet, *{model for model, _wrong, _right in ROWS.values()}]
    rules = {rule.name for model in models for rule in model._meta.constraints if isinstance(rule, Rule)}
    assert rules == {*SHEETS, *ROWS, "sheet_picture_is_described"}


@pytest.mark.parametrize("name", SHEETS)
def test_sheet_that_breaks_a_rule_is_refused_by_form_and_database(name):
    wrong, right = SHEETS[name]
    sheet, rule = PracticeSheetFactory(), rule_of(PracticeSheet, name)
    table = PracticeSheet.objects.filter(pk=sheet.pk)
    table.update(**right)
    with pytest.raises(IntegrityError), transaction.atomic():
        table.update(**{**dict.fromkeys(right, ""), **neutral(right), **wrong})
    for field, value in {**neutral(right), **wrong}.items():
        setattr(sheet, field, value)
    assert refused_at(sheet, rule) == {rule.field}


def neutral(values):
    """The same fields as a new sheet has them."""
    return {name: PracticeSheet._meta.get_field(name).get_default() for name in values}


@pytest.mark.parametrize("name", ROWS)
def test_row_that_breaks_a_rule_is_refused_by_form_and_database(name):
    model, wrong, right = ROWS[name]
    sheet = PracticeSheetFactory()
    model.objects.create(sheet=sheet, **right)
    row = model(sheet=sheet, **wrong)
    rule = rule_of(model, name)
    assert refused_at(row, rule) == {rule.field}
    model.objects.all().delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_picture_without_a_description_is_refused_by_form_and_database():
    sheet, rule = PracticeSheetFactory(), rule_of(PracticeSheet, "sheet_picture_is_described")
    picture = Image.objects.create(title="Lamps", file=get_test_image_file())
    table = PracticeSheet.objects.filter(pk=sheet.pk)
    table.update(image=picture, image_alt="Two lamps")
    with pytest.raises(IntegrityError), transaction.atomic():
        table.update(image_alt="")
    sheet.image, sheet.image_alt = picture, ""
    assert refused_at(sheet, rule) == {"image_alt"}


def test_rules_of_projects():
    project = ProjectFactory(starts_on=date(2018, 1, 1), ends_on=date(2018, 1, 1))
    table = Project.objects.filter(pk=project.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        table.update(ends_on=date(2017, 1, 1))
    with pytest.raises(IntegrityError), transaction.atomic():
        ProjectPartner.objects.create(project=project)
    ProjectPartner.objects.create(project=project, organisation=OrganisationFactory())
    with pytest.raises(ValidationError) as refusal:
        Deliverable(project=project, title="x", address="https://example.org", document_id=1).validate_constraints()
    assert set(refusal.value.message_dict) == {"address"}


def test_message_of_a_rule_is_no_business_of_migrations():
    rule = rule_of(PracticeSheet, "sheet_cost_has_a_year")
    path, _args, options = rule.deconstruct()
    assert (path, set(options)) == ("django.db.models.CheckConstraint", {"condition", "name"})


def test_every_field_of_a_rule_is_a_field():
    for model in (PracticeSheet, Milestone, Partner, Indicator, Attachment, Project):
        for rule in model._meta.constraints:
            if isinstance(rule, Rule):
                assert isinstance(model._meta.get_field(rule.field), Field)
