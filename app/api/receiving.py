"""The body of an upload, piece by piece from the network into a worker thread."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Request
from starlette.requests import ClientDisconnect

from app.api.multipart import MultipartForm
from app.api.pace import Pace
from app.api.upload_form import UploadForm
from app.errors import UploadInterruptedError
from app.uploads import Uploads


@asynccontextmanager
async def received_form(
    request: Request, uploads: Uploads, file_field: str
) -> AsyncIterator[UploadForm]:
    """Yield the form when all of its bytes are there; what is not finished inside is removed.

    Raises an UploadError, StorageFullError, or OverloadedError when too many come at a time.
    """
    parts = MultipartForm(request.headers.get("content-type", ""))
    pace = Pace(uploads.limits.silent_seconds, uploads.limits.least_bytes_a_second)
    with uploads.admission():
        form = UploadForm(parts, uploads, file_field)
        try:
            async for piece in _pieces(request, pace):
                await uploads.run(form.feed, piece)
            await uploads.run(form.end)
            yield form
        finally:
            await uploads.run(form.close)


async def _pieces(request: Request, pace: Pace) -> AsyncIterator[bytes]:
    """Yield the bytes as they come; the network waits while a piece is being written."""
    pieces = request.stream()
    while True:
        try:
            piece = await pace.keep(anext(pieces, None))
        except ClientDisconnect as error:
            raise UploadInterruptedError("The upload was broken off; nothing was kept.") from error
        if piece is None:
            return
        if piece:
            yield piece
