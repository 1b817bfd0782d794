"""Groups in the embedded index: older formats, many vectors, caches and backups."""

import sqlite3
from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.embedded import dense, dense_building
from index.embedded.backup import back_up
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.errors import DocumentNotFoundError
from index.models import Filters
from tests.documents import chunked

HR = Filters(groups=frozenset({"hr"}))
NOBODY = Filters(groups=frozenset())


def make(folder: Path, dimension: int = 64) -> EmbeddedIndex:
    return EmbeddedIndex(folder / "index", HashingEmbedder(dimension), WhitespaceAnalyzer())


def put(index: EmbeddedIndex, count: int, *groups: str) -> None:
    with index.writer() as writer:
        writer.put(
            [
                chunked(f"{n:03}.md", [f"낱말 조각 {n}"], groups=frozenset(groups))
                for n in range(count)
            ]
        )
        writer.publish()


def found(index: EmbeddedIndex, filters: Filters, limit: int = 1_000) -> tuple[int, int]:
    """Return how much each leg finds."""
    vector = index.embedder.encode(["조각"], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        return (
            len(snapshot.search_lexical("조각", limit, filters)),
            len(snapshot.search_dense(vector, limit, filters)),
        )


def make_format_3(folder: Path) -> None:
    with sqlite3.connect(folder / "index" / "store.sqlite3") as connection:
        connection.execute("DROP TABLE document_groups")
        connection.execute("UPDATE meta SET value = '3' WHERE key = 'format'")
    connection.close()


def test_in_an_index_of_format_3_every_document_is_open_to_all(tmp_path: Path) -> None:
    with make(tmp_path) as index:
        put(index, 5)
    make_format_3(tmp_path)
    with make(tmp_path) as index:
        assert found(index, NOBODY) == (5, 5)
        assert found(index, HR) == (5, 5)
        assert {each.groups for each in index.fingerprints().values()} == {frozenset()}
        assert not any(finding.problem for finding in index.examine())
        with index.snapshot() as snapshot:
            first = snapshot.documents(limit=1, filters=NOBODY).documents[0]
            assert snapshot.document(first.document_id, HR).groups == frozenset()
            assert snapshot.similar(first.document_id, HR) == []


def test_a_reader_that_opened_format_3_obeys_the_groups_that_a_writer_brought(
    tmp_path: Path,
) -> None:
    with make(tmp_path) as index:
        put(index, 5)
    make_format_3(tmp_path)
    with make(tmp_path) as reader, make(tmp_path) as writing:
        assert found(reader, NOBODY) == (5, 5)
        put(writing, 3, "hr")
        assert found(reader, NOBODY) == (2, 2)
        assert found(reader, HR) == (5, 5)


def test_groups_count_for_readers_before_they_are_published(tmp_path: Path) -> None:
    with make(tmp_path) as index:
        put(index, 5)
        assert found(index, NOBODY) == (5, 5)
        with index.writer() as writer:
            writer.regroup({"000.md": frozenset({"hr"})})
            assert found(index, NOBODY) == (4, 4)


def test_many_vectors_are_kept_apart_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_building, "EXACT_LIMIT", 100)
    monkeypatch.setattr("index.embedded.followers.EXACT_LIMIT", 100)
    monkeypatch.setattr("index.embedded.followers.RECENT_LIMIT", 10)
    with make(tmp_path) as index:
        put(index, 300, "legal")
        assert found(index, HR) == found(index, NOBODY) == (0, 0)
        put(index, 4, "hr")
        assert found(index, HR) == (4, 4)
        assert found(index, NOBODY) == (0, 0)
        put(index, 2, "legal")
        assert found(index, HR) == (2, 2)


def test_a_backup_holds_the_groups(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with make(tmp_path) as index:
        put(index, 3, "hr")
    back_up(tmp_path / "index", tmp_path / "a.backup")
    with make(tmp_path / "new") as restored:
        restored.restore(tmp_path / "a.backup")
        assert found(restored, NOBODY) == (0, 0)
        assert found(restored, HR) == (3, 3)


def test_a_backup_of_format_3_is_restored_and_brought_up_to_date(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    with make(tmp_path) as index:
        put(index, 3)
    make_format_3(tmp_path)
    back_up(tmp_path / "index", tmp_path / "a.backup")
    with make(tmp_path / "new") as restored:
        restored.restore(tmp_path / "a.backup")
        put(restored, 1, "hr")
        assert found(restored, NOBODY) == (2, 2)


def test_another_embedder_leaves_the_groups_as_they_are(tmp_path: Path) -> None:
    with make(tmp_path) as index:
        put(index, 3, "hr")
    with make(tmp_path, 128) as converted:
        converted.writer(rebuild=True).close()
        assert found(converted, NOBODY) == (0, 0)
        assert found(converted, HR) == (3, 3)


def test_groups_of_one_document_are_not_those_of_the_next_with_its_key(tmp_path: Path) -> None:
    with make(tmp_path) as index:
        put(index, 1, "hr")
        with index.writer() as writer:
            writer.delete(["000.md"])
            writer.put([chunked("other.md", ["낱말 조각"])])
            writer.publish()
        assert found(index, NOBODY) == (1, 1)
        with index.snapshot() as snapshot, pytest.raises(DocumentNotFoundError):
            snapshot.document(chunked("000.md", ["x"]).source, NOBODY)


def test_where_no_document_has_groups_no_ids_are_read_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unwanted(*_: object) -> None:
        raise AssertionError("every document may be read")

    with make(tmp_path) as index:
        put(index, 5)
        with monkeypatch.context() as patched:
            patched.setattr("index.embedded.reading.read_allowed", unwanted)
            assert found(index, NOBODY) == (5, 5)
        put(index, 1, "hr")
        assert found(index, NOBODY) == (4, 4)


def test_a_part_of_many_vectors_is_searched_as_if_it_were_all_there_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dense_building, "EXACT_LIMIT", 400)
    monkeypatch.setattr("index.embedded.followers.EXACT_LIMIT", 400)
    words = [f"낱말 조각 {n} 글 {n % 7} 묶음 {n % 31}" for n in range(2_000)]
    documents = [
        chunked(f"{n:04}.md", [text], groups=frozenset({"hr" if n % 50 == 0 else "other"}))
        for n, text in enumerate(words)
    ]
    with make(tmp_path / "all") as whole, make(tmp_path / "part") as part:
        for index, some in ((whole, documents), (part, documents[::50])):
            with index.writer() as writer:
                writer.put(some)
                writer.publish()
        with whole.snapshot() as one, part.snapshot() as other:
            assert dense.is_approximate(one._dense.base)
            for query in words[7:300:13]:
                vector = whole.embedder.encode([query], TextKind.QUERY)[0]
                expected = other.search_dense(vector, 10)
                found = one.search_dense(vector, 10, HR)
                assert [hit.score for hit in found] == pytest.approx(
                    [hit.score for hit in expected], abs=1e-6
                )
                assert len(found) == 10
