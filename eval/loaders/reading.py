"""Reads files the way of the ingestion, in a process that is watched.

The ingestion survives whatever a file does. That is not taken for granted here: the process that
reads may end or hang, which is then what is reported of the file, and the next one gets a new
process.
"""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Self

from index.errors import MureumError
from ingest.chunking import chunk
from ingest.discovery import FoundFile
from ingest.errors import LoaderError, ParserUnavailableError
from ingest.reading import Parse, ReadingOptions, open_parse, read_content, to_document

INGESTED, CRASH, HANG = "ingested", "crash", "hang"

_SECONDS_TO_START = 120.0
_SECONDS_TO_END = 10.0
_SECONDS_OF_GRACE = 120.0


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """How the reading of a file ended: ``ingested``, the reason of an error, crash or hang."""

    ended: str
    seconds: float
    text: str = ""
    message: str = ""


Serve = Callable[[Connection, ReadingOptions], None]
"""Answers each file with its outcome, after a first answer that it is ready."""


class WatchedReader:
    """Reads one file after the other; a context that ends its process.

    A file hangs when it takes longer than even the limits of the ingestion allow.
    """

    def __init__(
        self,
        options: ReadingOptions,
        *,
        serve: Serve | None = None,
        longest_seconds: float | None = None,
    ) -> None:
        limit = options.isolation.limits.seconds if options.isolation else 0.0
        self._longest_seconds = longest_seconds or limit + _SECONDS_OF_GRACE
        self._options = options
        self._serve = serve or serve_files
        self._start()

    def read(self, file: FoundFile) -> FileOutcome:
        """Return how the file was read; raise a MureumError that concerns all files."""
        began = time.monotonic()
        self._connection.send(file)
        if not self._connection.poll(self._longest_seconds):
            self._restart()
            return FileOutcome(HANG, time.monotonic() - began)
        try:
            answer = self._connection.recv()
        except EOFError:
            return self._crashed(time.monotonic() - began)
        if isinstance(answer, MureumError):
            raise answer
        outcome: FileOutcome = answer
        return outcome

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()

    def _crashed(self, seconds: float) -> FileOutcome:
        self._process.join(_SECONDS_TO_END)
        code = self._process.exitcode
        self._restart()
        return FileOutcome(CRASH, seconds, message=f"the process ended with exit code {code}")

    def _start(self) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(
            target=self._serve, args=(theirs, self._options), daemon=True
        )
        self._process.start()
        theirs.close()
        try:
            ready = self._connection.poll(_SECONDS_TO_START) and self._connection.recv()
        except EOFError:
            ready = False
        if not ready:
            raise ParserUnavailableError("The process that reads files did not start.")

    def _restart(self) -> None:
        self._process.kill()
        self._end()
        self._start()

    def _end(self) -> None:
        self._connection.close()
        self._process.join(_SECONDS_TO_END)
        if self._process.exitcode is None:
            self._process.kill()
            self._process.join()


def serve_files(connection: Connection, options: ReadingOptions) -> None:
    """Answer each file that comes with its outcome, or with an error that concerns all files."""
    with open_parse(options) as parse:
        with suppress(LoaderError):
            chunk(parse("first.txt", b"No file pays for what is loaded once."), options.sizes)
        connection.send(True)
        while True:
            try:
                file = connection.recv()
            except (EOFError, KeyboardInterrupt):
                return
            connection.send(_answer(file, options, parse))


def _answer(file: FoundFile, options: ReadingOptions, parse: Parse) -> FileOutcome | MureumError:
    try:
        return read_file(file, options, parse)
    except MureumError as error:
        return error


def read_file(file: FoundFile, options: ReadingOptions, parse: Parse) -> FileOutcome:
    """Return how the file was read, as the ingestion does; any other error would have ended it."""
    began = time.monotonic()
    try:
        document = to_document(read_content(file, options), frozenset(), options, parse)
    except LoaderError as error:
        return FileOutcome(error.reason, time.monotonic() - began, message=str(error))
    except MureumError:
        raise
    except Exception as error:  # whatever it is, it would have ended a run of the ingestion
        message = f"{type(error).__name__}: {error}"
        return FileOutcome(CRASH, time.monotonic() - began, message=message)
    seconds = time.monotonic() - began
    return FileOutcome(INGESTED, seconds, "".join(parent.text for parent in document.parents))
