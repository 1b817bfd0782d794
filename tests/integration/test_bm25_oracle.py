"""Our BM25 against bm25s, an independent implementation, on the same terms of real texts."""

from pathlib import Path

import numpy as np
import pytest

from eval.corpus import store_corpus
from eval.datasets import read_question_set
from eval.oracle import Oracle, overlaps
from index.analyzer import KoreanEnglishAnalyzer, WhitespaceAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from ingest.chunking import ChunkSizes

DATA = Path(__file__).parents[3] / "shared" / "data"
QUERIES = 200
LEAST_OVERLAP = 0.9


@pytest.mark.skipif(not DATA.is_dir(), reason=f"the real sets are not at {DATA}")
@pytest.mark.parametrize("name", ["welfare_ko", "squad2_dev_en"])
def test_the_ten_best_are_those_of_an_independent_implementation(name: str, tmp_path: Path) -> None:
    one = read_question_set(DATA / name, limit=QUERIES)
    sizes = ChunkSizes()
    with EmbeddedIndex(tmp_path / "index", HashingEmbedder(), KoreanEnglishAnalyzer()) as index:
        store_corpus(index, one.documents, sizes, lambda _: None)
        found = overlaps(index, one, sizes)
    assert len(found) == QUERIES
    assert found.mean() >= LEAST_OVERLAP


def test_any_of_the_parents_that_share_the_tenth_score_counts() -> None:
    texts = {number: "연차 휴가" if number else "연차 연차 휴가" for number in range(30)}
    oracle = Oracle.of(texts, WhitespaceAnalyzer())
    assert oracle.share_of([0, *range(20, 29)], ["연차"]) == 1
    assert oracle.share_of(list(range(20, 30)), ["연차"]) == 1


def test_parents_that_the_oracle_puts_lower_do_not_count() -> None:
    texts = {number: "연차 " * (30 - number) + "휴가 " * number for number in range(30)}
    oracle = Oracle.of(texts, WhitespaceAnalyzer())
    assert oracle.share_of(range(10), ["연차"]) == 1
    assert oracle.share_of(range(5, 15), ["연차"]) == pytest.approx(0.5)
    assert oracle.share_of([], ["연차"]) == 0
    assert np.isclose(oracle.share_of([], ["없는낱말"]), 1)
