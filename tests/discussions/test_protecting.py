"""Whatever a machine does to a text, addresses, names and code come back, each once, and nothing that was not there."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.markdown import render_markdown
from discussions.translation import TranslationFailed
from discussions.translation.protecting import MOST_PIECES, translate_html

MENTION = '<a class="mention" href="/people/12/" rel="nofollow">@Anna Rossi</a>'
HTML = (
    f"<p>Ask {MENTION} about <code>x &lt; 1</code>, or "
    '<a href="https://example.org/?a=1&amp;b=2">the <em>manual</em></a>.</p>\n'
    '<pre><code>leave &amp; me\n</code></pre>\n<ol start="3">\n<li>one</li>\n</ol>\n'
    '<p><a href="https://example.org/plan">https://example.org/plan</a></p>'
)


def shout(text):
    """Translates like a machine that keeps what it should: words become capitals, tags and entities stay."""
    return re.sub(r"(<[^>]*>|&\w+;)|([^<&]+)", lambda match: match[1] or match[2].upper(), text)


def attributes_in(html):
    return Counter(re.findall(r'(?:href|start|class)="[^"]*"', html)) + Counter(
        re.findall(r"<code>.*?</code>", html, re.S)
    )


def test_words_are_translated_and_the_rest_stays():
    assert translate_html(HTML, shout) == (
        f"<p>ASK {MENTION} ABOUT <code>x &lt; 1</code>, OR "
        '<a href="https://example.org/?a=1&amp;b=2">THE <em>MANUAL</em></a>.</p>\n'
        '<pre><code>leave &amp; me\n</code></pre>\n<ol start="3">\n<li>ONE</li>\n</ol>\n'
        '<p><a href="https://example.org/plan">https://example.org/plan</a></p>'
    )


def test_names_addresses_and_code_are_not_sent():
    sent = []
    translate_html(HTML, lambda text: sent.append(text) or text)
    assert len(sent) == 1
    for withheld in ("Anna", "people", "example.org", "leave", "x &lt;"):
        assert withheld not in sent[0]


def test_order_of_words_may_change():
    def swap(text):
        return re.sub(r"<p>(<a .*?</a>) (<em>.*?</em>)</p>", r"<p>\2 \1</p>", text)

    source = '<p><a href="https://example.org/">one</a> <em>two</em></p>'
    assert translate_html(source, swap) == '<p><em>two</em> <a href="https://example.org/">one</a></p>'


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: re.sub(r"<[^>]*>", "", text),
        lambda text: text + text,
        lambda text: text.replace('id="x0"', 'id="x1"'),
        lambda text: text.replace('id="x0"', 'id="x99"'),
        lambda text: text + '<a href="https://evil.example/">click</a>',
        lambda text: text + "<script>alert(1)</script><img src=x onerror=alert(1)>",
        lambda text: text.replace("<em>", "<strong>").replace("</em>", "</strong>"),
        lambda text: "nonsense",
    ],
)
def test_damaged_text_is_translated_piece_by_piece(damage):
    translated = translate_html(HTML, damage)
    assert attributes_in(translated) == attributes_in(HTML)
    assert re.findall(r"<\w+", translated) == re.findall(r"<\w+", HTML)


def test_text_of_too_many_pieces_is_given_up():
    source = "".join(f"<p>word {number} <em>x</em></p>" for number in range(MOST_PIECES))
    with pytest.raises(TranslationFailed, match="without parts"):
        translate_html(source, lambda _text: "nonsense")


def test_piece_that_comes_back_empty_is_a_failure():
    with pytest.raises(TranslationFailed, match="nothing"):
        translate_html("<p>word</p>", lambda _text: "<br>")


def test_text_without_words_is_not_sent():
    def never(_text):
        raise AssertionError

    for source in ("<p>12 + 3</p>", "<pre><code>rm -rf</code></pre>", f"<p>{MENTION}</p>"):
        assert translate_html(source, never) == source


words = st.sampled_from(
    ["plain", "*soft*", "**hard**", "`code <b>`", "[link](https://example.org/a?b=1&c=2)", "<https://example.org/x>", "1 < 2 & 3", "[@Anna](/people/1/)"]
)  # fmt: skip
lines = st.lists(words, min_size=1, max_size=6).map(" ".join)
sources = st.lists(st.tuples(st.sampled_from(["", "- ", "> ", "3. ", "    "]), lines), min_size=1, max_size=5).map(
    lambda found: "\n\n".join(start + line for start, line in found)
)
machines = st.sampled_from(
    [
        shout,
        lambda text: text,
        lambda text: text[::-1],
        lambda text: re.sub(r"<[^>]*>", "", text),
        lambda text: text.replace("</p>", ""),
        lambda text: text.replace("x0", "x1"),
        lambda text: f"{text} {text}",
        lambda text: "<a href='https://evil.example/'>words</a>",
        lambda text: text[: len(text) // 2] or "x",
    ]
)


@given(sources, machines)
def test_links_names_and_code_survive_every_machine(source, machine):
    html = str(render_markdown(source))
    translated = translate_html(html, machine)
    assert attributes_in(translated) == attributes_in(html)
    assert "evil.example" not in translated
    assert Counter(re.findall(r"</?\w+", translated)) == Counter(re.findall(r"</?\w+", html))
