"""Passages of HyDE for a set's questions, by a language model that is told what to say."""

from collections.abc import Sequence

import numpy as np
import pytest

from app.errors import LanguageModelUnavailableError
from app.llm.base import Message
from app.llm.scripted import ScriptedModel
from eval.datasets import Query
from eval.imagining import imagine
from index.analyzer import WhitespaceAnalyzer
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex

QUERIES = [Query(f"q{n}", f"When do backups number {n} run?") for n in range(6)]


def _script(messages: Sequence[Message]) -> str:
    if "number 3" in messages[-1].content:
        raise LanguageModelUnavailableError("It is down.")
    return "Backups run every night."


def index() -> InMemoryIndex:
    return InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())


def test_every_question_has_a_passage_but_those_where_the_model_failed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("eval.imagining.build_language_model", lambda _: ScriptedModel(_script))
    done: list[int] = []
    imagined = imagine(index(), QUERIES, done.append)
    assert imagined is not None
    assert imagined.passages["q0"] == ["Backups run every night."]
    assert imagined.as_json() == {"model": "scripted", "questions": 5}
    assert sum(done) == 6
    vector = np.eye(1, HashingEmbedder().dimension, dtype=np.float32)[0]
    assert np.array_equal(imagined.moved(QUERIES[3], vector), vector)
    moved = imagined.moved(QUERIES[0], vector)
    assert not np.array_equal(moved, vector)
    assert np.linalg.norm(moved) == pytest.approx(1)


def test_without_a_language_model_nothing_is_imagined() -> None:
    assert imagine(index(), QUERIES, lambda _: None) is None
