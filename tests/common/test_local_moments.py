"""Days and times typed into a form, in the zone that the form names."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms

from common.local_moments import LocalMomentField, clean_local_moment, show_local_moment
from common.time_zones import zone_named


class MeetingForm(forms.Form):
    time_zone = forms.CharField(required=False)
    starts_at = LocalMomentField(label="Start")
    note = forms.CharField(required=False)

    def __init__(self, *args, shown=None, **kwargs):
        super().__init__(*args, **kwargs)
        if shown:
            show_local_moment(self, "starts_at", *shown)

    def clean(self):
        clean_local_moment(self, "starts_at", zone_named(self.cleaned_data["time_zone"]))
        return self.cleaned_data


def filled(starts_at, time_zone="Europe/Berlin", fold=None, prefix=None, **options):
    answers = {"starts_at": starts_at, "time_zone": time_zone} | ({"starts_at_fold": fold} if fold is not None else {})
    data = {f"{prefix}-{name}" if prefix else name: value for name, value in answers.items()}
    return MeetingForm(data, prefix=prefix, **options)


@pytest.mark.parametrize(
    ("typed", "zone", "moment"),
    [
        ("2027-05-03T14:00", "Europe/Berlin", datetime(2027, 5, 3, 12, 0, tzinfo=UTC)),
        ("2027-05-03 14:00", "Europe/Berlin", datetime(2027, 5, 3, 12, 0, tzinfo=UTC)),
        ("2027-05-03T14:00:59", "Asia/Kathmandu", datetime(2027, 5, 3, 8, 15, tzinfo=UTC)),
        ("2027-12-03T14:00", "Europe/Berlin", datetime(2027, 12, 3, 13, 0, tzinfo=UTC)),
    ],
)
def test_time_is_taken_as_clocks_in_the_forms_zone_show_it(typed, zone, moment):
    form = filled(typed, zone)
    assert form.is_valid()
    assert form.cleaned_data["starts_at"].isoformat() == moment.isoformat()
    assert list(form.fields) == ["time_zone", "starts_at", "note"]


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("", "This field is required."),
        ("soon", "Give the day and the time."),
        ("2027-05-03T25:00", "Give the day and the time."),
        ("2027-02-30T14:00", "Give the day and the time."),
        ("2027-05-03T14:00Z", "Give the day and the time."),
        ("0001-01-01T00:10", "This is not a date of our times."),
        (
            "2026-03-29T02:30",
            (
                "Clocks in the time zone of Berlin are put forward and jump over this time: it does not exist. "
                "The nearest ones that do are 29 March 2026, 01:59 and 29 March 2026, 03:00."
            ),
        ),
    ],
)
def test_wrong_time_is_refused_at_the_field_which_keeps_what_was_typed(typed, message):
    form = filled(typed, fold="1")
    assert form.errors == {"starts_at": [message]}
    assert form["starts_at"].value() == typed
    assert f'value="{typed}"' in str(form["starts_at"]) or not typed


def test_missing_or_wrong_zone_adds_no_error_of_its_own():
    form = filled("2026-03-29T02:30", "Europe/Atlantis")
    assert (form.is_valid(), form.cleaned_data["starts_at"]) == (True, None)


def test_time_that_clocks_show_twice_is_asked_back_right_after_the_field():
    form = filled("2026-10-25T02:30")
    assert form.errors == {
        "starts_at_fold": [
            (
                "Clocks in the time zone of Berlin are put back, so that there are two times 25 October 2026, 02:30. "
                "Say which of them you mean."
            )
        ]
    }
    assert [field.name for field in form] == ["time_zone", "starts_at", "starts_at_fold", "note"]
    choice = form["starts_at_fold"]
    assert choice.label == "Start: which of the two times"
    assert choice.field.choices == [
        ("", "–"),
        ("0", "the first: summer time, UTC+2"),
        ("1", "the second: winter time, UTC+1"),
    ]
    assert form["starts_at"].value() == "2026-10-25T02:30"
    # Whoever types another time instead may leave it empty.
    assert "required" not in choice.as_widget()


@pytest.mark.parametrize("prefix", [None, "session"])
@pytest.mark.parametrize(("fold", "hour"), [("0", 0), ("1", 1)])
def test_answer_decides_which_of_the_two_is_meant(fold, hour, prefix):
    form = filled("2026-10-25T02:30", fold=fold, prefix=prefix)
    assert form.is_valid()
    assert form.cleaned_data["starts_at"].isoformat() == datetime(2026, 10, 25, hour, 30, tzinfo=UTC).isoformat()
    assert form["starts_at_fold"].value() == fold


@pytest.mark.parametrize("fold", ["", "2", "first"])
def test_answer_that_is_none_is_asked_again(fold):
    form = filled("2026-10-25T02:30", fold=fold)
    assert list(form.errors) == ["starts_at_fold"]


def test_answer_is_forgotten_with_the_time_that_it_was_about():
    form = filled("2026-10-25T04:30", fold="1")
    assert form.is_valid()
    assert list(form.fields) == ["time_zone", "starts_at", "note"]


def test_change_of_clocks_without_summer_time_is_not_called_so():
    form = filled("2014-10-26T01:30", "Europe/Moscow")
    assert not form.is_valid()
    assert [words for _value, words in form.fields["starts_at_fold"].choices] == [
        "–",
        "the first: UTC+4",
        "the second: UTC+3",
    ]


BERLIN = ZoneInfo("Europe/Berlin")


def test_moment_is_shown_as_the_places_clock_shows_it():
    form = MeetingForm(shown=(datetime(2027, 5, 3, 12, 0, tzinfo=UTC), BERLIN))
    html = str(form["starts_at"])
    assert ('type="datetime-local"' in html, 'value="2027-05-03T14:00"' in html) == (True, True)
    assert "starts_at_fold" not in form.fields


@pytest.mark.parametrize(("hour", "fold"), [(0, "0"), (1, "1")])
def test_moment_that_clocks_show_twice_is_shown_with_its_answer(hour, fold):
    shown = (datetime(2026, 10, 25, hour, 30, tzinfo=UTC), BERLIN)
    form = MeetingForm(shown=shown)
    assert [form["starts_at"].value().isoformat(), form["starts_at_fold"].value()] == ["2026-10-25T02:30:00", fold]
    # Sent back as it was, nothing has moved.
    again = filled("2026-10-25T02:30", fold=fold, shown=shown)
    assert again.is_valid()
    assert again.cleaned_data["starts_at"] == shown[0]


def test_choice_follows_the_time_that_is_typed():
    shown = (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), BERLIN)
    moved = filled("2026-10-26T02:30", fold="0", shown=shown)
    assert moved.is_valid()
    assert "starts_at_fold" not in moved.fields
    elsewhere = filled("2026-11-01T01:30", "America/New_York", fold="", shown=shown)
    assert list(elsewhere.errors) == ["starts_at_fold"]
    assert "the first: summer time, UTC−4" in str(elsewhere["starts_at_fold"])


@pytest.mark.parametrize(("typed", "changed"), [("2027-05-03T14:00", False), ("2027-05-03T14:01", True), ("x", True)])
def test_form_knows_whether_the_time_was_changed(typed, changed):
    form = filled(typed, shown=(datetime(2027, 5, 3, 12, 0, tzinfo=UTC), BERLIN))
    assert ("starts_at" in form.changed_data) is changed
