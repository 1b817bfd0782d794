"""Where files are parsed: in processes of their own, or in this one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ingest import reading
from ingest.discovery import FoundFile
from ingest.isolation.limits import Isolation, ParseLimits, can_isolate
from ingest.loaders.base import Loader, RawDocument
from ingest.reading import ReadingOptions, open_parse, read_content, to_document

LOADERS = {".pid": f"{__name__}:ProcessLoader"}


class ProcessLoader(Loader):
    """Returns the number of the process that it runs in."""

    name = "process"
    revision = 1
    media_type = "text/x-process"

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        return RawDocument(text=str(os.getpid()))


def processes(options: ReadingOptions, times: int = 1) -> list[int]:
    with open_parse(options) as parse:
        return [int(parse("a.pid", b"x").text) for _ in range(times)]


@pytest.mark.skipif(not can_isolate(), reason="this system cannot fork")
def test_each_file_is_parsed_in_a_process_of_its_own() -> None:
    found = processes(ReadingOptions(loaders=LOADERS), times=3)
    assert len({os.getpid(), *found}) == 4


def test_without_isolation_files_are_parsed_in_this_process_without_threads() -> None:
    options = ReadingOptions(loaders=LOADERS, isolation=None)
    assert processes(options) == [os.getpid()]
    assert options.workers == 0


def test_where_there_is_no_fork_files_are_parsed_in_this_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reading, "can_isolate", lambda: False)
    options = ReadingOptions(loaders=LOADERS, isolation=Isolation(4))
    assert processes(options) == [os.getpid()]
    assert options.workers == 0


def test_the_ingestion_imports_nothing_that_only_unix_has() -> None:
    program = "import sys; sys.modules['resource'] = None; import ingest.commands"
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(not can_isolate(), reason="this system cannot fork")
def test_the_number_of_parsers_is_given_or_that_of_the_cores() -> None:
    assert ReadingOptions(isolation=Isolation(3)).workers == 3
    assert ReadingOptions().workers == (os.cpu_count() or 1)


@pytest.mark.skipif(not can_isolate(), reason="this system cannot fork")
def test_both_ways_give_the_same_document(tmp_path: Path) -> None:
    path = tmp_path / "휴가.md"
    path.write_text("# 휴가\n\n연차는 15일이다.\n\n## 신청\n\n팀장에게 낸다.\n", encoding="utf-8")
    documents = []
    for isolation in (None, Isolation(1, ParseLimits())):
        options = ReadingOptions(isolation=isolation)
        with open_parse(options) as parse:
            read = read_content(FoundFile(path, "휴가.md"), options)
            documents.append(to_document(read, frozenset({"인사"}), options, parse))
    assert documents[0] == documents[1]
    assert documents[0].title == "휴가"
