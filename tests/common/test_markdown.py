import re
from html import escape
from urllib.parse import urlsplit

import nh3
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.markdown import (
    TextLink,
    beginning,
    blockquote,
    escape_markdown,
    markdown_to_rich_text,
    markdown_to_text,
    markdown_tree,
    plain_runs,
    quote_in_markdown,
    render_markdown,
    render_message,
    with_kept_lines,
    words_in,
)


def text(words):
    return {"kind": "text", "text": words}


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>\n"),
        ("- one\n- two", "<ul>\n<li>one</li>\n<li>two</li>\n</ul>\n"),
        ("# Too loud", "Too loud\n"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>\n"),
        ("<b onclick=x>hm</b>", "<p>&lt;b onclick=x&gt;hm&lt;/b&gt;</p>\n"),
        ("![spy](https://example.com/spy.png)", "<p></p>\n"),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>\n"),
        (
            "[there](https://example.com)",
            '<p><a href="https://example.com" rel="nofollow ugc noopener">there</a></p>\n',
        ),
    ],
)
def test_render_markdown_gives_safe_html(source, html):
    assert render_markdown(source) == html


def test_markdown_to_rich_text_keeps_links_as_they_are():
    assert markdown_to_rich_text("[there](https://example.com)") == '<p><a href="https://example.com">there</a></p>\n'


@pytest.mark.parametrize(
    "text",
    [
        "*a* _b_ `c`",
        "[a](http://example.net)",
        "<b>&amp;</b> & <http://example.net>",
        "# a",
        "- a",
        "1. a",
        "2) a",
        "> a",
        "~~a~~",
        "a \\* b",
        "=== a",
        "1.5 posts",
    ],
)
def test_escaped_text_is_shown_as_it_is(text):
    assert render_markdown(escape_markdown(text)) == f"<p>{escape(text, quote=False)}</p>\n"
    assert f"<p>{escape(text, quote=False)}</p>" in render_markdown(quote_in_markdown(text))


def test_quotation_keeps_lines_and_paragraphs():
    assert quote_in_markdown("a\n---\n\n b ") == "> a\\\n> \\---\n>\n> b"


def test_escaped_name_is_one_line():
    assert escape_markdown(" Ada \n\n # Lovelace\t") == "Ada # Lovelace"


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        (
            "one **two**",
            [{"kind": "paragraph", "content": [text("one "), {"kind": "strong", "content": [text("two")]}]}],
        ),
        ("# big", [{"kind": "heading", "content": [text("big")]}]),
        (
            "a\nb  \nc",
            [{"kind": "paragraph", "content": [text("a"), text(" "), text("b"), {"kind": "break"}, text("c")]}],
        ),
        ("3. x", [{"kind": "ordered_list", "start": 3, "items": [[{"kind": "paragraph", "content": [text("x")]}]]}]),
        ("> q", [{"kind": "quote", "content": [{"kind": "paragraph", "content": [text("q")]}]}]),
        ("`x`", [{"kind": "paragraph", "content": [{"kind": "code", "text": "x"}]}]),
        ("    x\n", [{"kind": "code", "text": "x\n"}]),
        ("---", [{"kind": "rule"}]),
        ("<b>x</b>", [{"kind": "paragraph", "content": [text("<b>x</b>")]}]),
        ("![x](https://e.org/x.png)", [{"kind": "paragraph", "content": []}]),
        (
            "[x](https://e.org/)",
            [{"kind": "paragraph", "content": [{"kind": "link", "address": "https://e.org/", "content": [text("x")]}]}],
        ),
        ("[x](ftp://e.org/)", [{"kind": "paragraph", "content": [text("x")]}]),
        ("[x](/path)", [{"kind": "paragraph", "content": [text("x")]}]),
        ("", []),
    ],
)
def test_tree_says_what_the_html_says(source, tree):
    assert markdown_tree(source) == tree


def test_tree_is_no_deeper_than_anybody_reads():
    tree, depth = markdown_tree("> " * 15 + "deep"), 0
    while tree[0]["kind"] == "quote":
        tree, depth = tree[0]["content"], depth + 1
    assert (depth, tree) == (6, [{"kind": "paragraph", "content": [text("deep")]}])


# ---------------------------------------------------------------- messages

MARK = 'class="mention" '
LINKS = {"@Anna Rossi": TextLink("/people/1/", "@Anna Rossi"), "@Anna": TextLink("/people/2/", "@Anna")}


def a(address, words, mark=""):
    return f'<a {mark}href="{address}" rel="nofollow ugc noopener">{words}</a>'


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("One\nTwo", "<p>One<br>\nTwo</p>"),
        ("See https://x.org/a_b_c.", f"<p>See {a('https://x.org/a_b_c', 'https://x.org/a_b_c')}.</p>"),
        ("(https://x.org/a_(b))", f"<p>({a('https://x.org/a_(b)', 'https://x.org/a_(b)')})</p>"),
        ("<https://x.org>", f"<p>{a('https://x.org', 'https://x.org')}</p>"),
        ("[https://x.org](https://y.org)", f"<p>{a('https://y.org', 'https://x.org')}</p>"),
        ("`https://x.org`", "<p><code>https://x.org</code></p>"),
        ("https://x.org/?a=1&b=2", f"<p>{a('https://x.org/?a=1&amp;b=2', 'https://x.org/?a=1&amp;b=2')}</p>"),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("@anna rossi, @Anna", f"<p>{a('/people/1/', '@Anna Rossi', MARK)}, {a('/people/2/', '@Anna', MARK)}</p>"),
        ("@Annabel", "<p>@Annabel</p>"),
        ('<a class="mention" href="/x">', '<p>&lt;a class="mention" href="/x"&gt;</p>'),
    ],
)
def test_messages_keep_lines_and_link_addresses_and_names(source, html):
    assert render_message(source, LINKS).strip() == html


@pytest.mark.parametrize(
    ("source", "runs"),
    [
        ("Hi @Anna\nRossi", ["Hi @Anna\nRossi"]),
        ("A `b` c", ["A ", " c"]),
        ("A [b](https://x.org) c", ["A ", " c"]),
        ("A\n\n    b\n", ["A"]),
        ("1 \\* &amp; 2", ["1 * & 2"]),
    ],
)
def test_plain_runs_are_what_is_neither_code_nor_a_link(source, runs):
    assert plain_runs(source) == runs


@given(st.text(alphabet="@Ana Rosi\n*_`[]()<>\\&#1h:/.", max_size=60))
def test_messages_are_safe_and_say_the_same_whatever_is_written(source):
    html = render_message(source, LINKS)
    addresses = re.findall(r'href="([^"]*)"', html)
    assert {urlsplit(address.replace("&amp;", "&")).scheme for address in addresses} <= {"", "http", "https", "mailto"}
    # Without links, the words are those of a message without names.
    bare = nh3.clean(render_message(source), tags=set())
    assert nh3.clean(html, tags=set()).casefold().split() == bare.casefold().split()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Some **bold** *words* and [a link](https://example.org).", "Some bold words and a link."),
        ("- one\n- two\n\n> three\\\nfour", "one two three four"),
        ("# Head\n\n`code`\n\n```\nmore\n```", "Head code more"),
        ("---\n\n![picture](x)", ""),
    ],
)
def test_words_of_markdown_stand_in_one_line_without_marks(source, words):
    assert words_in(source) == words


@pytest.mark.parametrize(
    ("source", "most", "expected"),
    [
        ("short", 10, "short"),
        ("one two three four", 12, "one two …"),
        ("First.\n\nSecond.\n\n" + "x" * 50, 30, "First.\n\nSecond. …"),
        ("x" * 50, 10, "x" * 10 + " …"),
    ],
)
def test_beginning_of_a_text_ends_with_a_paragraph_or_a_word(source, most, expected):
    assert beginning(source, most) == expected


def test_quotation_ends_whatever_it_opened():
    quotation = blockquote("```\nopen\n\n- list")
    html = render_markdown(f"{quotation}\n\nOutside")
    assert html.endswith("</blockquote>\n<p>Outside</p>\n")


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Dear all,\nthis is it.\n\nAda\nTurin", "Dear all,\nthis is it.\n\nAda\nTurin\n"),
        ("Kept\\\nalready  \nand so", "Kept\nalready\nand so\n"),
        ("- one\n  more\n- two\n\n```\na\nb\n```", "- one\n  more\n- two\n\n    a\n    b\n"),
        ("> said\n> so\n\nTitle\n=====", "> said\n> so\n\nTitle\n"),
    ],
)
def test_lines_of_a_message_stay_lines(source, text):
    assert markdown_to_text(with_kept_lines(source)) == text
