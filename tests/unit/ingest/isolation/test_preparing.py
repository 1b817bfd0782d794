"""What a supervisor imports ahead, and what its children may read."""

import subprocess
import sys
from pathlib import Path

import pytest

from ingest.isolation.preparing import readable_paths

PROGRAM = """
import sys
from ingest.isolation.preparing import Preparation
assert {library!r} not in sys.modules
Preparation({{}}).prepare({name!r})
assert {library!r} in sys.modules
"""


@pytest.mark.parametrize(
    ("name", "library"),
    [("a.pdf", "pypdfium2"), ("a.docx", "docx"), ("a.md", "markdown_it")],
)
def test_the_library_of_a_format_is_imported_before_its_first_file(name: str, library: str) -> None:
    program = PROGRAM.format(name=name, library=library)
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_neither_the_working_folder_nor_the_home_may_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    readable = readable_paths()
    assert not any(tmp_path.is_relative_to(path) for path in readable)
    assert not any(Path.home() == path for path in readable)
    assert any(Path(pytest.__file__).is_relative_to(path) for path in readable)
