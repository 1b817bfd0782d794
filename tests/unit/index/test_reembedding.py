"""Converting to another embedder: beside the live index, in one step, and on from where it was."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from numpy.typing import NDArray

from index.analyzer import WhitespaceAnalyzer
from index.embedded import dense_building, reembedding
from index.embedded.backup import back_up
from index.embedded.index import EmbeddedIndex
from index.embedded.side_store import SIDE_NAME
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from index.errors import IndexLockedError, IndexMismatchError, SearchIndexError
from tests.documents import chunked
from tests.searching import passages_of


class WatchedEmbedder(HashingEmbedder):
    """Counts the passages that it encodes, and does something else before each batch."""

    def __init__(self, dimension: int = 32) -> None:
        super().__init__(dimension)
        self.passages = 0
        self.before: Callable[[], None] = lambda: None

    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        if kind is TextKind.PASSAGE:
            self.before()
            self.passages += len(texts)
        return super()._encode(texts, kind)


class CrashError(BaseException):
    """Ends everything at once, as kill -9 does."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with old(tmp_path / "index") as index:
        put(index, *(f"d{number}.md" for number in range(20)))
    return tmp_path / "index"


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reembedding, "_CHILDREN_AT_ONCE", 5)
    monkeypatch.setattr(reembedding, "_SECONDS_BETWEEN_TRIES", 0.01)


@pytest.fixture
def embedder() -> WatchedEmbedder:
    return WatchedEmbedder()


def old(folder: Path) -> EmbeddedIndex:
    return EmbeddedIndex(folder, HashingEmbedder(64), WhitespaceAnalyzer())


def new(folder: Path, embedder: HashingEmbedder) -> EmbeddedIndex:
    return EmbeddedIndex(folder, embedder, WhitespaceAnalyzer())


def put(index: EmbeddedIndex, *sources: str) -> None:
    with index.writer() as writer:
        writer.put([chunked(source, [f"text of {source}"]) for source in sources])
        writer.publish()


def convert(folder: Path, embedder: HashingEmbedder) -> None:
    with new(folder, embedder) as index:
        index.writer(rebuild=True).close()


def near(index: EmbeddedIndex, words: str) -> str:
    """Return the source of the child nearest to these words."""
    vector = index.embedder.encode([words], TextKind.QUERY)[0]
    with index.snapshot() as snapshot:
        return passages_of(snapshot, snapshot.search_dense(vector, 1), vector)[0].document.source


def problems(index: EmbeddedIndex) -> list[str]:
    return [finding.message for finding in index.examine() if finding.problem]


def assert_converted(folder: Path, embedder: HashingEmbedder, count: int = 20) -> None:
    with new(folder, embedder) as index:
        assert index.status().children == count
        assert near(index, "text of d7.md") == "d7.md"
        assert problems(index) == []
    assert not (folder / SIDE_NAME).exists()


def test_searches_go_on_with_the_old_vectors_until_one_step(
    folder: Path, embedder: WatchedEmbedder
) -> None:
    seen = []
    with old(folder) as service:
        embedder.before = lambda: seen.append(near(service, "text of d7.md"))
        convert(folder, embedder)
        assert seen == ["d7.md"] * 4
        with pytest.raises(IndexMismatchError, match="MUREUM_EMBEDDER"):
            service.snapshot()
    assert_converted(folder, embedder)


def test_documents_that_come_change_and_go_meanwhile_are_as_they_were_left(
    folder: Path, embedder: WatchedEmbedder
) -> None:
    done = iter([True])

    def write() -> None:
        if next(done, False):
            with old(folder) as index, index.writer() as writer:
                writer.put([chunked("late.md", ["text of late.md"])])
                writer.put([chunked("d3.md", ["another text of d3.md"])])
                writer.delete(["d4.md"])
                writer.publish()

    embedder.before = write
    convert(folder, embedder)

    assert_converted(folder, embedder)
    with new(folder, embedder) as index:
        assert near(index, "text of late.md") == "late.md"
        assert near(index, "another text of d3.md") == "d3.md"
        assert "d4.md" not in index.fingerprints()


def test_it_waits_for_a_writer_and_takes_what_that_stores(
    folder: Path, embedder: WatchedEmbedder, caplog: pytest.LogCaptureFixture
) -> None:
    with old(folder) as index:
        writer = index.writer()
        conversion = threading.Thread(target=convert, args=(folder, embedder))
        conversion.start()
        while not caplog.messages:
            conversion.join(0.01)
        writer.put([chunked("late.md", ["text of late.md"])])
        writer.publish()
        assert near(index, "text of late.md") == "late.md"
        writer.close()
        conversion.join()
    assert_converted(folder, embedder, count=21)
    with new(folder, embedder) as index:
        assert near(index, "text of late.md") == "late.md"


def test_what_was_embedded_before_a_crash_is_not_embedded_again(
    folder: Path, embedder: WatchedEmbedder
) -> None:
    def crash_later() -> None:
        if embedder.passages >= 10:
            raise CrashError

    embedder.before = crash_later
    with pytest.raises(CrashError):
        convert(folder, embedder)
    with old(folder) as index:
        assert near(index, "text of d7.md") == "d7.md"
        assert problems(index) == []

    again = WatchedEmbedder()
    convert(folder, again)
    assert again.passages == 10
    assert_converted(folder, embedder)


def test_vectors_of_a_third_embedder_are_not_taken(folder: Path, embedder: WatchedEmbedder) -> None:
    third = WatchedEmbedder(16)
    third.before = crash
    with pytest.raises(CrashError):
        convert(folder, third)
    convert(folder, embedder)
    assert embedder.passages == 20
    assert_converted(folder, embedder)


def crash(*_: object) -> None:
    raise CrashError


@pytest.mark.parametrize("place", ["_let_it_count", "switch_vectors"])
def test_a_crash_at_the_step_leaves_the_old_vectors_or_the_new_ones(
    folder: Path, embedder: WatchedEmbedder, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    owner = reembedding if place == "switch_vectors" else reembedding._Reembedding
    with monkeypatch.context() as patch:
        patch.setattr(owner, place, crash)
        with pytest.raises(CrashError):
            convert(folder, embedder)
    if place == "switch_vectors":
        with new(folder, embedder) as index:
            assert near(index, "text of d7.md") == "d7.md"
            index.writer().close()
    else:
        with old(folder) as index:
            assert near(index, "text of d7.md") == "d7.md"
            assert problems(index) == []
        convert(folder, embedder)
    assert embedder.passages == 20
    assert_converted(folder, embedder)


def test_bm25_is_not_made_anew(folder: Path, embedder: WatchedEmbedder) -> None:
    before = {path.name for path in (folder / "lexical").glob("*.idx")}
    convert(folder, embedder)
    assert before
    assert before <= {path.name for path in (folder / "lexical").glob("*.idx")}


def test_one_conversion_goes_on_at_a_time(folder: Path, embedder: WatchedEmbedder) -> None:
    with FileLock(folder / "reembedding.lock"), pytest.raises(IndexLockedError, match="again"):
        convert(folder, embedder)


def test_a_conversion_goes_on_when_somebody_repairs_with_the_old_embedder(
    folder: Path, embedder: WatchedEmbedder
) -> None:
    def repair() -> None:
        with old(folder) as index:
            index.writer(rebuild=True).close()

    embedder.before = repair
    convert(folder, embedder)
    assert embedder.passages == 20
    assert_converted(folder, embedder)


def test_an_index_that_was_restored_meanwhile_is_left_alone(
    folder: Path, embedder: WatchedEmbedder
) -> None:
    back_up(folder, folder.parent / "a.backup")

    def restore_once() -> None:
        embedder.before = lambda: None
        with old(folder) as index:
            index.restore(folder.parent / "a.backup", replace=True)

    embedder.before = restore_once
    with pytest.raises(SearchIndexError, match="restored meanwhile"):
        convert(folder, embedder)
    with old(folder) as index:
        assert near(index, "text of d7.md") == "d7.md"
        assert problems(index) == []


class TestManyVectors:
    """Above the exact limit the new vectors get a file of their own before they count."""

    @pytest.fixture(autouse=True)
    def _small_limits(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(reembedding, "_CHILDREN_AT_ONCE", 30)
        for module in ("dense_building", "followers"):
            monkeypatch.setattr(f"index.embedded.{module}.EXACT_LIMIT", 50)
            monkeypatch.setattr(f"index.embedded.{module}.RECENT_LIMIT", 20)

    @pytest.fixture
    def folder(self, tmp_path: Path) -> Path:
        with old(tmp_path / "index") as index:
            put(index, *(f"d{number}.md" for number in range(80)))
        return tmp_path / "index"

    def test_the_file_is_switched_with_the_manifest(
        self, folder: Path, embedder: WatchedEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made = []
        make = dense_building._made_anew

        def counted(*given: object) -> object:
            made.append(given[0])
            return make(*given)  # type: ignore[arg-type]

        with old(folder) as service:
            assert near(service, "text of d7.md") == "d7.md"
            monkeypatch.setattr(dense_building, "_made_anew", counted)
            convert(folder, embedder)
        manifest = json.loads((folder / "manifest.json").read_text())
        assert (manifest["embedder"], manifest["dimension"]) == ("hashing:32", 32)
        assert manifest["dense_file"] in manifest["files"]
        assert made == [32]
        assert [path.name for path in folder.glob("dense-*")] == [manifest["dense_file"]]
        assert_converted(folder, embedder, count=80)

    def test_documents_that_came_after_the_file_was_made_are_in_it(
        self, folder: Path, embedder: WatchedEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wait = reembedding._Reembedding._waited_for

        def write_first(self: object, locked: object) -> object:
            with old(folder) as index:
                put(index, *(f"late{number}.md" for number in range(12)))
            return wait(self, locked)  # type: ignore[arg-type]

        monkeypatch.setattr(reembedding._Reembedding, "_waited_for", write_first)
        convert(folder, embedder)
        assert_converted(folder, embedder, count=92)
        with new(folder, embedder) as index:
            assert near(index, "text of late7.md") == "late7.md"

    def test_a_crash_between_the_step_and_the_manifest_does_not_mix_vectors(
        self, folder: Path, embedder: WatchedEmbedder, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(reembedding, "switch_vectors", crash)
            with pytest.raises(CrashError):
                convert(folder, embedder)
        with new(folder, embedder) as index:
            assert near(index, "text of d7.md") == "d7.md"
            assert problems(index)
            index.writer().close()
        assert_converted(folder, embedder, count=80)
