import re

import pytest

from search.passages import Match, beginning, best_passage


def matches_of(text, *terms):
    return [Match(found.start(), found.end(), term) for term in terms for found in re.finditer(term, text)]


def test_a_short_text_is_shown_whole():
    text = "A bicycle was stolen."

    assert best_passage(text, matches_of(text, "bicycle")) == "A <mark>bicycle</mark> was stolen."


def test_the_passage_with_most_different_words_is_chosen():
    text = "bike bike bike bike. " + "Filler words here. " * 30 + "The bike theft ended. " + "More filler words. " * 30

    passage = best_passage(text, matches_of(text, "bike", "theft"), length=60)

    assert passage == "…The <mark>bike</mark> <mark>theft</mark> ended. More filler words. More filler words.…"


def test_near_the_end_the_passage_ends_with_the_text():
    text = "First words. " * 20 + "A theft."

    assert (
        best_passage(text, matches_of(text, "theft"), length=40) == "…First words. First words. A <mark>theft</mark>."
    )


def test_without_a_sentence_near_the_passage_begins_at_a_word():
    text = "word " * 100 + "target " + "word " * 100

    passage = best_passage(text, matches_of(text, "target"), length=40)

    assert passage == "…word word word <mark>target</mark> word word word…"


def test_everything_is_escaped():
    text = '<b>bold</b> & "quoted" <script>'

    assert best_passage(text, matches_of(text, "<b>")) == (
        "<mark>&lt;b&gt;</mark>bold&lt;/b&gt; &amp; &quot;quoted&quot; &lt;script&gt;"
    )
    assert beginning(text) == "&lt;b&gt;bold&lt;/b&gt; &amp; &quot;quoted&quot; &lt;script&gt;"


def test_overlapping_matches_are_marked_once():
    text = "Medi@4sec"

    assert best_passage(text, [Match(0, 4, "medi"), Match(0, 9, "medi4sec"), Match(5, 9, "4sec")]) == (
        "<mark>Medi</mark>@<mark>4sec</mark>"
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("one two three", "one two…"),
        ("onetwothree", "onetwoth…"),
        ("one  two", "one two"),
        ("one two ", "one two"),
    ],
)
def test_the_beginning_ends_at_a_word(text, expected):
    assert beginning(text, length=8) == expected


def test_no_match_shows_the_beginning():
    assert best_passage("one two three", [], length=8) == "one two…"
