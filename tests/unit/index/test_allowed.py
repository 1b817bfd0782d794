"""Filters that let many children through: remembered, and applied after a wider search."""

from pathlib import Path

import numpy as np
import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedded import dense, lexical
from index.embedded.allowed import AllowedChunks, Ids, kept
from index.embedded.index import EmbeddedIndex
from index.embedded.level import Level
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.models import Candidate, Filters
from tests.documents import chunked

EVEN = Filters(tags=frozenset(["even"]))
LONELY = Filters(source="07")


@pytest.fixture
def index(tmp_path: Path) -> EmbeddedIndex:
    made = EmbeddedIndex(tmp_path / "index", HashingEmbedder(), WhitespaceAnalyzer())
    with made.writer() as writer:
        for number in range(30):
            tags = frozenset(["even"] if number % 2 == 0 else [])
            parts = [[f"공통 낱말 {number} {part} " + "x " * part] for part in range(4)]
            writer.put([chunked(f"{number:02}.txt", *parts, tags=tags)])
        writer.publish()
    return made


def ids(*numbers: int) -> Ids:
    return np.asarray(numbers, dtype=np.int64)


def best(index: EmbeddedIndex, filters: Filters, limit: int) -> tuple[list[Candidate], ...]:
    vector = index.embedder.encode(["공통 낱말 8"], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        return (
            snapshot.search_lexical("공통 낱말 8", limit, filters),
            snapshot.search_dense(vector, limit, filters),
        )


@pytest.mark.parametrize("filters", [EVEN, LONELY])
@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_wider_search_and_a_list_of_ids_find_the_same(
    index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch, filters: Filters, limit: int
) -> None:
    monkeypatch.setattr(lexical, "_LISTED_IDS", 0)
    monkeypatch.setattr(dense, "_LISTED_SHARE", 0.0)
    wider = best(index, filters, limit)
    monkeypatch.setattr(lexical, "_LISTED_IDS", 1_000)
    monkeypatch.setattr(dense, "_LISTED_SHARE", 1.0)
    listed = best(index, filters, limit)

    for one, other in zip(wider, listed, strict=True):
        assert [hit.score for hit in one] == pytest.approx([hit.score for hit in other])
        assert len(one) == min(limit, 60 if filters is EVEN else 4)


def test_a_changed_tag_is_seen_by_the_next_snapshot(index: EmbeddedIndex) -> None:
    assert len(best(index, EVEN, 100)[0]) == 60
    with index.writer() as writer:
        writer.delete(["00.txt"])
        writer.publish()
    assert len(best(index, EVEN, 100)[0]) == 56


def test_only_allowed_candidates_are_kept_in_their_order() -> None:
    candidates = [Candidate(9, 3.0), Candidate(4, 2.0), Candidate(7, 1.0)]
    assert kept(candidates, ids(4, 5, 9)) == [Candidate(9, 3.0), Candidate(4, 2.0)]
    assert kept(candidates, ids(1)) == []
    assert kept([], ids(1)) == []


def test_ids_are_read_once_a_revision_and_the_oldest_are_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.embedded.allowed._MOST_IDS", 48)
    allowed, reads = AllowedChunks(), []

    def read() -> list[int]:
        reads.append(1)
        return [3, 1, 2]

    assert allowed.ids((1, Level.CHILD, EVEN), read).tolist() == [1, 2, 3]
    allowed.ids((1, Level.CHILD, EVEN), read)
    assert len(reads) == 1
    for revision in range(2, 20):
        allowed.ids((revision, Level.CHILD, EVEN), read)
    allowed.ids((1, Level.CHILD, EVEN), read)
    assert len(reads) == 20


def test_more_ids_than_can_be_remembered_are_told_all_the_same(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("index.embedded.allowed._MOST_IDS", 2)
    allowed = AllowedChunks()
    assert allowed.ids((1, Level.CHILD, EVEN), lambda: [3, 1, 2]).tolist() == [1, 2, 3]
    assert allowed.ids((1, Level.PARENT, EVEN), lambda: [5]).tolist() == [5]
