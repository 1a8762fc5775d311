"""Reading content files: TOML, with errors that name file, line and reason."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, overload

from common.languages import CODES

T = TypeVar("T")

_KIND_NAMES = {str: "a text in quotes", int: "a whole number", float: "a number", list: "a list", dict: "a table"}


class ContentError(Exception):
    """A content file that cannot be used."""

    def __init__(self, path: Path, line: int | None, reason: str) -> None:
        where = f"{path}, line {line}" if line else str(path)
        super().__init__(f"{where}: {reason}")


@dataclass(frozen=True)
class Table:
    """A table of a content file. Reading from it checks what is there, and knows where that stands."""

    path: Path
    source: str
    values: dict[str, Any]
    name: str = ""
    """With dots, as in the header: ``recommendation.fr``."""
    start: int = 0
    """Where in ``source`` its header ends."""

    def error(self, name: str, reason: str) -> ContentError:
        """A ContentError at the line where ``name`` stands: in this table, else in the file, else at the header."""
        key = re.compile(rf"^\s*\[*(?:[\w-]+\.)*{re.escape(name)}\b", re.MULTILINE)
        found = key.search(self.source, self.start) or key.search(self.source)
        return ContentError(self.path, self._line(found.end() if found else self.start), reason)

    def _line(self, position: int) -> int:
        return self.source.count("\n", 0, position) + 1

    def _inner_name(self, name: str) -> str:
        return f"{self.name}.{name}" if self.name else name

    def _end_of(self, header: str, start: int) -> int:
        found = self.source.find(header, start)
        return found + len(header) if found >= 0 else start

    @overload
    def get(self, name: str, kind: type[T]) -> T: ...
    @overload
    def get(self, name: str, kind: type[T], default: T | None) -> T | None: ...
    def get(self, name: str, kind: type[T], default: Any = ...) -> T | None:
        """The value called ``name``. Raises ContentError when it is of another kind, or missing without a default."""
        if name not in self.values:
            if default is ...:
                raise self.error(name, f"“{name}” is missing.")
            return default
        value = self.values[name]
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.error(name, f"“{name}” must be {_KIND_NAMES.get(kind, kind.__name__)}.")
        return value

    def text(self, name: str, default: str = "") -> str:
        value = self.get(name, str, default)
        return (value or "").strip()

    def strings(self, name: str) -> list[str]:
        values = self.get(name, list, [])
        if not all(isinstance(value, str) for value in values or ()):
            raise self.error(name, f"“{name}” must be a list of texts.")
        return list(values or ())

    def words(self, name: str) -> dict[str, str]:
        """A text by language: ``{fr = "Accueil", en = "Welcome"}``; empty when there is none."""
        words = self.get(name, dict, {}) or {}
        if not all(code in CODES and isinstance(text, str) for code, text in words.items()):
            raise self.error(name, f"“{name}” must have a text for each of the languages that it names.")
        return {code: words[code] for code in CODES if code in words}

    def find(self, name: str, known: Mapping[str, T], key: str | None = None) -> T:
        """What ``name`` names or, of a list, what its member ``key`` names. Raises ContentError for what is not
        ``known``."""
        key = self.get(name, str) if key is None else key
        if key not in known:
            raise self.error(name, f"“{key}” is not known.")
        return known[key]

    def named(self, name: str, known: Mapping[str, T]) -> T | None:
        """As ``find``; None where nothing is named."""
        return self.find(name, known) if self.get(name, str, None) else None

    def table(self, name: str) -> "Table":
        inner = self._inner_name(name)
        return Table(self.path, self.source, self.get(name, dict), inner, self._end_of(f"[{inner}]", self.start))

    def tables(self, name: str) -> "Iterator[Table]":
        """The tables of an array ``[[name]]``, in order."""
        inner, position = self._inner_name(name), self.start
        for values in self.get(name, list, []) or ():
            position = self._end_of(f"[[{inner}]]", position)
            yield Table(self.path, self.source, values, inner, position)

    def versions(self) -> Iterator[tuple[str, "Table"]]:
        """The tables named by a language: language and table."""
        for code in CODES:
            if code in self.values:
                yield code, self.table(code)


def read_table(path: Path) -> Table:
    try:
        source = path.read_text(encoding="utf-8")
        return Table(path, source, tomllib.loads(source))
    except OSError as error:
        raise ContentError(path, None, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise ContentError(path, line, "this is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        position = re.search(r"\(at line (\d+), column \d+\)", str(error))
        reason = re.sub(r"\s*\(at .*\)$", "", str(error))
        last_line = source.count("\n") + 1
        raise ContentError(path, int(position[1]) if position else last_line, f"{reason}.") from error


def read_folder(folder: Path) -> list[Table]:
    """The tables of all files in a folder, by file name; none when there is no such folder."""
    return [read_table(path) for path in sorted(folder.glob("*.toml"))]
