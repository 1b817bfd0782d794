"""The folder of a team: few files, whose names and texts come again and again."""

import os
import shutil
import unicodedata
from collections.abc import Sequence
from itertools import count
from pathlib import Path

FOLDERS = ("", "team/", "team/규정/", "old/")
NAMES = ("휴가.md", "travel.txt", unicodedata.normalize("NFD", "출장.md"), "page.html", "scan.pdf")
PATHS = tuple(folder + name for folder in FOLDERS for name in NAMES)

PARAGRAPHS = (
    "# 휴가 규정\n\n연차 휴가는 한 해에 15일이며 사흘 전에 신청합니다.",
    "병가는 한 해에 60일까지 쓸 수 있습니다. 진단서를 인사팀에 냅니다.",
    "# Travel\n\nFlights are booked by the office in Lisbon at least two weeks ahead.",
    "A hotel may cost 120 euros a night. Breakfast is paid by the traveller.",
    "## 출장비\n\n출장비는 영수증과 함께 다음 달 5일까지 청구합니다.",
    "The server room is locked at 19:00 and the key lies in drawer 7.",
    "회의실은 3층에 있고 예약은 하루 전에 합니다. 예약이 없으면 총무팀에 묻습니다.",
    "## Badges\n\nA lost badge is reported to security within one hour.",
)
SECONDS = 1_700_000_000

BROKEN = "%PDF-1.7 and nothing more"


class Folder:
    """Files on the disk; what changed since the last round of a watch is noted as events."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.events: set[Path] = set()
        self._times = count(SECONDS)
        root.mkdir()

    def files(self) -> list[str]:
        """Return the paths of all files below the root."""
        return sorted(
            path.relative_to(self.root).as_posix()
            for path in self.root.rglob("*")
            if path.is_file()
        )

    def folders(self) -> list[str]:
        """Return the paths of all folders below the root."""
        return sorted(
            path.relative_to(self.root).as_posix() for path in self.root.rglob("*") if path.is_dir()
        )

    def write(self, name: str, paragraphs: Sequence[int]) -> None:
        """Write a file; no two writings have the same time."""
        path = self._place(name)
        path.write_text(content_of(name, paragraphs), encoding="utf-8")
        moment = next(self._times)
        os.utime(path, (moment, moment))
        self.events.add(path)

    def copy(self, old: str, new: str) -> None:
        """Copy a file with its time."""
        if old != new:
            shutil.copy2(self.root / old, self._place(new))
            self.events.add(self.root / new)

    def move(self, old: str, new: str) -> None:
        """Move a file, over another one if need be."""
        (self.root / old).replace(self._place(new))
        self.events |= {self.root / old, self.root / new}

    def move_folder(self, old: str, new: str) -> None:
        """Move a folder to a name that is free."""
        self._place(new)
        (self.root / old).rename(self.root / new)
        self.events |= {self.root / old, self.root / new}

    def delete(self, name: str) -> None:
        """Delete a file, or a folder with all that is in it."""
        path = self.root / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        self.events.add(path)

    def _place(self, name: str) -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def content_of(name: str, paragraphs: Sequence[int]) -> str:
    """Return the text of a file of this name: nobody can read a PDF of ours."""
    return BROKEN if name.endswith(".pdf") else "\n\n".join(PARAGRAPHS[n] for n in paragraphs)
