"""Half a file is not read."""

import os
from pathlib import Path

import pytest

from ingest.discovery import FoundFile
from ingest.watching import settling
from ingest.watching.settling import Settling
from ingest.watching.signature import GONE, UNKNOWN, Signature, signature_of
from ingest.watching.timing import Timing

TIMING = Timing(settle=1.0, longest=10.0)


@pytest.fixture
def file(tmp_path: Path) -> FoundFile:
    path = tmp_path / "a.txt"
    path.write_text("first words")
    return FoundFile(path, "a.txt")


def test_a_file_is_at_rest_once_it_stays_the_same(file: FoundFile) -> None:
    waiting = Settling(TIMING)
    waiting.add([file], 0.0)
    assert waiting.at_rest(0.9) == {}
    assert waiting.at_rest(1.0) == {file: signature_of(file.path)}


def test_a_file_that_grows_is_waited_for(file: FoundFile) -> None:
    waiting = Settling(TIMING)
    waiting.add([file], 0.0)
    file.path.write_text("first words, and more of them")
    assert waiting.at_rest(1.0) == {}
    assert waiting.at_rest(1.9) == {}
    assert list(waiting.at_rest(2.0)) == [file]


def test_a_file_that_never_rests_is_read_in_the_end(file: FoundFile) -> None:
    waiting = Settling(TIMING)
    waiting.add([file], 0.0)
    for second in range(1, 10):
        file.path.write_text("word " * second)
        assert waiting.at_rest(float(second)) == {}
    file.path.write_text("the last word")
    assert waiting.at_rest(10.0) == {file: signature_of(file.path)}


def test_a_file_is_due_until_it_is_forgotten(file: FoundFile) -> None:
    waiting = Settling(TIMING)
    waiting.add([file], 0.0)
    due = waiting.at_rest(1.0)
    assert waiting.at_rest(2.0) == due
    waiting.forget(due)
    assert (waiting.at_rest(3.0), len(waiting)) == ({}, 0)


def test_a_file_that_is_deleted_and_written_again_at_once_was_never_gone(file: FoundFile) -> None:
    waiting = Settling(TIMING)
    file.path.unlink()
    waiting.add([file], 0.0)
    file.path.write_text("saved by an editor")
    assert waiting.at_rest(1.0) == {}
    assert waiting.at_rest(2.0) == {file: signature_of(file.path)}


def test_a_renamed_file_with_the_same_source_is_there(file: FoundFile) -> None:
    """As when a name is decomposed: 가 and ᄀ + ᅡ are one source."""
    waiting = Settling(TIMING)
    renamed = FoundFile(file.path.with_name("b.txt"), file.source)
    file.path.rename(renamed.path)
    waiting.add([file, renamed], 0.0)
    waiting.at_rest(1.0)
    assert list(waiting.at_rest(2.0)) == [renamed]


def test_a_file_of_which_the_system_says_nothing_is_never_gone(
    file: FoundFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settling, "signature_of", lambda _: UNKNOWN)
    waiting = Settling(TIMING)
    waiting.add([file], 0.0)
    assert [waiting.at_rest(float(second)) for second in range(1, 10)] == [{}] * 9
    assert waiting.at_rest(10.0) == {file: UNKNOWN}


def test_what_is_no_regular_file_is_gone(file: FoundFile) -> None:
    link = file.path.with_name("link.txt")
    link.symlink_to(file.path)
    inside = file.path / "below a file"
    assert [signature_of(path) for path in (link, file.path.parent, inside)] == [GONE] * 3
    assert isinstance(signature_of(file.path), Signature)


def test_a_file_that_takes_anothers_place_has_another_signature(file: FoundFile) -> None:
    before = signature_of(file.path)
    other = file.path.with_name("other.txt")
    other.write_text("other words")
    os.utime(other, ns=(before.modified_ns, before.modified_ns))
    other.replace(file.path)
    after = signature_of(file.path)
    assert (before.size_bytes, before.modified_ns) == (after.size_bytes, after.modified_ns)
    assert before != after
