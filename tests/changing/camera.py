"""What a kill leaves: the files of a folder as they are at one moment of some work."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

_WRITING = frozenset({"execute", "executemany", "commit", "rollback", "close"}) | frozenset(
    {"garbage_collect_files", "wait_merging_threads", "write_index", "write", "fsync", "open"}
    | {"replace", "rename", "unlink", "rmdir", "mkdir"}
)
_TRIES = 50

State = dict[str, tuple[int, int]]


class Camera:
    """Copies a folder as it is after its files changed so many times."""

    def __init__(self, folder: Path, picture: Path, moment: int) -> None:
        self._folder = folder
        self._picture = picture
        self._moment = moment
        self._seen = 0
        self._last = state_of(folder)
        self.taken = False

    def look(self, _frame: FrameType, event: str, called: Any) -> None:
        """Be called by the interpreter after each call of a function that is not Python's."""
        if event != "c_return" or self.taken or called.__name__ not in _WRITING:
            return
        now = state_of(self._folder)
        if now == self._last:
            return
        self._last = now
        self._seen += 1
        if self._seen == self._moment:
            self._copy()

    def _copy(self) -> None:
        """Copy until nothing changed meanwhile: threads of the BM25 index merge files."""
        for _ in range(_TRIES):
            before = state_of(self._folder)
            try:
                shutil.copytree(self._folder, self._picture, dirs_exist_ok=False)
            except (FileNotFoundError, shutil.Error):
                shutil.rmtree(self._picture)
                continue
            if state_of(self._folder) == before:
                self.taken = True
                return
            shutil.rmtree(self._picture)


@contextmanager
def photographed(folder: Path, picture: Path, moment: int) -> Iterator[Camera]:
    """Give what tells whether the picture was taken; the block may end before its moment."""
    camera = Camera(folder, picture, moment)
    before = sys.getprofile()
    sys.setprofile(camera.look)
    try:
        yield camera
    finally:
        sys.setprofile(before)


def state_of(folder: Path) -> State:
    """Return size and time of every file; the memory that SQLite's readers share is no file."""
    state = {}
    for parent, _, names in os.walk(folder):
        for name in names:
            if not name.endswith("-shm"):
                try:
                    found = os.stat(os.path.join(parent, name))  # noqa: PTH116, PTH118
                except FileNotFoundError:
                    continue
                state[f"{parent}/{name}"] = (found.st_size, found.st_mtime_ns)
    return state
