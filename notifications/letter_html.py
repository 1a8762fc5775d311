"""The look of letters. Mail programs know little of style sheets: what matters stands at each element."""

import re
from itertools import accumulate

from django.utils.safestring import SafeString, mark_safe

_STYLES = {
    "a": "color: #8f1d14",
    "blockquote": (
        "margin: 0 0 1em; padding: .7em 1em .05em; background: #fffdf7; border-left: 4px solid #d3c9b3;"
        " border-radius: 3px"
    ),
    "button": (
        "display: inline-block; padding: .5em 1.1em; background: #8f1d14; color: #fffdf7; border-radius: 3px;"
        " font-weight: 600; text-decoration: none"
    ),
    "foot": "color: #404b66; font-size: .85em",
    "h3": "margin: 1.6em 0 .4em; font: 600 1.2em/1.3 Georgia, serif",
    "h4": "margin: 1.2em 0 .3em; font: 600 1em/1.3 Georgia, serif",
    "hr": "margin: 2em 0 1.2em; border: 0; border-top: 1px solid #d3c9b3",
    "p": "margin: 0 0 1em",
    "pre": "margin: 0 0 1em; white-space: pre-wrap; font: .9em/1.4 monospace",
}
_ELEMENT = re.compile(r"<([a-z0-9]+)(?: class=\"(button|foot)\")?(?=[ >])")
_QUOTES = re.compile(r"(<blockquote>|</blockquote>)")
# A bold link that is a paragraph of its own, outside of what somebody wrote.
_BUTTON_LINK = re.compile(r"<p><strong><a ([^>]*)>([^<]*)</a></strong></p>")


def dress(html: str) -> SafeString:
    """Letters as ``render_markdown`` makes them, with their looks. A bold link that is a paragraph is a button; what
    stands below the last rule is the foot."""
    parts = _QUOTES.split(html)
    depths = list(accumulate({"<blockquote>": 1, "</blockquote>": -1}.get(part, 0) for part in parts))
    own = [place for place, depth in enumerate(depths) if depth == 0]
    for place in own:
        parts[place] = _BUTTON_LINK.sub(r'<p><a class="button" \1>\2</a></p>', parts[place])
    if last := next((place for place in reversed(own) if "<hr>" in parts[place]), None):
        above, rule, foot = parts[last].rpartition("<hr>")
        parts[last] = f'{above}{rule}<div class="foot">{foot}'
        parts.append("</div>")
    dressed = _ELEMENT.sub(_with_looks, "".join(parts))
    # Nothing was added to what was clean but what stands above.
    return mark_safe(dressed)  # noqa: S308


def _with_looks(tag: re.Match[str]) -> str:
    name = tag[2] or tag[1]
    if name not in _STYLES:
        return tag[0]
    return f'<{tag[1]} class="{name}" style="{_STYLES[name]}"'
