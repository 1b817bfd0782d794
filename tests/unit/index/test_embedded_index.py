"""What only the embedded index does: files on disk that may be missing, damaged or outdated."""

import json
import sqlite3
from pathlib import Path

import pytest

from index.analyzer import WhitespaceAnalyzer
from index.base import SearchIndex
from index.embedded import dense, dense_building
from index.embedded.index import EmbeddedIndex
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.errors import (
    IndexDamagedError,
    IndexMismatchError,
    IndexMissingError,
    IndexVersionError,
    StorageFullError,
)
from index.models import ChunkedDocument, Filters
from tests.documents import chunked
from tests.full_disk import full_disk
from tests.searching import passages_of


class LaterAnalyzer(WhitespaceAnalyzer):
    name = "whitespace-2"


def some_documents(count: int, first: int = 0) -> list[ChunkedDocument]:
    return [
        chunked(f"docs/{n}.md", [f"문서 번호 {n} 의 첫째 조각", f"second piece of number {n}"])
        for n in range(first, first + count)
    ]


def make(folder: Path, dimension: int = 64) -> EmbeddedIndex:
    return EmbeddedIndex(folder / "index", HashingEmbedder(dimension), WhitespaceAnalyzer())


def put(index: SearchIndex, *documents: ChunkedDocument) -> None:
    with index.writer() as writer:
        writer.put(documents)
        writer.publish()


def problems(index: SearchIndex) -> list[str]:
    return [f"{f.check}: {f.message}" for f in index.examine() if f.problem]


def find(index: SearchIndex, query: str, **filters: str) -> set[str]:
    """Return the sources that both legs find."""
    vector = index.embedder.encode([query], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        legs = [
            snapshot.search_lexical(query, 5, Filters(**filters)),
            snapshot.search_dense(vector, 5, Filters(**filters)),
        ]
        best = [passages_of(snapshot, leg[:1], vector) for leg in legs]
    return {passage.document.source for passages in best for passage in passages}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with make(tmp_path) as index:
        put(index, *some_documents(20))
    return tmp_path


def test_a_missing_index_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with make(tmp_path) as index:
        with pytest.raises(IndexMissingError, match="python -m ingest"):
            index.snapshot()
        assert [finding.problem for finding in index.examine()] == [True]


def test_another_embedder_is_refused_and_rebuild_converts(folder: Path) -> None:
    with make(folder, dimension=32) as index:
        with pytest.raises(IndexMismatchError, match="--rebuild"):
            index.snapshot()
        with pytest.raises(IndexMismatchError, match="--rebuild"):
            index.writer()
        index.writer(rebuild=True).close()
        assert problems(index) == []
        assert find(index, "second piece of number 7") == {"docs/7.md"}
    with make(folder) as index, pytest.raises(IndexMismatchError):
        index.snapshot()


def test_a_reader_notices_that_the_index_was_converted_beneath_it(folder: Path) -> None:
    with make(folder) as reader, make(folder, dimension=32) as other:
        reader.snapshot().close()
        other.writer(rebuild=True).close()
        with pytest.raises(IndexMismatchError):
            reader.snapshot()


def test_another_analyzer_is_refused_until_a_writer_has_followed(folder: Path) -> None:
    later = EmbeddedIndex(folder / "index", HashingEmbedder(64), LaterAnalyzer())
    with later:
        with pytest.raises(IndexMismatchError, match="--repair"):
            later.snapshot()
        later.writer().close()
        assert find(later, "second piece of number 7") == {"docs/7.md"}


def test_a_newer_format_is_refused(folder: Path) -> None:
    with sqlite3.connect(folder / "index" / "store.sqlite3") as connection:
        connection.execute("UPDATE meta SET value = '99' WHERE key = 'format'")
    with make(folder) as index, pytest.raises(IndexVersionError, match="99"):
        index.snapshot()


def make_older(folder: Path) -> None:
    """Take from the store what formats 3 and 4 added."""
    with sqlite3.connect(folder / "index" / "store.sqlite3") as connection:
        connection.execute("DROP TABLE document_groups")
        connection.execute("DROP TABLE signatures")
        connection.execute("DROP INDEX documents_by_content")
        connection.execute("UPDATE meta SET value = '2' WHERE key = 'format'")


def schema(folder: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(folder / "index" / "store.sqlite3") as connection:
        return connection.execute("SELECT name, sql FROM sqlite_master ORDER BY name").fetchall()


def test_an_index_of_format_2_is_read_as_it_is(folder: Path) -> None:
    make_older(folder)
    with make(folder) as index:
        assert find(index, "second piece of number 7") == {"docs/7.md"}
        assert index.similar_groups() == []
        assert problems(index) == []
        with index.snapshot() as snapshot:
            first = snapshot.documents(limit=1).documents[0]
            assert snapshot.originals([first]) == {}
            assert snapshot.similar(first.document_id) == []


def test_the_next_writer_brings_an_older_index_up_to_date_without_embedding(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with make(folder) as index:
        put(index, chunked("a.md", ["같은 글이 여기에 한 번 더 있다."]))
        put(index, chunked("copy of a.md", ["같은 글이 여기에 한 번 더 있다!"]))
        groups, files = index.similar_groups(), contents(folder)
    before = schema(folder)
    make_older(folder)
    monkeypatch.setattr(HashingEmbedder, "_encode", must_not_be_called)
    with make(folder) as older, make(folder) as index:
        older.snapshot().close()
        index.writer().close()
        assert older.similar_groups() == index.similar_groups() == groups
        assert [group.sources for group in groups] == [("copy of a.md",)]
        assert problems(index) == []
    assert schema(folder) == before
    assert contents(folder) == files


def must_not_be_called(*_: object) -> None:
    raise AssertionError("nothing had to be embedded")


def contents(folder: Path) -> dict[str, bytes]:
    """Return the followers' files."""
    files = [path for path in (folder / "index").rglob("*") if path.is_file()]
    return {
        path.name: path.read_bytes()
        for path in files
        if not path.name.startswith("store") and path.suffix != ".lock"
    }


def test_a_writer_that_was_killed_while_bringing_up_to_date_is_finished_by_the_next(
    folder: Path,
) -> None:
    with sqlite3.connect(folder / "index" / "store.sqlite3") as connection:
        connection.execute("DELETE FROM signatures WHERE document > 3")
    with make(folder) as index:
        assert problems(index) == ["store: 17 documents without a signature"]
        index.writer().close()
        assert problems(index) == []


def test_a_damaged_store_is_a_clear_error(folder: Path) -> None:
    (folder / "index" / "store.sqlite3").write_bytes(b"not a database" * 1000)
    with make(folder) as index:
        with pytest.raises(IndexDamagedError, match=r"store\.sqlite3"):
            index.snapshot()
        assert problems(index)


def overwrite(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0xFF
    path.write_bytes(content)


def test_a_damaged_bm25_file_is_found_and_repaired(folder: Path) -> None:
    damaged = max((folder / "index" / "lexical").glob("*.idx"), key=lambda p: p.stat().st_size)
    overwrite(damaged)
    with make(folder) as index:
        with pytest.raises(IndexDamagedError, match=damaged.name):
            index.snapshot()
        assert any(damaged.name in problem for problem in problems(index))
        index.writer().close()
        assert problems(index) == []
        assert find(index, "second piece of number 7") == {"docs/7.md"}


def test_a_bm25_index_that_is_gone_is_made_again(folder: Path) -> None:
    for path in (folder / "index" / "lexical").iterdir():
        path.unlink()
    with make(folder) as index:
        index.writer().close()
        assert problems(index) == []


def test_a_lost_manifest_is_made_again(folder: Path) -> None:
    (folder / "index" / "manifest.json").unlink()
    with make(folder) as index:
        with pytest.raises(IndexMissingError):
            index.snapshot()
        index.writer().close()
        assert find(index, "second piece of number 7") == {"docs/7.md"}


def test_a_follower_that_stayed_behind_catches_up(folder: Path) -> None:
    with make(folder) as index:
        with index.writer() as writer:
            writer.put(some_documents(5, first=100))
        assert any("BM25" in problem for problem in problems(index))
        index.writer().close()
        assert problems(index) == []
        assert find(index, "second piece of number 103") == {"docs/103.md"}


def test_a_follower_from_a_lost_future_starts_anew(folder: Path) -> None:
    store = folder / "index" / "store.sqlite3"
    with sqlite3.connect(store) as connection:
        backup = sqlite3.connect(folder / "backup")
        connection.backup(backup)
    with make(folder) as index:
        put(index, *some_documents(3, first=50))
    for path in store.parent.glob("store.sqlite3*"):
        path.unlink()
    backup.close()
    (folder / "backup").rename(store)
    with make(folder) as index:
        index.writer().close()
        assert problems(index) == []
        assert index.status().documents == 20


def test_a_reader_follows_a_writer_without_being_opened_again(folder: Path) -> None:
    with make(folder) as reader, make(folder) as writing:
        assert find(reader, "second piece of number 7") == {"docs/7.md"}
        put(writing, *some_documents(3, first=200))
        assert find(reader, "second piece of number 201") == {"docs/201.md"}
        with writing.writer() as writer:
            writer.delete(["docs/201.md"])
            writer.publish()
        assert "docs/201.md" not in find(reader, "second piece of number 201")


def test_a_crash_before_publishing_loses_and_doubles_nothing(folder: Path) -> None:
    with make(folder) as index:
        writer = index.writer()
        writer.put(some_documents(5, first=100))
        writer.close()
        put(index, *some_documents(5, first=100))
        assert problems(index) == []
        assert index.status().documents == 25


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dense_building, "EXACT_LIMIT", 200)
    monkeypatch.setattr(dense_building, "RECENT_LIMIT", 50)
    monkeypatch.setattr("index.embedded.followers.EXACT_LIMIT", 200)
    monkeypatch.setattr("index.embedded.followers.RECENT_LIMIT", 50)


@pytest.mark.usefixtures("small_limits")
class TestManyVectors:
    """Above the exact limit the base is an approximate index with a file of its own."""

    def test_the_saved_base_is_loaded_and_followed(self, tmp_path: Path) -> None:
        with make(tmp_path) as index:
            put(index, *some_documents(300))
            put(index, *some_documents(10, first=300))
        manifest = json.loads((tmp_path / "index" / "manifest.json").read_text())
        assert manifest["dense_file"] in manifest["files"]
        with make(tmp_path) as index:
            assert problems(index) == []
            assert find(index, "second piece of number 305") == {"docs/305.md"}
            assert index.status().dense_revision == index.status().revision

    def test_a_filter_that_leaves_few_still_finds_them(self, tmp_path: Path) -> None:
        with make(tmp_path) as index:
            put(index, *some_documents(300))
            for number in (0, 131, 299):
                found = find(index, "조각 piece", source=f"docs/{number}.md")
                assert found == {f"docs/{number}.md"}

    def test_deleted_and_returned_vectors_are_told_apart(self, tmp_path: Path) -> None:
        with make(tmp_path) as index:
            put(index, *some_documents(300))
            with index.writer() as writer:
                writer.delete([f"docs/{n}.md" for n in range(100)])
                writer.publish()
                writer.put(some_documents(30))
                writer.publish()
            assert problems(index) == []
            assert find(index, "second piece of number 7") == {"docs/7.md"}

    def test_an_index_that_lost_all_of_its_many_vectors_is_whole(self, tmp_path: Path) -> None:
        with make(tmp_path) as index:
            put(index, *some_documents(300))
            with index.writer() as writer:
                writer.delete([f"docs/{n}.md" for n in range(300)])
                writer.publish()
            assert problems(index) == []

    def test_a_damaged_base_is_read_from_the_store_again(self, tmp_path: Path) -> None:
        with make(tmp_path) as index:
            put(index, *some_documents(300))
        overwrite(next((tmp_path / "index").glob("dense-*.faiss")))
        with make(tmp_path) as index:
            assert find(index, "second piece of number 7") == {"docs/7.md"}
            assert any("differs from its checksum" in problem for problem in problems(index))

    def test_growth_beyond_the_lists_trains_new_ones(self, tmp_path: Path) -> None:
        with make(tmp_path) as index:
            put(index, *some_documents(110))
            before = index._reader.current()._first_views(_connection(tmp_path))[1]
            put(index, *some_documents(1500, first=110))
            after = index._reader.current()._first_views(_connection(tmp_path))[1]
            assert dense.is_approximate(before.base)
            assert after.base.nlist > 2 * before.base.nlist
            assert problems(index) == []


def _connection(folder: Path) -> sqlite3.Connection:
    return sqlite3.connect(folder / "index" / "store.sqlite3", isolation_level=None)


def test_a_full_disk_is_a_clear_error_and_loses_nothing(folder: Path) -> None:
    with make(folder) as index:
        with (
            index.writer() as writer,
            full_disk(),
            pytest.raises(StorageFullError, match="space"),
        ):
            writer.put(some_documents(2000, first=1000))
        index.writer().close()
        assert problems(index) == []
        assert find(index, "second piece of number 7") == {"docs/7.md"}
