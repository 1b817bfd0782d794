"""The body of an upload, piece by piece from the network into a worker thread."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.api.multipart import MultipartForm
from app.api.upload_form import UploadForm
from app.errors import UploadInterruptedError, UploadTimeoutError
from app.uploads import Uploads


@asynccontextmanager
async def received_form(
    request: Request, uploads: Uploads, file_field: str
) -> AsyncIterator[UploadForm]:
    """Yield the form when all of its bytes are there; what is not finished inside is removed.

    Raises an UploadError, StorageFullError, or OverloadedError when too many come at a time.
    """
    parts = MultipartForm(request.headers.get("content-type", ""))
    with uploads.admission():
        form = UploadForm(parts, uploads, file_field)
        try:
            async for piece in _pieces(request, uploads.limits.silent_seconds):
                await uploads.run(form.feed, piece)
            await uploads.run(form.end)
            yield form
        finally:
            await uploads.run(form.close)


async def _pieces(request: Request, silent_seconds: float) -> AsyncIterator[bytes]:
    """Yield the bytes as they come; the network waits while a piece is being written."""
    pieces = request.stream()
    while True:
        try:
            async with asyncio.timeout(silent_seconds):
                piece = await anext(pieces, None)
        except TimeoutError as error:
            raise UploadTimeoutError(
                f"Nothing more came for {silent_seconds:g} seconds; nothing was kept. Try again."
            ) from error
        except ClientDisconnect as error:
            raise UploadInterruptedError("The upload was broken off; nothing was kept.") from error
        if piece is None:
            return
        if piece:
            yield piece
