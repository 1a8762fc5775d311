import json
import math
import tempfile
from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from search.engine import Document
from search.evaluation import (
    InvalidInputError,
    Question,
    evaluate,
    measures,
    read_corpus,
    read_questions,
)
from search.whoosh_engine import WhooshEngine

CORPUS = [
    {"id": "bike", "language": "en", "title": "Bicycle theft", "text": "Stolen bicycles are registered."},
    {"id": "port", "language": "en", "text": "The port is watched by cameras."},
    {"id": "fiets", "language": "nl", "title": "Fietsdiefstal", "text": "Registratie in Rotterdam."},
]
QUESTIONS = [
    {"id": "q1", "text": "bicycle thefts", "relevant": ["bike"]},
    {"id": "q2", "text": "bicycle cameras", "relevant": ["port"]},
    {"id": "q3", "text": "Rotterdam", "relevant": ["fiets"]},
    {"id": "q4", "text": "nothing of that", "relevant": ["fiets"]},
]


@pytest.fixture
def written(tmp_path):
    def write(name, lines):
        path = tmp_path / name
        path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines))
        return path

    return write


@pytest.mark.parametrize(
    ("found", "relevant", "expected"),
    [
        (["a", "b"], {"a"}, (1, 1, 1)),
        (["b", "a"], {"a"}, (1 / 2, 1, 1 / math.log2(3))),
        (["b", "a"], {"a", "c"}, (1 / 2, 1 / 2, (1 / math.log2(3)) / (1 + 1 / math.log2(3)))),
        ([*"bcdefghijk", "a"], {"a"}, (0, 0, 0)),
        ([], {"a"}, (0, 0, 0)),
    ],
)
def test_the_measures_look_at_the_first_ten(found, relevant, expected):
    assert measures(found, relevant) == dict(zip(("mrr@10", "recall@10", "ndcg@10"), expected, strict=True))


def test_a_corpus_becomes_documents(written):
    assert read_corpus(written("corpus.jsonl", [CORPUS[1], "", CORPUS[2]])) == [
        Document("port", "port", "en", "document", "", text=CORPUS[1]["text"]),
        Document("fiets", "fiets", "nl", "document", "Fietsdiefstal", text=CORPUS[2]["text"]),
    ]


def test_questions_are_read(written):
    assert read_questions(written("queries.jsonl", QUESTIONS[:1])) == [
        Question("q1", "bicycle thefts", frozenset({"bike"}))
    ]


GOOD = '{"id": "a", "language": "en", "text": "x"}'


@pytest.mark.parametrize(
    ("read", "lines", "reason"),
    [
        (read_corpus, [GOOD, '{"id": '], ", line 2: not valid JSON: "),
        (read_corpus, ["[1]"], ", line 1: expected a JSON object."),
        (read_corpus, [GOOD, "", '{"language": "en", "text": "x"}'], ', line 3: the field "id" is missing.'),
        (read_corpus, ['{"id": "a", "language": "en"}'], ', line 1: the field "text" is missing.'),
        (read_corpus, ['{"id": 1, "language": "en", "text": "x"}'], ', line 1: the field "id" must be a text.'),
        (
            read_corpus,
            ['{"id": "a", "language": "xx", "text": "x"}'],
            ", line 1: unknown language 'xx', expected one of",
        ),
        (read_corpus, [GOOD, GOOD], ", line 2: the id 'a' occurs twice."),
        (read_corpus, [], ": holds no document."),
        (
            read_questions,
            ['{"id": "q", "text": "x"}'],
            ', line 1: "relevant" must be a list of one or more document ids.',
        ),
        (read_questions, ['{"id": "q", "text": "x", "relevant": []}'], ', line 1: "relevant" must be a list'),
        (read_questions, ['{"id": "q", "relevant": ["a"]}'], ', line 1: the field "text" is missing.'),
        (read_questions, [], ": holds no question."),
    ],
)
def test_bad_input_is_told_with_file_line_and_reason(written, read, lines, reason):
    path = written("input.jsonl", lines)

    with pytest.raises(InvalidInputError) as raised:
        read(path)

    assert str(raised.value).startswith(f"{path}{reason}")


def test_input_that_is_no_text_or_no_file_is_told(tmp_path):
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")

    with pytest.raises(InvalidInputError, match="binary, line 1: not valid JSON"):
        read_corpus(tmp_path / "binary")
    with pytest.raises(InvalidInputError, match="missing: cannot be read: No such file or directory"):
        read_questions(tmp_path / "missing")


EXPECTED = {
    "own": {"mrr@10": 0.75, "recall@10": 1.0, "ndcg@10": round((1 + 1 / math.log2(3)) / 2, 4), "queries": 2},
    "other": {"mrr@10": 0.5, "recall@10": 0.5, "ndcg@10": 0.5, "queries": 2},
    "documents": 3,
}


def test_questions_count_under_the_list_of_their_answer(written, tmp_path):
    result = evaluate(
        WhooshEngine(tmp_path / "index"),
        read_corpus(written("corpus.jsonl", CORPUS)),
        read_questions(written("queries.jsonl", QUESTIONS)),
        "en",
    )

    times = {name: result.pop(name) for name in ("index_s", "p50_ms", "p95_ms")}
    assert result == EXPECTED
    assert all(isinstance(value, float) and value > 0 for value in times.values())


@pytest.fixture
def evaluated(written, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    corpus, queries = written("corpus.jsonl", CORPUS), written("queries.jsonl", QUESTIONS)

    def call(*options, corpus=corpus, language="en"):
        output = StringIO()
        call_command(
            "search_evaluate",
            f"--corpus={corpus}",
            f"--queries={queries}",
            f"--language={language}",
            *options,
            stdout=output,
        )
        return output.getvalue()

    return call


def test_the_command_prints_one_json_object_and_leaves_nothing(evaluated, tmp_path):
    result = json.loads(evaluated("--json"))

    assert {name: result[name] for name in EXPECTED} == EXPECTED
    assert sorted(result) == ["documents", "index_s", "other", "own", "p50_ms", "p95_ms"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus.jsonl", "queries.jsonl"]


def test_the_command_prints_a_table(evaluated):
    lines = evaluated("--mode=lexical").splitlines()

    assert [line.split() for line in lines[:3]] == [
        ["mrr@10", "recall@10", "ndcg@10", "queries"],
        ["own", "0.7500", "1.0000", "0.8155", "2"],
        ["other", "0.5000", "0.5000", "0.5000", "2"],
    ]
    assert lines[3].startswith("3 documents indexed in ")


@pytest.mark.parametrize(
    ("options", "changes", "message"),
    [
        ([], {"language": "xx"}, "Unknown language 'xx', expected one of fr, en, de, it, nl, es, pt."),
        ([], {"corpus": "missing.jsonl"}, "missing.jsonl: cannot be read: No such file or directory."),
    ],
)
def test_the_command_refuses_what_it_cannot_do(evaluated, options, changes, message):
    with pytest.raises(CommandError) as raised:
        evaluated(*options, **changes)

    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("mode", ["semantic", "hybrid"])
def test_a_mode_that_needs_the_model_is_refused_without_it(evaluated, monkeypatch, mode):
    monkeypatch.setattr("search.management.commands.search_evaluate.get_encoder", lambda: None)

    with pytest.raises(CommandError, match=f"Mode {mode} is not possible: the model of meaning cannot be loaded"):
        evaluated(f"--mode={mode}")
