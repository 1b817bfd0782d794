"""A parser for each thread that asks at the same time: supervisors are kept from file to file."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from types import TracebackType
from typing import Self

from ingest.document import LoadedDocument
from ingest.errors import ParserUnavailableError
from ingest.isolation.limits import ParseLimits
from ingest.isolation.reader import IsolatedReader
from ingest.loaders.pdf_rendering import PagePicture


class Parsers:
    """Reads files, each in a process of its own; any number of threads may ask."""

    def __init__(self, loaders: Mapping[str, str], limits: ParseLimits) -> None:
        self._loaders = loaders
        self._limits = limits
        self._lock = Lock()
        self._all: set[IsolatedReader] = set()
        self._idle: list[IsolatedReader] = []
        self._closed = False

    def parse(self, name: str, content: bytes) -> LoadedDocument:
        """Return the document of a file with this name, or raise a LoaderError."""
        with self._reader() as reader:
            return reader.read(name, content)

    def render(self, name: str, content: bytes, page: int) -> PagePicture:
        """Return a page of a PDF, from 1, as a picture, or raise a LoaderError."""
        with self._reader() as reader:
            return reader.render(name, content, page)

    def close(self) -> None:
        """End all processes, also those that are reading; closing twice is allowed."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            for reader in self._all:
                reader.hang_up()
        for reader in idle:
            self._end(reader)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @contextmanager
    def _reader(self) -> Iterator[IsolatedReader]:
        reader = self._take()
        try:
            yield reader
        finally:
            self._give_back(reader)

    def _take(self) -> IsolatedReader:
        with self._lock:
            if self._idle:
                return self._idle.pop()
        reader = IsolatedReader(self._loaders, self._limits)
        with self._lock:
            self._all.add(reader)
            closed = self._closed
        if closed:
            self._end(reader)
            raise ParserUnavailableError("No file is read any more: the run has ended.")
        return reader

    def _give_back(self, reader: IsolatedReader) -> None:
        with self._lock:
            kept = reader.usable and not self._closed
            if kept:
                self._idle.append(reader)
        if not kept:
            self._end(reader)

    def _end(self, reader: IsolatedReader) -> None:
        reader.close()
        with self._lock:
            self._all.discard(reader)
