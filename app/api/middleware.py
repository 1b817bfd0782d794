"""What every request passes through; pure ASGI, so that nothing is buffered."""

import re
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import UploadTooLargeError

REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


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


class BodyLimitMiddleware:
    """Refuses with 413 to read more bytes of a request body than its limit, announced or not.

    ``upload_limit`` is the limit where files are handed over, ``limit`` everywhere else.
    """

    def __init__(self, app: ASGIApp, limit: int, upload_limit: int) -> None:
        self._app = app
        self._limit = limit
        self._upload_limit = upload_limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "0")
        check = self._check_upload if _takes_files(scope) else self._check
        received = 0

        async def receive_within_limit() -> Message:
            nonlocal received
            check(int(announced) if announced.isdecimal() else 0)
            message = await receive()
            received += len(message.get("body", b""))
            check(received)
            return message

        await self._app(scope, receive_within_limit, send)

    def _check(self, size: int) -> None:
        if size > self._limit:
            raise HTTPException(413, f"The request body is larger than {self._limit:,} bytes.")

    def _check_upload(self, size: int) -> None:
        if size > self._upload_limit:
            raise UploadTooLargeError(
                f"The form is larger than {self._upload_limit:,} bytes; nothing was kept."
                " Send fewer files at a time."
            )


def _takes_files(scope: Scope) -> bool:
    method: str = scope["method"]
    path: str = scope["path"]
    return (method == "POST" and path == "/documents") or (
        method == "PUT" and path.startswith("/documents/")
    )
