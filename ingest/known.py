"""What an index knows of files from earlier runs, so that nothing is read twice for nothing."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from index.base import SearchIndex
from index.errors import IndexMissingError
from index.groups import Groups
from index.models import Failure, Fingerprint
from index.opening import stored_in
from index.settings import IndexSettings

_NO_DOCUMENT = Fingerprint("", "", frozenset())

Record = TypeVar("Record")


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored, and what failed, by source."""

    documents: Mapping[str, Fingerprint]
    failures: Mapping[str, Failure]

    def tags(self, source: str) -> frozenset[str]:
        """Return the tags of a stored document; none where it is not stored."""
        return self.documents.get(source, _NO_DOCUMENT).tags

    def groups(self, source: str) -> Groups:
        """Return the groups of a stored document; none where it is not stored."""
        return self.documents.get(source, _NO_DOCUMENT).groups

    def regrouped(self, groups: Mapping[str, Groups]) -> "Known":
        """Return the same with other groups of some stored documents."""
        now = {s: replace(self.documents[s], groups=some) for s, some in groups.items()}
        return replace(self, documents={**self.documents, **now})

    def failure(self, source: str, attempt: str) -> Failure | None:
        """Return how the same bytes failed by the same recipe before, if they did."""
        failure = self.failures.get(source)
        return failure if failure is not None and failure.attempt == attempt else None


def known_to(index: SearchIndex) -> Known:
    """Return what an index knows; nothing where there is no index yet."""
    return Known(
        _or_nothing(index.fingerprints),
        _or_nothing(lambda: {f.source: f for f in index.failures()}),
    )


def known_in(settings: IndexSettings) -> Known:
    """Return what the index of these settings knows, without its model."""
    documents, failures = stored_in(settings)
    return Known(documents, {failure.source: failure for failure in failures})


def _or_nothing(read: Callable[[], Mapping[str, Record]]) -> Mapping[str, Record]:
    try:
        return read()
    except IndexMissingError:
        return {}
