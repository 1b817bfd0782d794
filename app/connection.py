"""A connection whose client has to go on: with its request, and with taking the answer.

The web server itself waits for ever for the rest of a request's head, keeps as much of it as is
sent, and waits for ever for a client that takes nothing of its answer.
"""

from asyncio import TimerHandle, Transport
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class BoundedConnection(HttpToolsProtocol):
    """Closes a connection that brings no whole head in time, too much of it, or takes nothing.

    A client has to take so many bytes of what waits for it in each span of so many seconds.
    The same time counts for the rest of a body that nobody waits for, because the request was
    answered before; a body that somebody waits for is bounded there.
    """

    head_seconds = 20.0
    head_bytes = 65_536
    stalled_seconds = 60.0
    stalled_bytes = 16_384

    _patience: TimerHandle | None = None
    _stalled: TimerHandle | None = None
    _awaits_head = True
    _head_received = 0

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override]
        """Wait for the first head."""
        super().connection_made(transport)
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._cancel_patience()
        self._cancel_stalled()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, unless a head gets too large."""
        if self._awaits_head:
            self._head_received += len(data)
            self._wait()
        super().data_received(data)
        if self._awaits_head and self._head_received > self.head_bytes:
            self._refuse(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE)

    def on_headers_complete(self) -> None:
        """Begin the request."""
        self._cancel_patience()
        self._awaits_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """Expect another head."""
        super().on_message_complete()
        self._cancel_patience()
        self._awaits_head = True
        self._head_received = 0
        if self.cycle.response_complete:
            self._wait()

    def on_response_complete(self) -> None:
        """Wait a while for what is left of a body, though nobody wants it."""
        super().on_response_complete()
        if not self._awaits_head:
            self._wait()

    def pause_writing(self) -> None:
        """Look after a client that does not take what is sent as fast as it is made."""
        super().pause_writing()
        self._watch_taking()

    def resume_writing(self) -> None:
        """Go on: the client took nearly everything."""
        self._cancel_stalled()
        super().resume_writing()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection on which nothing more was asked."""
        self._close()

    def _wait(self) -> None:
        if self._patience is None:
            self._patience = self.loop.call_later(self.head_seconds, self._lose_patience)

    def _lose_patience(self) -> None:
        self._patience = None
        if self.cycle is not None and not self.cycle.response_complete:
            self._wait()  # a request is being answered; the head of the next one has to wait
        elif self._awaits_head and self._head_received:
            self._refuse(HTTPStatus.REQUEST_TIMEOUT)
        else:
            self._close()

    def _refuse(self, status: HTTPStatus) -> None:
        if not self.transport.is_closing():
            lines = [f"HTTP/1.1 {status.value} {status.phrase}", "Connection: close"]
            self.transport.write("\r\n".join([*lines, "Content-Length: 0", "", ""]).encode())
        self._close()

    def _close(self) -> None:
        """Close the connection once everything is sent, and soon even if it is not taken."""
        if not self.transport.is_closing():
            self.transport.close()
            self._watch_taking()

    def _watch_taking(self) -> None:
        self._cancel_stalled()
        left = self.transport.get_write_buffer_size()
        self._stalled = self.loop.call_later(self.stalled_seconds, self._check_taking, left)

    def _check_taking(self, left_before: int) -> None:
        if left_before - self.transport.get_write_buffer_size() < self.stalled_bytes:
            self.transport.abort()
        else:
            self._watch_taking()

    def _cancel_patience(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None

    def _cancel_stalled(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None
