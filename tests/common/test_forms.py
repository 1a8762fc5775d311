"""What an action refuses stands in its form, where the person looks."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from common.forms import NameField, RefusableForm


class Lamp(RefusableForm):
    shown_at = {"height": "size"}

    colour = forms.CharField()
    size = forms.IntegerField()


@pytest.fixture
def form():
    return Lamp({"colour": "red", "size": "3"})


def refuse(problem):
    def act(_told):
        raise ValidationError(problem)

    return act


@pytest.mark.parametrize(
    ("problem", "errors"),
    [
        ("Not today.", {"__all__": ["Not today."]}),
        (["Not today.", "Nor tomorrow."], {"__all__": ["Not today.", "Nor tomorrow."]}),
        ({"colour": "No red."}, {"colour": ["No red."]}),
        ({"height": "Too high."}, {"size": ["Too high."]}),
        ({"weight": "Too heavy."}, {"__all__": ["Too heavy."]}),
        ({"__all__": "Not both."}, {"__all__": ["Not both."]}),
        ({"height": "Too much.", "size": "Too much."}, {"size": ["Too much."]}),
    ],
)
def test_what_is_refused_stands_once_at_its_field_or_at_the_top(form, problem, errors):
    assert not form.carry_out(refuse(problem))
    assert form.errors == errors


def test_what_was_done_is_the_outcome(form):
    assert form.carry_out(lambda told: f"{told['colour']} {told['size']}")
    assert (form.outcome, form.errors) == ("red 3", {})


@pytest.mark.parametrize("data", [None, {"colour": "red"}])
def test_nothing_is_done_with_a_form_that_was_not_sent_or_is_wrong(data):
    assert not Lamp(data).carry_out(lambda told: pytest.fail(f"done: {told}"))


def test_act_cannot_change_what_the_form_says(form):
    form.carry_out(lambda told: told.clear())
    assert form.cleaned_data == {"colour": "red", "size": 3}


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (" Ada ", "Ada"),
        ("Ада", "Ада"),
        ("A\u200dda", "A\u200dda"),
        ("", ""),
        ("\u200b", ""),
        ("\u00a0\u2060 \u00ad\ufeff", ""),
    ],
)
def test_name_of_which_nothing_can_be_seen_is_none(value, name):
    assert NameField(required=False).clean(value) == name
    if not name:
        with pytest.raises(ValidationError):
            NameField().clean(value)
