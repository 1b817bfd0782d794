"""The service as one object: what the routes and the terminal are given."""

from dataclasses import dataclass

from app.concurrency import QueryBatcher, Workers
from app.opener import IndexOpener
from app.pipeline.answer import Pipeline


@dataclass(frozen=True, slots=True)
class Service:
    """The parts that live as long as the process."""

    opener: IndexOpener
    workers: Workers
    batcher: QueryBatcher
    pipeline: Pipeline

    def close(self) -> None:
        """Let go of threads and files."""
        self.batcher.close()
        self.workers.close()
        self.opener.close()
