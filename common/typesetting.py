"""PDF files by typst: data in, pages out.

Text reaches typst as JSON only, never as source, so that nothing that somebody wrote can be a command. Nothing is
read from the network; the fonts come with the portal.
"""

import io
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import segno
import typst
from django.conf import settings

ROOT = Path(settings.BASE_DIR) / "templates"

# A word as long as this may be parted anywhere: addresses, mostly.
_LONGEST_WORD = re.compile(r"[^\s\u200b]{24}(?=[^\s\u200b]{6})")
_NOT_IN_THE_FONTS = re.compile(r'the text `"((?:[^"\\]|\\.)*)"` could not be displayed')
_RUST_ESCAPE = re.compile(r"\\u\{([0-9a-f]+)\}")
# Stands for a character that no font of the portal has.
_UNKNOWN = "□"
_NO_TEXTS = {"address", "svg", "code"}


def typeset(template: str, data: dict, *, moment: datetime) -> bytes:
    """A tagged PDF after PDF/UA-1: ``template``, a path below ``templates``, with ``data`` in ``sys.inputs.data``.

    That standard refuses characters without a glyph; they are replaced by a box. Texts under the names ``address``,
    ``svg`` and ``code`` reach the template untouched.
    """
    data = _printable(data)
    while True:
        try:
            return typst.compile(
                ROOT / template,
                root=ROOT,
                font_paths=_fonts(),
                sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
                format="pdf",
                pdf_standards="ua-1",
                timestamp=int(moment.timestamp()),
            )
        except typst.TypstError as error:
            replaced = _without_unknown(data, error.diagnostic)
            if replaced == data:
                raise
            data = replaced


def qr_svg(text: str) -> str:
    """A QR code as SVG: for typst, and inside a page of HTML, where it is as large as the style sheet says.

    Dark on white with its quiet zone around it, also on a dark page: many cameras read nothing else.
    """
    drawing = io.BytesIO()
    segno.make(text, micro=False, error="m").save(
        drawing, kind="svg", border=4, light="#ffffff", xmldecl=False, omitsize=True
    )
    return drawing.getvalue().decode()


@cache
def _fonts() -> typst.Fonts:
    # Those of the machine would make each installation print otherwise.
    return typst.Fonts(include_system_fonts=False, font_paths=[ROOT / "pdf" / "fonts"])


def _without_unknown(data: dict, diagnostic: str) -> dict:
    """The data without the characters for which typst says that it has no glyph."""
    unknown = sorted({_unescaped(found) for found in _NOT_IN_THE_FONTS.findall(diagnostic)}, key=len, reverse=True)
    pattern = re.compile("|".join(map(re.escape, unknown)) or "(?!)")
    return _each_text(data, lambda text: pattern.sub(_UNKNOWN, text))


def _unescaped(text: str) -> str:
    escaped = _RUST_ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    return re.sub(r"\\(.)", r"\1", escaped)


def _printable(data: dict) -> dict:
    return _each_text(data, _printable_text)


def _printable_text(text: str) -> str:
    visible = "".join(
        character for character in text if character in "\n\t" or unicodedata.category(character) not in {"Cc", "Cs"}
    )
    return _LONGEST_WORD.sub("\\g<0>\u200b", visible)


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """A copy of plain data with every text changed, but not addresses and drawings."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(item, change) for item in value]
    if isinstance(value, dict):
        return {name: item if name in _NO_TEXTS else _each_text(item, change) for name, item in value.items()}
    return value
