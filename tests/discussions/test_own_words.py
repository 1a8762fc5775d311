"""What people wrote in letters as the common mail programs send them, in seven languages.

``mails`` holds letters, and beside each what its sender wrote, as Markdown.
"""

import re
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.markdown import render_markdown
from discussions.incoming.files import files_of
from discussions.incoming.letters import read_letter
from discussions.incoming.own_words import own_words
from notifications.reply_line import reply_line

MAILS = Path(__file__).with_name("mails")
LETTERS = sorted(path.stem for path in MAILS.glob("*.eml"))


def seen(markdown):
    """What readers see of it: where a line of the source ends does not matter."""
    return re.sub(r"\s+", " ", render_markdown(markdown))


def test_there_are_letters_of_each_program_in_each_language():
    programs = {
        "outlook-desktop",
        "outlook-web",
        "outlook-phone",
        "gmail",
        "gmail-phone",
        "thunderbird",
        "apple-mail",
        "iphone",
        "samsung",
    }
    languages = {"en", "de", "fr", "it", "nl", "es", "pt"}
    assert {f"{program}-{language}" for program in programs for language in languages} <= set(LETTERS)


@pytest.mark.parametrize("name", LETTERS)
def test_own_words_of_a_letter_are_what_its_sender_wrote(name):
    letter = read_letter((MAILS / f"{name}.eml").read_bytes())
    assert seen(own_words(letter.body())) == seen((MAILS / f"{name}.txt").read_text())


WORDS = st.text(alphabet="abc XY.,!?äé0123", min_size=1, max_size=60).filter(lambda text: any(map(str.isalpha, text)))


@given(st.lists(WORDS, min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_what_stands_above_the_line_of_our_letters_stays_whole(lines):
    above = "\n\n".join(" ".join(line.split()) for line in lines)
    text = f"{above}\n\n{reply_line()}\n\nWhat our letter said.\n"
    assert own_words(text) == own_words(above) != ""


@given(st.text(alphabet=st.sampled_from("> \n-_*:@<>09aOn wrote:schrieb|\\\t"), max_size=400))
@settings(max_examples=150, deadline=None)
def test_own_words_of_anything_are_part_of_it(text):
    words = re.findall(r"[a-zA-Z]+", own_words(text))
    assert set(words) <= set(re.findall(r"[a-zA-Z]+", text))


@pytest.mark.parametrize(
    "text",
    [
        "On " * 60_000,
        "On 1 a@b\n" * 20_000,
        "From: " * 40_000,
        "From: a\nSent: b\n" * 20_000,
        "> " * 100_000,
        "> a\nb\n" * 30_000,
        "Thanks " * 40_000,
        "Mit lieben " * 30_000,
        "_" * 200_000,
        "[image: " * 40_000,
        "\n" * 200_000,
        "<" * 200_000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_text_is_read_in_no_time(text):
    start = time.process_time()
    own_words(text)
    assert time.process_time() - start < 2


@pytest.mark.parametrize(
    "html",
    [
        "<div><blockquote>" * 3_000 + "Hello" + "</blockquote></div>" * 3_000,
        "<b>" * 100_000 + "Hello",
        "Hello" + "<" * 200_000,
        "Hello <![if <![CDATA[ <!DOCTYPE [<",
        "Hello" + "<p>&nbsp;</p>" * 20_000,
    ],
    ids=lambda html: html[:16],
)
def test_hostile_html_is_read_as_what_it_says(html):
    start = time.process_time()
    body = read_letter(b"Content-Type: text/html\r\n\r\n" + html.encode()).body()
    assert body.strip().startswith("Hello")
    assert time.process_time() - start < 15


def test_parts_nested_without_end_are_left_alone():
    raw = b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    for _level in range(200):
        raw += b"--a\r\nContent-Type: multipart/mixed; boundary=a\r\n\r\n"
    assert read_letter(raw).body() == ""


@given(st.sampled_from(LETTERS), st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6)), min_size=1, max_size=8))
@settings(max_examples=60, deadline=None)
def test_letter_that_was_damaged_on_the_way_is_read_without_error(name, damages):
    raw = (MAILS / f"{name}.eml").read_bytes()
    for place, instead in damages:
        start = int(place * len(raw))
        raw = raw[:start] + instead + raw[start + len(instead) + 1 :]
    letter = read_letter(raw)
    assert isinstance(own_words(letter.body()), str)
    assert isinstance(files_of(letter.message), list)
    assert "\x00" not in letter.message_id + letter.sender + letter.subject
