"""How requests end when the server has to end before them: each with an answer, none forgotten."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import EndingError


class OpenRequests:
    """The requests that are being answered, each with what ends it."""

    def __init__(self) -> None:
        self._ends: set[Callable[[], None]] = set()
        self._closing = False
        self._ended = False

    @property
    def closing(self) -> bool:
        """Whether the server is about to end; new requests should go to another one."""
        return self._closing

    def close(self) -> None:
        """Tell supervisors that the server is about to end; what is asked is answered still."""
        self._closing = True

    @contextmanager
    def ended_by(self, end: Callable[[], None]) -> Iterator[None]:
        """Know within the block how what goes on there is ended early; end it where it is late."""
        self._ends.add(end)
        try:
            if self._ended:
                end()
            yield
        finally:
            self._ends.discard(end)

    def end(self) -> int:
        """End all that is being answered or asked from now on; return how much that was."""
        self._ended = True
        ends = tuple(self._ends)
        for end in ends:
            end()
        return len(ends)


class EndingMiddleware:
    """Answers 503 to requests whose answer has not begun when the server has to end.

    Streams find the open requests in their scope, and end themselves.
    """

    def __init__(self, app: ASGIApp, open_requests: OpenRequests) -> None:
        self._app = app
        self._open = open_requests

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        scope["open_requests"] = self._open
        beginning = _Beginning(send)
        try:
            async with beginning.limit:
                with self._open.ended_by(beginning.end):
                    await self._app(scope, receive, beginning.send)
        except TimeoutError:
            if not beginning.was_ended:
                raise
            await problem_response(Request(scope), ending_error())(scope, receive, send)


class _Beginning:
    """A request up to the first message of its answer: until then it can be ended."""

    def __init__(self, send: Send) -> None:
        self.limit = asyncio.timeout(None)
        self._send = send
        self._begun = False

    @property
    def was_ended(self) -> bool:
        """Whether it was ended before its answer began."""
        return self.limit.expired() and not self._begun

    async def send(self, message: Message) -> None:
        """Send a message of the answer."""
        if not self._begun:
            self._expire(None)
        self._begun = True
        await self._send(message)

    def end(self) -> None:
        """End it now, unless its answer has begun."""
        if not self._begun:
            self._expire(asyncio.get_running_loop().time())

    def _expire(self, at: float | None) -> None:
        if not self.limit.expired():
            self.limit.reschedule(at)


def ending_error() -> EndingError:
    """Return the error that says why an answer was broken off."""
    return EndingError("The service was told to end before the answer was ready; ask again soon.")
