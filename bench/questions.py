"""``python -m bench.questions FOLDER``: how well search answers the questions of others, in and across languages.

FOLDER holds files as ``manage.py search_evaluate`` reads them, named ``corpus.SET.LANGUAGE.jsonl`` and
``queries.SET.LANGUAGE.jsonl``, where a corpus of the language ``pool`` has every document in one language only. Each
corpus is indexed once and asked in every language that its set has questions in; the figures are those that
``search_evaluate`` prints for the pair.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from statistics import fmean
from typing import Any

from search.evaluation import InvalidInputError, ask, read_corpus, read_questions
from search.meaning import get_encoder
from search.whoosh_engine import WhooshEngine, no_encoder

POOL = "pool"
MEASURES = ("mrr@10", "recall@10")

Results = dict[tuple[str, str, str], Mapping[str, Any]]
"""By set, language of the corpus and language of the questions: what ``search.evaluation.ask`` returns."""


def measure(folder: Path, mode: str) -> Results:
    """Raises InvalidInputError."""
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.glob("queries.*.jsonl")):
        _queries, name, language, _suffix = path.name.split(".")
        languages[name].append(language)
    results: Results = {}
    for name, asked in languages.items():
        questions = {language: read_questions(folder / f"queries.{name}.{language}.jsonl") for language in asked}
        for corpus in [*asked, POOL]:
            path = folder / f"corpus.{name}.{corpus}.jsonl"
            if not path.exists():
                continue
            documents = read_corpus(path)
            with tempfile.TemporaryDirectory(prefix="bench-questions-") as index:
                engine = WhooshEngine(Path(index), encoder=no_encoder if mode == "lexical" else get_encoder)
                engine.rebuild(documents)
                for language in asked:
                    found = ask(engine, documents, questions[language], language, mode)  # type: ignore[arg-type]
                    results[name, corpus, language] = found
            print(f"{name} {corpus}: {len(documents)} documents", file=sys.stderr, flush=True)
    return results


def as_text(results: Results) -> str:
    lines = [f"{'':34}{'MRR@10':>8}{'recall@10':>11}"]
    for name in dict.fromkeys(name for name, _corpus, _language in results):
        own, other = {}, {}
        for (found, corpus, language), result in results.items():
            if found != name or corpus == POOL:
                continue
            if corpus == language:
                own[language] = result["own"]
            else:
                other[f"{language} → {corpus}"] = result["other"]
        lines += [_line(f"{name}, {language}", result) for language, result in own.items()]
        lines.append(_line(f"{name}, one language, mean", _mean(own.values())))
        if other:
            lines.append(_line(f"{name}, across, mean of {len(other)} pairs", _mean(other.values())))
            worst = min(other, key=lambda pair: other[pair]["recall@10"])
            lines.append(_line(f"{name}, across, worst: {worst}", other[worst]))
        pools = [result for (found, corpus, _language), result in results.items() if (found, corpus) == (name, POOL)]
        for part in ("own", "other") if pools else ():
            lines.append(_line(f"{name}, pool, {part}", _mean(result[part] for result in pools)))
    return "\n".join(lines)


def _line(label: str, result: Mapping[str, float]) -> str:
    return f"{label:34}{result['mrr@10']:8.4f}{result['recall@10']:11.4f}"


def _mean(results: Iterable[Mapping[str, float]]) -> dict[str, float]:
    found = list(results)
    return {measure: fmean(result[measure] for result in found) for measure in MEASURES}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.questions", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--mode", choices=("lexical", "semantic", "hybrid"), default="hybrid")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write the figures of every pair to this file as well"
    )
    options = parser.parse_args(arguments)
    try:
        results = measure(options.folder, options.mode)
    except InvalidInputError as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    print(as_text(results))
    if options.json:
        data = {" ".join(place): result for place, result in results.items()}
        options.json.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
