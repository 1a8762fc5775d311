from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from common.dates import day_in_words, days_in_words, months_in_words, period_in_words, weekday_and_day_in_words


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "7 December 2018"), ("fr", "7 décembre 2018"), ("de", "7. Dezember 2018"), ("pt", "7 de dezembro de 2018")],
)
def test_day_in_words_is_in_the_readers_language(language, words):
    with translation.override(language):
        assert day_in_words(date(2018, 12, 7)) == words


def test_day_in_words_of_a_time_is_the_day_here():
    with translation.override("en"):
        assert day_in_words(datetime(2018, 12, 6, 23, 30, tzinfo=UTC)) == "7 December 2018"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2018, 12, 7), date(2018, 12, 7), "7 December 2018"),
        (date(2018, 12, 7), date(2018, 12, 9), "7–9 Dec 2018"),
    ],
)
def test_days_in_words_names_a_span_once(first, last, words):
    with translation.override("en"):
        assert days_in_words(first, last) == words


def test_first_day_of_a_month_is_an_ordinal_in_french():
    days = [
        (date(2026, 12, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2026, 12, 3)),
        (date(2026, 11, 21), date(2026, 12, 1)),
        (date(2026, 11, 11), date(2026, 11, 11)),
    ]
    with translation.override("fr"):
        words = [days_in_words(*span).replace("\N{THIN SPACE}", " ") for span in days]
        assert words == ["1er décembre 2026", "1er–3 déc. 2026", "21 nov. – 1er déc. 2026", "11 novembre 2026"]
        assert weekday_and_day_in_words(date(2026, 12, 1)) == "mardi 1er décembre 2026"
    with translation.override("en"):
        assert day_in_words(date(2026, 12, 1)) == "1 December 2026"


def test_months_in_words():
    with translation.override("fr"):
        assert months_in_words(date(2019, 4, 1), date(2019, 4, 30)) == "avril 2019"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2016, 7, 1), date(2018, 12, 31), "1 Jul 2016 – 31 Dec 2018"),
        (date(2016, 7, 1), None, "from 1 July 2016"),
        (None, date(2018, 12, 31), "until 31 December 2018"),
        (None, None, ""),
    ],
)
def test_period_in_words_says_what_is_known(first, last, words):
    with translation.override("en"):
        # The CLDR separates with thin spaces; which ones is not ours to say.
        assert " ".join(period_in_words(first, last).split()) == words
