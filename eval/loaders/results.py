"""What a folder of files showed: how files of each format were read, and how faithfully."""

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from eval.loaders.fidelity import ASKED, Fidelity, summary
from eval.loaders.reading import CRASH, HANG, INGESTED, FileOutcome

_MOST_SHOWN = 8


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One file: where it is, how its reading ended, and how faithful it is to its oracle."""

    source: str
    format: str
    outcome: FileOutcome
    oracle: str = ""
    fidelity: Fidelity | None = None

    def as_json(self) -> dict[str, object]:
        """Return what the report says of this file: none of its text."""
        found = {
            "format": self.format,
            "ended": self.outcome.ended,
            "seconds": round(self.outcome.seconds, 4),
            "message": self.outcome.message or None,
        }
        return found | ({"oracle": self.oracle, **_shares(self.fidelity)} if self.fidelity else {})


@dataclass(frozen=True, slots=True)
class FormatRow:
    """The files whose names end alike."""

    format: str
    files: Sequence[ReadFile]

    @property
    def ended(self) -> Mapping[str, int]:
        """Return how many ended in which way, the most frequent first."""
        return dict(Counter(file.outcome.ended for file in self.files).most_common())

    @property
    def reasons(self) -> Mapping[str, int]:
        """Return how many were reported for which reason."""
        others = {INGESTED, CRASH, HANG}
        return {ended: number for ended, number in self.ended.items() if ended not in others}

    @property
    def seconds(self) -> float:
        """Return how long all of them took, one after the other."""
        return sum(file.outcome.seconds for file in self.files)

    @property
    def slowest_seconds(self) -> float:
        """Return how long the slowest took."""
        return max(file.outcome.seconds for file in self.files)

    def as_json(self) -> dict[str, object]:
        """Return the counts and times."""
        return {
            "files": len(self.files),
            "ingested": self.ended.get(INGESTED, 0),
            "reported": dict(self.reasons),
            "crashes": self.ended.get(CRASH, 0),
            "hangs": self.ended.get(HANG, 0),
            "seconds": round(self.seconds, 3),
            "slowest_seconds": round(self.slowest_seconds, 3),
        }


@dataclass(frozen=True, slots=True)
class FidelityRow:
    """The files of one format that one kind of oracle knows."""

    format: str
    oracle: str
    files: Sequence[ReadFile]

    @property
    def figures(self) -> Mapping[str, float]:
        """Return the figures that ``ASKED`` names; nan where no file has one."""
        return summary([file.fidelity for file in self.files if file.fidelity])

    @property
    def missed(self) -> Sequence[str]:
        """Return the names of the figures that are below what is asked."""
        return [name for name, value in self.figures.items() if not value >= ASKED[name]]

    @property
    def worst(self) -> Sequence[ReadFile]:
        """Return the files that are not faithful by themselves, the worst first."""
        poor = [file for file in self.files if file.fidelity and not file.fidelity.faithful]
        return sorted(poor, key=lambda file: _lower(file.fidelity))[:_MOST_SHOWN]

    def as_json(self) -> dict[str, object]:
        """Return the figures, and which of them are missed."""
        figures = {name: _number(value) for name, value in self.figures.items()}
        return {
            "format": self.format,
            "oracle": self.oracle,
            "files": len(self.files),
            **figures,
            "missed": list(self.missed),
            "worst": [file.source for file in self.worst],
        }


@dataclass(frozen=True, slots=True)
class LoadersResult:
    """Everything that was found in a folder."""

    files: Sequence[ReadFile]

    @property
    def formats(self) -> Sequence[FormatRow]:
        """Return a row for each format, by name."""
        grouped = _grouped(self.files, lambda file: file.format)
        return [FormatRow(name, files) for name, files in grouped.items()]

    @property
    def fidelity(self) -> Sequence[FidelityRow]:
        """Return a row for each format and kind of oracle, by name."""
        known = [file for file in self.files if file.fidelity]
        grouped = _grouped(known, lambda file: (file.format, file.oracle))
        return [FidelityRow(*names, files) for names, files in grouped.items()]

    @property
    def broke(self) -> Sequence[ReadFile]:
        """Return the files that crashed or hung what reads them."""
        return [file for file in self.files if file.outcome.ended in (CRASH, HANG)]

    @property
    def met(self) -> bool:
        """Return whether nothing broke and every figure is what is asked."""
        return not self.broke and not any(row.missed for row in self.fidelity)

    def as_json(self) -> dict[str, object]:
        """Return the report."""
        return {
            "asked": ASKED,
            "formats": {row.format: row.as_json() for row in self.formats},
            "fidelity": [row.as_json() for row in self.fidelity],
            "files": {file.source: file.as_json() for file in self.files},
        }


Key = TypeVar("Key", str, tuple[str, str])


def _grouped(
    files: Iterable[ReadFile], key: Callable[[ReadFile], Key]
) -> dict[Key, list[ReadFile]]:
    groups: dict[Key, list[ReadFile]] = {}
    for file in sorted(files, key=key):
        groups.setdefault(key(file), []).append(file)
    return groups


def _lower(fidelity: Fidelity | None) -> float:
    """Return the lower of both shares."""
    if fidelity is None or math.isnan(fidelity.precision):
        return 0.0
    return min(fidelity.recall, fidelity.precision)


def _shares(fidelity: Fidelity) -> dict[str, float | None]:
    return {"recall": _number(fidelity.recall), "precision": _number(fidelity.precision)}


def _number(value: float) -> float | None:
    return None if math.isnan(value) else round(value, 4)
