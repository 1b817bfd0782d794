"""The checks of the bench of uploads find what they are there to find."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.bench.upload_checks import problems
from eval.bench.upload_wishes import Expected, Kind, Wish, wishes
from index.analyzer import WhitespaceAnalyzer
from index.embedded.index import EmbeddedIndex
from index.embedder.hashing import HashingEmbedder
from index.uploads.sqlite import SqliteUploads
from ingest.reading import ReadingOptions
from ingest.worker.stopping import Stopping
from ingest.worker.worker import Worker


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def index(data: Path) -> Iterator[EmbeddedIndex]:
    with EmbeddedIndex(data / "index", HashingEmbedder(), WhitespaceAnalyzer()) as opened:
        yield opened


@pytest.fixture
def queue(data: Path) -> Iterator[SqliteUploads]:
    with SqliteUploads(data) as opened:
        yield opened


@pytest.fixture
def expected(queue: SqliteUploads, index: EmbeddedIndex) -> Expected:
    """Two documents that were handed over and read, as they should be."""
    noted = Expected()
    for name, marker in (("a.txt", "zqa"), ("b.txt", "zqb")):
        wish = Wish(Kind.ADD, name, marker, f"{marker} 글".encode())
        with queue.receiver() as receiver:
            receiver.write(wish.content)
            noted.note(wish, queue.add(receiver.finish(), name, frozenset()).document_id)
    Worker(queue, index, ReadingOptions(isolation=None), Stopping()).work_off()
    return noted


def test_nothing_is_wrong_when_all_is_done(
    index: EmbeddedIndex, data: Path, expected: Expected
) -> None:
    assert problems(index, data, expected) == []


def test_a_document_that_is_lost_is_found_out(
    index: EmbeddedIndex, data: Path, expected: Expected
) -> None:
    with index.writer() as writer:
        writer.delete(["uploads/a.txt"])
        writer.publish()
    assert problems(index, data, expected) == ["a.txt holds ['']; it may hold ['zqa']"]


def test_a_document_that_should_be_gone_is_found_out(
    index: EmbeddedIndex, data: Path, expected: Expected
) -> None:
    expected.note(Wish(Kind.REMOVE, "b.txt"), expected.ids["b.txt"])
    assert problems(index, data, expected) == ["b.txt holds ['zqb']; it may hold ['']"]


def test_a_wish_without_an_answer_may_have_been_taken_or_not(
    index: EmbeddedIndex, data: Path, expected: Expected
) -> None:
    expected.note(Wish(Kind.REMOVE, "b.txt"), None)
    expected.note(Wish(Kind.ADD, "c.txt", "zqc"), None)
    assert problems(index, data, expected) == []


def test_a_file_that_is_gone_or_left_over_is_found_out(
    index: EmbeddedIndex, data: Path, queue: SqliteUploads, expected: Expected
) -> None:
    (upload,) = queue.uploads([expected.ids["a.txt"]]).values()
    (data / "uploads" / upload.file.key).rename(data / "uploads" / "left-over")
    assert problems(index, data, expected) == [
        f"the file {upload.file.key} is gone",
        "1 files belong to no document that was acknowledged",
    ]


def test_a_job_that_did_not_end_is_found_out(
    index: EmbeddedIndex, data: Path, queue: SqliteUploads, expected: Expected
) -> None:
    queue.retry(expected.ids["a.txt"])
    (problem,) = problems(index, data, expected)
    assert problem.startswith("the job retry of uploads/a.txt is waiting")


def test_wishes_are_the_same_each_time_and_of_every_kind() -> None:
    some = list(wishes(60, seed=3))
    assert some == list(wishes(60, seed=3))
    assert {wish.kind for wish in some} == set(Kind)
    assert len({wish.marker for wish in some if wish.marker}) == sum(1 for w in some if w.marker)
