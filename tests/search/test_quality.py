"""How good the search is on questions whose answers are certain: the vocabulary's own names for its concepts.

The scores are measured ones: a change of the ranking changes them, and says so here.
"""

import tomllib
from pathlib import Path

import pytest
from django.conf import settings

from search.engine import Document
from search.evaluation import Question, ask
from search.meaning import get_encoder
from search.whoosh_engine import WhooshEngine

CONCEPTS = [
    concept
    for path in sorted((Path(settings.CONTENT_DIR) / "vocabulary").glob("*.toml"))
    for concept in tomllib.loads(path.read_text(encoding="utf-8"))["concept"]
]
WRITTEN_IN = "en"
DOCUMENTS = [
    Document(
        id=concept["key"],
        key=concept["key"],
        language=WRITTEN_IN,
        type="practice",
        title=concept["labels"][WRITTEN_IN][0],
        text=". ".join(concept["labels"][WRITTEN_IN]),
    )
    for concept in CONCEPTS
]


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    engine = WhooshEngine(tmp_path_factory.mktemp("quality"), encoder=get_encoder)
    engine.rebuild(DOCUMENTS)
    return engine


def questions(language, which=0):
    """The preferred name of each concept, or another one of those that have so many."""
    return [
        Question(concept["key"], concept["labels"][language][which], frozenset([concept["key"]]))
        for concept in CONCEPTS
        if len(concept["labels"][language]) > which
    ]


@pytest.mark.parametrize(
    ("language", "mode", "recall", "reciprocal_rank"),
    [
        ("nl", "hybrid", 0.95, 0.85),
        ("de", "hybrid", 0.96, 0.89),
        ("it", "hybrid", 0.99, 0.94),
        ("it", "lexical", 0.15, 0.11),
    ],
)
def test_names_in_one_language_find_concepts_written_in_another(engine, language, mode, recall, reciprocal_rank):
    scores = ask(engine, DOCUMENTS, questions(language), language, mode)["other"]

    assert (round(scores["recall@10"], 2), round(scores["mrr@10"], 2)) == (recall, reciprocal_rank)


@pytest.mark.parametrize(("mode", "recall", "reciprocal_rank"), [("hybrid", 1.0, 0.98), ("lexical", 1.0, 0.93)])
def test_other_names_find_concepts_in_their_own_language(engine, mode, recall, reciprocal_rank):
    scores = ask(engine, DOCUMENTS, questions(WRITTEN_IN, which=1), WRITTEN_IN, mode)["own"]

    assert (round(scores["recall@10"], 2), round(scores["mrr@10"], 2)) == (recall, reciprocal_rank)
