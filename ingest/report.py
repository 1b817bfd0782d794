"""What a run did, file by file and in sum; the same for the terminal and for machines."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from index.models import SimilarGroup


class Outcome(StrEnum):
    """What happened to one file."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REMOVED = "removed"
    SKIPPED = "skipped"
    FAILED = "failed"


CHANGING = frozenset({Outcome.ADDED, Outcome.CHANGED})
"""Outcomes after which other text is in the index than before."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """One file: counts are of its chunks; reason and message tell why it was not read."""

    source: str
    outcome: Outcome
    added: int = 0
    kept: int = 0
    removed: int = 0
    embedded: int = 0
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class RunReport:
    """A whole run; ``dry`` tells that nothing was written.

    ``similar`` are the groups of documents nearly the same that a new or changed one is in.
    """

    files: Sequence[FileReport]
    seconds: float
    revision: int
    dry: bool
    similar: Sequence[SimilarGroup] = ()

    def count(self, outcome: Outcome) -> int:
        """Return how many files had this outcome."""
        return sum(1 for file in self.files if file.outcome is outcome)

    @property
    def embedded(self) -> int:
        """Return how many chunks ran through the model."""
        return sum(file.embedded for file in self.files)

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values; unchanged files are only counted."""
        outcomes = Counter(file.outcome for file in self.files)
        chunks = {
            name: sum(getattr(file, name) for file in self.files)
            for name in ("added", "kept", "removed", "embedded")
        }
        return {
            "dry_run": self.dry,
            "files": {outcome.value: outcomes[outcome] for outcome in Outcome},
            "chunks": chunks,
            "seconds": round(self.seconds, 3),
            "revision": self.revision,
            "similar": [asdict(group) for group in self.similar],
            "details": [
                asdict(file) for file in self.files if file.outcome is not Outcome.UNCHANGED
            ],
        }


def touched(groups: Sequence[SimilarGroup], files: Sequence[FileReport]) -> list[SimilarGroup]:
    """Return the groups that hold a file which a run added or changed."""
    changed = {file.source for file in files if file.outcome in CHANGING}
    return [group for group in groups if not changed.isdisjoint((group.source, *group.sources))]
