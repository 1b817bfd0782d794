"""The ingestion's side of one supervisor: a file goes out, a document or an error comes back."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from typing import Any

from ingest.document import LoadedDocument
from ingest.errors import (
    FileTooLargeError,
    LoaderError,
    MalformedFileError,
    ParserUnavailableError,
    ParsingTimeoutError,
)
from ingest.isolation import messages
from ingest.isolation.limits import ParseLimits
from ingest.isolation.validation import document_of, picture_of
from ingest.isolation.verdict import Verdict
from ingest.isolation.wire import MOST_BODY_BYTES, BrokenConnectionError, receive, send
from ingest.loaders.pdf_rendering import PagePicture
from ingest.settings import parser_environment

_PROGRAM = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]);"
    " from ingest.isolation.supervisor import main; main()"
)
_SECONDS_TO_START = 60.0
_SECONDS_OF_GRACE = 30.0
_SECONDS_TO_END = 5.0


class IsolatedReader:
    """One supervisor; one thread at a time asks it to read a file."""

    def __init__(self, loaders: Mapping[str, str], limits: ParseLimits) -> None:
        """Start the supervisor; raise ParserUnavailableError when it does not start."""
        self.usable = True
        self._limits = limits
        self._socket, theirs = socket.socketpair()
        with theirs:
            self._process = _start(theirs)
        self._stream = self._socket.makefile("rb")
        self._socket.settimeout(_SECONDS_TO_START)
        try:
            self._exchange({"loaders": dict(loaders), "limits": asdict(limits)}, b"")
        except (OSError, BrokenConnectionError) as error:
            self.close()
            raise ParserUnavailableError(
                f"The process that reads files did not start ({error}): see the lines above."
            ) from error
        self._socket.settimeout(limits.seconds + _SECONDS_OF_GRACE)

    def read(self, name: str, content: bytes) -> LoadedDocument:
        """Return the document of a file with this name, or raise a LoaderError."""
        return document_of(self._answer({"name": name}, content), name)

    def render(self, name: str, content: bytes, page: int) -> PagePicture:
        """Return a page of a PDF, from 1, as a picture, or raise a LoaderError."""
        return picture_of(self._answer({"name": name, "page": page}, content), name)

    def _answer(self, asked: Mapping[str, Any], content: bytes) -> bytes:
        name = asked["name"]
        try:
            ending, answer = self._exchange(asked, content)
        except (OSError, BrokenConnectionError) as error:
            self.usable = False
            raise _lost(name, error, self._limits) from error
        if ending["verdict"] == Verdict.ANSWERED:
            return answer
        if ending["verdict"] == Verdict.NOT_STARTED:
            raise ParserUnavailableError(
                f"No process can be made to read {name} ({ending['detail']}): let fewer programs"
                " run, or set MUREUM_INGEST_PARSERS lower."
            )
        raise _error(ending, name, self._limits)

    def hang_up(self) -> None:
        """Let the supervisor end, and whoever waits for it here find that out."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the supervisor, whose child ends with it; closing twice is allowed."""
        self.hang_up()
        self._stream.close()
        self._socket.close()
        try:
            self._process.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _exchange(self, header: Mapping[str, Any], body: bytes) -> tuple[dict[str, Any], bytes]:
        send(self._socket, header, body)
        return receive(self._stream, MOST_BODY_BYTES)


def _start(connection: socket.socket) -> subprocess.Popen[bytes]:
    """Return the supervisor's process, in a session of its own: Ctrl-C is not for it."""
    path = [folder or os.getcwd() for folder in sys.path]  # noqa: PTH109 - "" on the path means it
    return subprocess.Popen(  # noqa: S603 - this Python, and this program
        [sys.executable, "-c", _PROGRAM, json.dumps(path)],
        stdin=connection.fileno(),
        stdout=subprocess.DEVNULL,
        env=parser_environment(),
        start_new_session=True,
    )


def _lost(name: str, error: Exception, limits: ParseLimits) -> LoaderError:
    """Return why a supervisor was lost: neither it nor its child should ever be able to do that."""
    if isinstance(error, TimeoutError):
        return ParsingTimeoutError(messages.too_slow(name, limits))
    return MalformedFileError(messages.crashed(name, "together with its supervisor"))


def _error(ending: Mapping[str, str], name: str, limits: ParseLimits) -> LoaderError:
    match ending["verdict"]:
        case Verdict.TOO_SLOW:
            return ParsingTimeoutError(messages.too_slow(name, limits))
        case Verdict.TOO_MUCH_MEMORY:
            return FileTooLargeError(messages.too_much_memory(name, limits))
        case Verdict.KILLED:
            return FileTooLargeError(messages.killed(name))
        case Verdict.TOO_MUCH_TEXT:
            return FileTooLargeError(messages.too_much_text(name, limits.text_bytes))
        case _:
            return MalformedFileError(messages.crashed(name, ending["detail"]))
