"""Files that changed, until they are at rest: half a file is not worth reading."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ingest.discovery import FoundFile
from ingest.watching.signature import GONE, UNKNOWN, Signature, signature_of
from ingest.watching.timing import Timing


@dataclass(slots=True)
class _Waiting:
    """A file that is waited for: since when, and since when its signature is the same."""

    file: FoundFile
    signature: Signature
    first: float
    since: float


class Settling:
    """Files that are waited for, by source."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._waiting: dict[str, _Waiting] = {}

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, files: Iterable[FoundFile], now: float) -> None:
        """Wait for these files too; of two with the same source, the one that is there counts."""
        for file in files:
            waiting = self._waiting.get(file.source)
            if waiting is None:
                self._waiting[file.source] = _Waiting(file, signature_of(file.path), now, now)
            elif waiting.file.path != file.path and signature_of(waiting.file.path) == GONE:
                waiting.file = file

    def at_rest(self, now: float) -> dict[FoundFile, Signature]:
        """Return the files that are at rest, and those that were waited for long enough.

        They are waited for until they are forgotten.
        """
        rested = {}
        for waiting in list(self._waiting.values()):
            late = now - waiting.first >= self._timing.longest
            if not late and now - waiting.since < self._timing.settle:
                continue
            signature = signature_of(waiting.file.path)
            same, waiting.signature = signature == waiting.signature, signature
            waiting.since = waiting.since if same else now
            if late or (same and signature != UNKNOWN):
                rested[waiting.file] = signature
        return rested

    def forget(self, files: Mapping[FoundFile, Signature]) -> None:
        """Wait for these files no more."""
        for file in files:
            self._waiting.pop(file.source, None)
