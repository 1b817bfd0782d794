"""The tool ``get_document``: a piece of one document's text."""

from typing import Self

from pydantic import Field, model_validator

from app.api.schemas.common import DocumentId, Request
from app.api.schemas.documents import TextResponse
from app.audit.act import present_act
from app.mcp.tools.base import Call, Reply, Tool
from index.base import NO_FILTERS

USUAL_CHARACTERS = 10_000
MOST_CHARACTERS = 50_000
"""Fewer than over HTTP: what is returned has to fit into the context of a model."""


class GetDocumentArguments(Request):
    """Which characters of which document to read."""

    document_id: DocumentId = Field(description="From a citation or a passage.")
    start: int = Field(default=0, ge=0, le=10**12, description="The first character, from 0.")
    end: int | None = Field(
        default=None,
        ge=0,
        le=10**12,
        description=f"Where to stop; start + {USUAL_CHARACTERS} when left out.",
    )

    @property
    def last(self) -> int:
        """Where the piece ends, if the document is that long."""
        return self.start + USUAL_CHARACTERS if self.end is None else self.end

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if not 0 <= self.last - self.start <= MOST_CHARACTERS:
            raise ValueError(f"end must lie 0 to {MOST_CHARACTERS:,} characters after start")
        return self


class GetDocumentTool(Tool[GetDocumentArguments]):
    """Reads a piece of a document."""

    name = "get_document"
    title = "Read a document"
    arguments = GetDocumentArguments
    result = TextResponse

    async def _run(self, call: Call, arguments: GetDocumentArguments) -> Reply:
        present_act().documents = [arguments.document_id]
        return await call.service.workers.run(_read, call, arguments)


def _read(call: Call, arguments: GetDocumentArguments) -> Reply:
    readable = call.caller.narrowed(NO_FILTERS)
    with call.service.opener.index().snapshot() as snapshot:
        record = snapshot.document(arguments.document_id, readable)
        start, end = (min(place, record.length) for place in (arguments.start, arguments.last))
        text = snapshot.text(record.document_id, start, end, readable)
    piece = TextResponse(
        document_id=record.document_id,
        start=start,
        end=start + len(text),
        length=record.length,
        text=text,
    )
    return Reply(piece, f"{record.title} | {record.source} ({_part(piece)})\n\n{text}")


def _part(piece: TextResponse) -> str:
    """Return which part of a document a piece is, and how to go on."""
    part = f"characters {piece.start} to {piece.end} of {piece.length}"
    return part if piece.end >= piece.length else f"{part}; go on with start {piece.end}"
