"""How the service is at this moment: looked at when somebody asks, in a thread."""

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from app.concurrency import Workers
from app.opener import IndexOpener
from index.errors import MureumError
from index.models import IndexStatus
from index.uploads.base import UploadQueue
from index.uploads.models import JobState


@dataclass(frozen=True, slots=True)
class Present:
    """The state now; what cannot be looked at is None, or missing."""

    index: IndexStatus | None
    jobs: dict[JobState, int]
    waiting: int


@dataclass(frozen=True, slots=True)
class Parts:
    """What is looked at."""

    opener: IndexOpener
    queue: UploadQueue
    workers: Workers

    def look(self) -> Present:
        """Return how they are; an index that is not open is not opened for that."""
        return Present(self._index(), self._jobs(), self.workers.waiting)

    def _index(self) -> IndexStatus | None:
        try:
            index = self.opener.opened
            return None if index is None else index.status()
        except MureumError:
            return None

    def _jobs(self) -> dict[JobState, int]:
        states = (JobState.WAITING, JobState.RUNNING)
        try:
            return {state: self.queue.jobs(limit=1, state=state).total for state in states}
        except MureumError:
            return {}


class PresentCollector(Collector):
    """Gives Prometheus what is known now; what is not known is absent, rather than old."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield the gauges."""
        present = self._parts.look()
        yield _gauge("requests_waiting", "Work that waits for a thread.", present.waiting)
        jobs = GaugeMetricFamily("mureum_jobs", "Documents to be read.", labels=["state"])
        for state, count in present.jobs.items():
            jobs.add_metric([state], count)
        yield jobs
        yield _gauge("index_open", "Whether the index can be searched.", int(bool(present.index)))
        if present.index is not None:
            yield from _of_index(present.index)


def _of_index(status: IndexStatus) -> Iterator[GaugeMetricFamily]:
    yield _gauge("index_revision", "Rises with every change.", status.revision)
    yield _gauge("index_documents", "Documents in the index.", status.documents)
    yield _gauge("index_children", "Pieces that are searched by meaning.", status.children)
    yield _gauge("index_size_bytes", "Size of the files of the index.", status.size_bytes)


def _gauge(name: str, about: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"mureum_{name}", about, value=value)
