"""Whatever a file does to the process that reads it, the next file is read."""

import os
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from eval.loaders.reading import FileOutcome, WatchedReader, read_file
from index.errors import UnknownNameError
from ingest.discovery import FoundFile
from ingest.document import LoadedDocument
from ingest.errors import EncryptedFileError, ParserUnavailableError
from ingest.reading import ReadingOptions, parse_here

IN_THIS_PROCESS = ReadingOptions(isolation=None)
ENDING, HANGING = "ends.txt", "hangs.txt"


def serve_badly(connection: Connection, options: ReadingOptions) -> None:
    """End or hang for two names; the text of the others is the name, the message the process."""
    assert options == IN_THIS_PROCESS
    connection.send(True)
    while True:
        try:
            file: FoundFile = connection.recv()
        except EOFError:
            return
        if file.source == ENDING:
            os._exit(3)
        if file.source == HANGING:
            time.sleep(60)
        connection.send(FileOutcome("ingested", 0.0, file.source, str(os.getpid())))


def serve_never(connection: Connection, options: ReadingOptions) -> None:
    """End before anything is read."""
    del connection, options


def serve_an_error(connection: Connection, options: ReadingOptions) -> None:
    """Answer that no file can be read."""
    del options
    connection.send(True)
    connection.recv()
    connection.send(UnknownNameError("no loader"))


def found(name: str) -> FoundFile:
    return FoundFile(Path(name), name)


def test_a_process_that_ends_is_a_crash_and_one_that_takes_too_long_hangs() -> None:
    with WatchedReader(IN_THIS_PROCESS, serve=serve_badly, longest_seconds=3.0) as reader:
        first = reader.read(found("a.txt"))
        crashed = reader.read(found(ENDING))
        second = reader.read(found("b.txt"))
        hung = reader.read(found(HANGING))
        third = reader.read(found("c.txt"))
    assert (crashed.ended, crashed.message) == ("crash", "the process ended with exit code 3")
    assert (hung.ended, hung.seconds >= 3.0) == ("hang", True)
    read = [first, second, third]
    assert [outcome.text for outcome in read] == ["a.txt", "b.txt", "c.txt"]
    assert len({outcome.message for outcome in read}) == 3


def test_a_process_that_does_not_start_is_no_fault_of_a_file() -> None:
    with pytest.raises(ParserUnavailableError, match="did not start"):
        WatchedReader(IN_THIS_PROCESS, serve=serve_never)


def test_an_error_that_concerns_all_files_is_raised() -> None:
    with (
        WatchedReader(IN_THIS_PROCESS, serve=serve_an_error) as reader,
        pytest.raises(UnknownNameError),
    ):
        reader.read(found("a.txt"))


def test_files_go_the_way_of_the_ingestion(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# 휴가\n\n연차는 15일입니다.", encoding="utf-8")
    (tmp_path / "b.html").write_bytes(b"")
    with WatchedReader(ReadingOptions()) as reader:
        read, empty = (reader.read(FoundFile(tmp_path / each, each)) for each in ("a.md", "b.html"))
    assert (read.ended, read.text) == ("ingested", "# 휴가\n\n연차는 15일입니다.")
    assert (empty.ended, empty.text) == ("empty", "")
    assert "b.html is empty" in empty.message


def raising(error: Exception) -> Callable[[str, bytes], LoadedDocument]:
    def parse(name: str, content: bytes) -> LoadedDocument:
        del name, content
        raise error

    return parse


def test_errors_of_loaders_are_reasons_and_others_are_crashes(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"text")
    file = FoundFile(tmp_path / "a.txt", "a.txt")
    locked = read_file(file, IN_THIS_PROCESS, raising(EncryptedFileError("a.txt needs a password")))
    broken = read_file(file, IN_THIS_PROCESS, raising(RecursionError("too deep")))
    whole = read_file(file, IN_THIS_PROCESS, parse_here(IN_THIS_PROCESS))
    assert (locked.ended, locked.message) == ("encrypted", "a.txt needs a password")
    assert (broken.ended, broken.message) == ("crash", "RecursionError: too deep")
    assert (whole.ended, whole.text) == ("ingested", "text")
