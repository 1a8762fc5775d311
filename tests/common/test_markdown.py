from html import escape

import pytest

from common.markdown import (
    escape_markdown,
    markdown_to_rich_text,
    markdown_tree,
    quote_in_markdown,
    render_markdown,
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
