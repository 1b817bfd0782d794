"""Rankings of documents, made by the service's own steps."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from app.pipeline.search import SearchOptions
from app.rerankers.word_overlap import WordOverlapReranker
from eval.child_words import ChildWords
from eval.corpus import store_corpus
from eval.datasets import CorpusDocument, Query
from eval.imagining import Imagined
from eval.ranking import DEPTH, Ranker, Rankings
from index.analyzer import WhitespaceAnalyzer
from index.base import Vector
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.memory import InMemoryIndex
from ingest.chunking import ChunkSizes

SIZES = ChunkSizes(parent_tokens=30, child_tokens=10)
LONG = CorpusDocument(
    "long", "", "\n\n".join(f"출장 숙박비 규정 제{n}조는 이렇게 정합니다." for n in range(8))
)
SHORT = CorpusDocument("short", "", "숙박비 증빙은 카드 전표로 합니다.")
OTHERS = tuple(CorpusDocument(f"d{n}", "", f"주차장 안내 {n}") for n in range(15))


@pytest.fixture
def index() -> InMemoryIndex:
    index = InMemoryIndex(HashingEmbedder(), WhitespaceAnalyzer())
    store_corpus(index, (LONG, SHORT, *OTHERS), SIZES, lambda _: None)
    return index


def rank(ranker: Ranker, *texts: str) -> Rankings:
    queries = [Query(f"q{number}", text) for number, text in enumerate(texts)]
    return ranker.rank(queries, lambda _: None)


def test_a_document_stands_once_at_the_rank_of_its_best_child(index: InMemoryIndex) -> None:
    found = rank(Ranker(index, SearchOptions()), "출장 숙박비 규정")
    assert found["bm25"] == {"q0": ["long", "short"]}
    assert found["fused"]["q0"][:2] == ["long", "short"]


def test_no_ranking_is_longer_than_the_measures_look(index: InMemoryIndex) -> None:
    found = rank(Ranker(index, SearchOptions()), "주차장 안내", "숙박비")
    assert set(found) == {"bm25", "dense", "fused"}
    assert len(found["bm25"]["q0"]) == DEPTH
    assert all(len(set(ranking["q1"])) == len(ranking["q1"]) for ranking in found.values())


def test_a_question_that_words_do_not_find_has_an_empty_ranking(index: InMemoryIndex) -> None:
    found = rank(Ranker(index, SearchOptions()), "없는낱말")
    assert found["bm25"] == {"q0": []}
    assert len(found["dense"]["q0"]) == DEPTH


def test_the_reranker_orders_the_best_and_the_rest_follow(index: InMemoryIndex) -> None:
    options = SearchOptions(reranked=2, reranker_weight=1.0)
    found = rank(Ranker(index, options, WordOverlapReranker()), "숙박비 카드 전표로 출장")
    assert found["reranked"]["q0"][0] == "short"
    assert set(found["reranked"]["q0"]) == set(found["fused"]["q0"])


def test_the_legs_of_an_ablation_stand_beside_those_of_the_service(index: InMemoryIndex) -> None:
    documents = (LONG, SHORT, *OTHERS)
    words = ChildWords.of(documents, SIZES, index.analyzer, lambda _: None)
    near = index.embedder.encode(["숙박비 증빙은 카드 전표로 합니다."], TextKind.PASSAGE)[0]

    def move(_: Vector, __: Sequence[str]) -> Vector:
        return near

    imagined = Imagined("scripted", {"q0": ["숙박비"], "q1": []}, move)
    ranker = Ranker(index, SearchOptions(dense_weight=1.0), None, words, imagined)
    found = rank(ranker, "주차장 안내 3", "주차장 안내 3")
    assert list(found) == ["bm25", "dense", "children", "fused", "hyde"]
    assert found["hyde"]["q0"][0] == "short"
    assert found["hyde"]["q1"] == found["fused"]["q1"]
    assert found["fused"]["q0"] == found["fused"]["q1"]


def test_documents_of_equal_score_stand_in_the_same_order_however_the_index_grew(
    tmp_path: Path,
) -> None:
    rankings = []
    for name, documents in (("first", OTHERS), ("second", OTHERS[::-1])):
        with EmbeddedIndex(tmp_path / name, HashingEmbedder(), WhitespaceAnalyzer()) as index:
            store_corpus(index, documents, SIZES, lambda _: None)
            rankings.append(rank(Ranker(index, SearchOptions()), "주차장")["bm25"]["q0"])
    assert len(rankings[0]) == DEPTH
    assert rankings[0] == rankings[1]
