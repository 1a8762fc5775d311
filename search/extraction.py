"""Reads the text of one file, in a process of its own: ``python extraction.py NAME LONGEST SECONDS < file > answer``.

Files come from strangers. Whatever one of them does to the libraries that read it, it does to this process alone,
which has little memory, little time and nothing of the portal: nothing of Django is imported here.
"""

from __future__ import annotations

import io
import json
import re
import resource
import sys
import time
import zipfile
from collections.abc import Iterator
from typing import Any, BinaryIO

MEMORY_BYTES = 1024**3
LARGEST_ANSWER_BYTES = 8 * 1024**2

MOST_PAGES = 2_000
MOST_PARTS = 5_000
UNPACKED_BYTES = 200 * 1024**2
MAIN_PART_BYTES = 40 * 1024**2
DOCX_MAIN_PART = "word/document.xml"

LIGATURES = {
    "\ufb00": "ff",
    "\ufb01": "fi",
    "\ufb02": "fl",
    "\ufb03": "ffi",
    "\ufb04": "ffl",
    "\ufb05": "st",
    "\ufb06": "st",
}
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# A hyphen at the end of a line, between letters.
_DIVIDED = re.compile(r"(?<=[^\W\d_])[-\u2010\u00ad][ \t]*\n[ \t]*([^\W\d_])")
_PARAGRAPH = re.compile(r"\s*\n\s*\n\s*")
# Control characters but line ends and tabs, halves of characters, and what no font shows.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\u00ad\u200b\u2060\ufeff\ufffe\uffff\ud800-\udfff]")


class RefusedError(Exception):
    """This file is not read; the argument is one of the portal's reasons."""


def normalise(text: str) -> str:
    """In lines that are paragraphs: words that were divided at line ends are whole, and blanks are single."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n\n").replace("\u2028", "\n")
    text = _LIGATURE.sub(lambda match: LIGATURES[match[0]], text)
    # Before a capital it belongs to the name: Saint-Étienne.
    text = _DIVIDED.sub(lambda match: match[1] if match[1].islower() else f"-{match[1]}", text)
    text = _UNPRINTABLE.sub("", text)
    paragraphs = (" ".join(paragraph.split()) for paragraph in _PARAGRAPH.split(text))
    return "\n".join(filter(None, paragraphs))


def extract(file: BinaryIO, name: str, longest: int, seconds: float) -> str:
    """The text of a file, at most ``longest`` characters; what it is tells its content. Raises RefusedError.

    After ``seconds`` of processor time it takes no more pages, and gives what it has.
    """
    head = file.read(1024)
    file.seek(0)
    if not head:
        raise RefusedError("empty")
    if b"%PDF-" in head:
        pieces = _pdf(file, seconds)
    elif head.startswith(b"PK\x03\x04"):
        pieces = _docx(file)
    elif name.lower().endswith(".txt"):
        pieces = iter([_plain(file, longest)])
    else:
        raise RefusedError("kind")
    text, size = [], 0
    for piece in pieces:
        text.append(piece)
        size += len(piece)
        # Whitespace goes when it is normalised: a little more than is kept.
        if size > 2 * longest:
            break
    return normalise("".join(text))[:longest].strip()


def _plain(file: BinaryIO, longest: int) -> str:
    content = file.read(8 * longest)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    if b"\x00" in content:
        raise RefusedError("damaged")
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError as error:
            # The last character may be cut in two.
            if encoding == "utf-8-sig" and error.start > len(content) - 4:
                return content[: error.start].decode(encoding)
    return content.decode("latin-1")


def _docx(file: BinaryIO) -> Iterator[str]:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise RefusedError("damaged") from error
    main = next((part for part in parts if part.filename == DOCX_MAIN_PART), None)
    if main is None:
        raise RefusedError("kind")
    if any(part.flag_bits & 1 for part in parts):
        raise RefusedError("locked")
    # An archive is not unpacked beyond the sizes that it declares.
    sizes = sum(part.file_size for part in parts)
    if len(parts) > MOST_PARTS or sizes > UNPACKED_BYTES or main.file_size > MAIN_PART_BYTES:
        raise RefusedError("too_large")
    file.seek(0)
    import docx  # noqa: PLC0415 -- only for files that need it

    return _words_of(docx.Document(file).element.body)


def _words_of(body: Any) -> Iterator[str]:
    """The words in their order, those of tables and text boxes too; what is there twice for old programs, once."""
    from lxml import etree  # noqa: PLC0415

    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    fallback = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
    between = {
        f"{word}p": "\n\n",
        f"{word}br": "\n",
        f"{word}cr": "\n",
        f"{word}tab": " ",
        f"{word}noBreakHyphen": "-",
    }
    walk = etree.iterwalk(body, events=("start",))
    for _event, element in walk:
        if element.tag == fallback:
            walk.skip_subtree()
        elif element.tag == f"{word}t":
            yield element.text or ""
        elif element.tag in between:
            yield between[element.tag]


def _pdf(file: BinaryIO, seconds: float) -> Iterator[str]:
    from pypdf import PdfReader  # noqa: PLC0415
    from pypdf.errors import DependencyError  # noqa: PLC0415

    reader = PdfReader(file, strict=False)
    if reader.is_encrypted:
        try:
            # Many files are locked against changes only, and open without a password.
            opened = reader.decrypt("")
        except (DependencyError, NotImplementedError) as error:
            raise RefusedError("locked") from error
        if not opened:
            raise RefusedError("locked")
    failed, read = 0, 0
    for page in reader.pages:
        if read + failed >= MOST_PAGES or time.process_time() > seconds:
            break
        try:
            text = page.extract_text()
        except (MemoryError, RecursionError):
            raise
        except Exception:
            # One page that cannot be read is no reason to lose the others.
            failed += 1
            continue
        read += 1
        yield f"{text}\n\n"
    if failed and not read:
        raise RefusedError("damaged")


def limit_resources(processor_seconds: int) -> None:
    """Before anything is read. The kernel ends the process when its time is over."""
    for what, limit in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, processor_seconds),
        (resource.RLIMIT_FSIZE, LARGEST_ANSWER_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        most = resource.getrlimit(what)[1]
        allowed = limit if most == resource.RLIM_INFINITY else min(limit, most)
        resource.setrlimit(what, (allowed, allowed))


def answer(file: BinaryIO, name: str, longest: int, seconds: float) -> dict[str, str]:
    """``text`` or the reason for which there is none."""
    try:
        text = extract(file, name, longest, seconds)
    except RefusedError as refused:
        return {"reason": str(refused)}
    except MemoryError:
        return {"reason": "too_large"}
    except RecursionError:
        return {"reason": "damaged"}
    except Exception:
        # The libraries raise whatever a damaged file leads them to.
        return {"reason": "damaged"}
    return {"text": text}


def main() -> None:
    name, longest, seconds = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    limit_resources(seconds)
    # What libraries say about bad files goes nowhere.
    sys.stderr = io.StringIO()
    found = answer(sys.stdin.buffer, name, longest, seconds / 2)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
