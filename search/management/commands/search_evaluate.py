import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search.analysis import LANGUAGES
from search.evaluation import LISTS, InvalidInputError, evaluate, read_corpus, read_questions
from search.meaning import get_encoder
from search.whoosh_engine import WhooshEngine, no_encoder


class Command(BaseCommand):
    help = "Measure the search on a corpus and questions of your own, in an index that is thrown away."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--corpus", type=Path, required=True, help='JSON lines: {"id", "language", "title"?, "text"}'
        )
        parser.add_argument("--queries", type=Path, required=True, help='JSON lines: {"id", "text", "relevant": [ids]}')
        parser.add_argument("--language", required=True, help=f"Language of the questions: {', '.join(LANGUAGES)}")
        parser.add_argument("--mode", choices=("lexical", "semantic", "hybrid"), default="hybrid")
        parser.add_argument("--json", action="store_true", help="Print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        by_meaning = options["mode"] != "lexical"
        if by_meaning and get_encoder() is None:
            raise CommandError(
                f"Mode {options['mode']} is not possible: the model of meaning cannot be loaded on this machine."
                " Use --mode lexical."
            )
        if options["language"] not in LANGUAGES:
            raise CommandError(f"Unknown language {options['language']!r}, expected one of {', '.join(LANGUAGES)}.")
        try:
            documents, questions = read_corpus(options["corpus"]), read_questions(options["queries"])
        except InvalidInputError as error:
            raise CommandError(str(error)) from error
        with tempfile.TemporaryDirectory(prefix="search-evaluate-") as folder:
            engine = WhooshEngine(Path(folder), encoder=get_encoder if by_meaning else no_encoder)
            result = evaluate(engine, documents, questions, options["language"], options["mode"], self._progress)
        self.stdout.write(json.dumps(result) if options["json"] else _table(result))

    def _progress(self, documents: int) -> None:
        if documents % 1000 == 0:
            self.stderr.write(f"{documents} documents indexed")


def _table(result: dict[str, Any]) -> str:
    measures = list(result["own"])
    rows = [["", *measures]]
    for name in LISTS:
        values = [result[name][measure] for measure in measures]
        rows.append([name, *(f"{value:.4f}" if isinstance(value, float) else str(value) for value in values)])
    lines = ["".join(f"{cell:>12}" for cell in row) for row in rows]
    lines.append(
        f"{result['documents']} documents indexed in {result['index_s']:.1f} s;"
        f" one search takes {result['p50_ms']:.1f} ms (median), {result['p95_ms']:.1f} ms (95th percentile)"
    )
    return "\n".join(lines)
