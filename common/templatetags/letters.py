"""Texts of people inside letters, which are Markdown."""

from django import template

from common import markdown

register = template.Library()


@register.filter
def plain(text: object) -> str:
    """A name or a title, in one line, shown as it is."""
    return markdown.escape_markdown(str(text))


@register.filter
def one_line(text: object) -> str:
    """For subjects, which are no Markdown."""
    return " ".join(str(text).split())


@register.filter
def quoted(text: object) -> str:
    """What somebody wrote, as a quotation."""
    return markdown.quote_in_markdown(str(text))


@register.filter
def lines(text: object) -> str:
    """What somebody wrote for this letter: paragraphs of it, in plain words."""
    return markdown.lines_in_markdown(str(text))


@register.filter
def link(address: object) -> str:
    """A whole address, shown and linked."""
    return markdown.autolink(str(address))
