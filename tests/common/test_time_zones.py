import zoneinfo
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from common import time_zones


def every_choice(first=()):
    return [choice for _label, choices in time_zones.zone_choices(first) for choice in choices]


def test_zones_of_all_countries_can_be_chosen_once_each_and_stored():
    names = [name for name, _words in every_choice({"NL", "IT"})]
    assert len(names) == len(set(names)) == len(every_choice())
    assert set(names) <= zoneinfo.available_timezones()
    assert {"Europe/Amsterdam", "Europe/Kyiv", "Asia/Kolkata", "America/Argentina/Buenos_Aires"} <= set(names)
    assert max(map(len, zoneinfo.available_timezones())) <= time_zones.LONGEST_NAME


@pytest.mark.parametrize("language", ["fr", "en", "de", "it", "nl", "es", "pt"])
def test_no_two_zones_have_the_same_words(language):
    with translation.override(language):
        words = [words.rpartition(" (")[0] for _name, words in every_choice()]
    assert sorted(words) == sorted(set(words))


def test_zones_of_the_countries_named_come_first_in_alphabetical_order():
    near, others = (choices for _label, choices in time_zones.zone_choices({"NL", "DE", "LU"}))
    assert [name for name, _words in near] == [
        "Europe/Berlin",
        "Europe/Busingen",
        "Europe/Luxembourg",
        "Europe/Amsterdam",
    ]
    with translation.override("fr"):
        first_letters = [words[0] for _name, words in every_choice()]
    assert first_letters.index("É") < first_letters.index("F")
    assert len(near) + len(others) == len(every_choice())


@pytest.mark.parametrize(
    ("name", "month", "language", "words"),
    [
        ("Europe/Lisbon", 1, "en", "Portugal – Lisbon (UTC+0)"),
        ("Europe/Lisbon", 7, "de", "Portugal – Lissabon (UTC+1)"),
        ("Europe/Luxembourg", 1, "en", "Luxembourg (UTC+1)"),
        ("Asia/Kathmandu", 1, "en", "Nepal – Kathmandu (UTC+5:45)"),
        ("America/St_Johns", 1, "en", "Canada – St John’s (UTC−3:30)"),
        ("America/Argentina/Buenos_Aires", 1, "en", "Argentina – Buenos Aires (UTC−3)"),
        ("Europe/Kiev", 1, "en", "Kyiv (UTC+2)"),
        ("UTC", 1, "en", "UTC (UTC+0)"),
    ],
)
def test_zone_is_named_by_its_place_with_the_clock_of_the_day(name, month, language, words):
    with translation.override(language):
        assert time_zones.zone_in_words(name, datetime(2026, month, 15, tzinfo=UTC)) == words


@pytest.mark.parametrize(
    "name", ["", "Europe/Atlantis", "localtime", "Factory", "../../etc/passwd", "europe/berlin", "\0"]
)
def test_what_is_no_time_zone_is_refused(name):
    with pytest.raises(ValidationError, match="There is no such time zone"):
        time_zones.validate_time_zone(name)
    assert time_zones.zone_named(name) is None


@pytest.mark.parametrize("name", ["Europe/Berlin", "Europe/Kiev", "UTC"])
def test_every_name_of_the_database_can_be_stored(name):
    time_zones.validate_time_zone(name)
    assert time_zones.zone_named(name) == ZoneInfo(name)


@pytest.mark.parametrize(
    ("country", "zone"),
    [
        ("NL", "Europe/Amsterdam"),
        ("IT", "Europe/Rome"),
        ("DE", "Europe/Berlin"),
        ("PT", None),
        ("ES", None),
        ("XX", None),
    ],
)
def test_zone_of_a_country_is_certain_where_all_its_clocks_agree(country, zone):
    assert time_zones.only_zone_of(country) == zone


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0, "UTC+0"), (120, "UTC+2"), (345, "UTC+5:45"), (-180, "UTC−3"), (-210, "UTC−3:30"), (-30, "UTC−0:30")],
)
def test_offset_in_words(minutes, words):
    from datetime import timezone

    at = datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=minutes)))
    assert time_zones.offset_in_words(at) == words
