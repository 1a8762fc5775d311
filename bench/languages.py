"""``python -m bench.languages FOLDER``: how often the language of a few words is found out.

FOLDER holds files as ``bench.questions`` reads them. From every document of each of the portal's languages words that
follow each other are taken, as many as a short answer has, and their language is asked for without knowing the writer;
then that of every question as it was asked.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Iterable, Mapping
from pathlib import Path

LENGTHS = (4, 8, 16)
PIECES = 4
"""Of each document, from places that are as far from each other as can be."""

Texts = dict[str, list[str]]
"""By language."""


def texts_in(folder: Path, kind: str) -> Texts:
    """The texts of all ``corpus`` or ``queries`` files in one of the portal's languages."""
    # Which languages there are is a setting, read once the environment is there.
    from common.languages import CODES  # noqa: PLC0415

    texts: Texts = {code: [] for code in CODES}
    for path in sorted(folder.glob(f"{kind}.*.jsonl")):
        language = path.name.split(".")[2]
        if language in texts:
            texts[language] += [json.loads(line)["text"] for line in path.read_text(encoding="utf-8").splitlines()]
    return {language: found for language, found in texts.items() if found}


def pieces_of(texts: Iterable[str], length: int) -> list[str]:
    pieces = []
    for text in texts:
        words = text.split()
        last = max(len(words) - length, 0)
        places = dict.fromkeys(number * last // (PIECES - 1) for number in range(PIECES))
        pieces += [" ".join(words[place : place + length]) for place in places]
    return pieces


def line(name: str, asked: Mapping[str, list[str]], languages: Iterable[str]) -> str:
    from discussions.languages import detect_language  # noqa: PLC0415

    began = time.perf_counter()
    right = {
        language: sum(detect_language(text, ()) == language for text in texts) / len(texts)
        for language, texts in asked.items()
    }
    count = sum(map(len, asked.values()))
    spent = (time.perf_counter() - began) / count * 1000
    shares = "".join(f"{right[language]:>8.1%}" if language in right else f"{'–':>8}" for language in languages)
    return f"{name:12}{shares}{sum(right.values()) / len(right):>8.1%}{count:>8}{spent:>9.2f}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.languages", description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args(arguments).folder
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings.base")
    documents, questions = texts_in(folder, "corpus"), texts_in(folder, "queries")
    if not documents or not questions:
        print(f"{folder} has no corpus.SET.LANGUAGE.jsonl and queries.SET.LANGUAGE.jsonl.", file=sys.stderr)
        return 1
    header = "".join(f"{language:>8}" for language in documents)
    print(f"{'':12}{header}{'mean':>8}{'asked':>8}{'ms each':>9}")
    for length in LENGTHS:
        asked = {language: pieces_of(texts, length) for language, texts in documents.items()}
        print(line(f"{length} words", asked, documents))
    print(line("questions", questions, documents))
    return 0


if __name__ == "__main__":
    sys.exit(main())
