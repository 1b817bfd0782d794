"""What every request passes through; pure ASGI, so that nothing is buffered."""

import asyncio
import re
from dataclasses import dataclass
from http import HTTPStatus
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.problems import problem_response
from app.errors import EncodedBodyError, UploadTooLargeError

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")

_PLAIN = frozenset({"", "identity", "chunked"})


class RequestIdMiddleware:
    """Gives every request the caller's X-Request-ID, or a new one, and sends it back."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        scope["request_id"] = request_id

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        await self._app(scope, receive, send_with_id)


@dataclass(frozen=True, slots=True)
class BodyLimits:
    """How large a request body may be, and how long all of it may take to come (0: for ever).

    ``upload_bytes`` is the limit where files are handed over, which have a pace of their own.
    """

    bytes: int
    upload_bytes: int
    seconds: float = 0.0


class BodyLimitMiddleware:
    """Refuses bodies that are compressed (415), larger than allowed (413) or too slow (408).

    Nothing is unpacked here, so that nothing can be larger than what was sent.
    """

    def __init__(self, app: ASGIApp, limits: BodyLimits) -> None:
        self._app = app
        self._limits = limits

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif _is_encoded(Headers(scope=scope)):
            error = EncodedBodyError("Send the request body as it is: without Content-Encoding.")
            await problem_response(Request(scope), error)(scope, receive, send)
        else:
            await self._app(scope, _Body(scope, receive, self._limits).receive, send)


class _Body:
    """One body while it comes."""

    def __init__(self, scope: Scope, receive: Receive, limits: BodyLimits) -> None:
        self._receive = receive
        self._limits = limits
        self._is_upload = _takes_files(scope)
        announced = Headers(scope=scope).get("content-length", "0")
        self._announced = int(announced) if announced.isdecimal() else 0
        self._received = 0
        self._ends_at: float | None = None
        self._whole = False

    async def receive(self) -> Message:
        """Return the next message; raise an error that becomes the response."""
        self._check(self._announced)
        message = await self._next()
        self._received += len(message.get("body", b""))
        self._whole = not message.get("more_body", False)
        self._check(self._received)
        return message

    async def _next(self) -> Message:
        """Return the next message in time; after the body only the caller's leaving is awaited."""
        if self._whole or self._is_upload or not self._limits.seconds:
            return await self._receive()
        if self._ends_at is None:
            self._ends_at = asyncio.get_running_loop().time() + self._limits.seconds
        try:
            async with asyncio.timeout_at(self._ends_at):
                return await self._receive()
        except TimeoutError as error:
            raise HTTPException(
                HTTPStatus.REQUEST_TIMEOUT,
                f"The request body was not there after {self._limits.seconds:g} seconds.",
                {"Connection": "close"},
            ) from error

    def _check(self, size: int) -> None:
        if self._is_upload and size > self._limits.upload_bytes:
            raise UploadTooLargeError(
                f"The form is larger than {self._limits.upload_bytes:,} bytes; nothing was kept."
                " Send fewer files at a time."
            )
        if not self._is_upload and size > self._limits.bytes:
            raise HTTPException(
                413, f"The request body is larger than {self._limits.bytes:,} bytes."
            )


def _is_encoded(headers: Headers) -> bool:
    """Return whether the body would have to be unpacked."""
    codings = ",".join(
        [*headers.getlist("content-encoding"), *headers.getlist("transfer-encoding")]
    )
    return any(coding.strip().lower() not in _PLAIN for coding in codings.split(","))


def _takes_files(scope: Scope) -> bool:
    method: str = scope["method"]
    path: str = scope["path"]
    return (method == "POST" and path == "/documents") or (
        method == "PUT" and path.startswith("/documents/")
    )
