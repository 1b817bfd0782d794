"""Believes nothing of what a child wrote: a document comes out, or a LoaderError.

A file that took its child over can write whatever it likes here.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from ingest.document import Heading, LoadedDocument
from ingest.errors import LoaderError, MalformedFileError, error_with_reason
from ingest.isolation.answers import JSON_LENGTH, MOST_JSON_BYTES
from ingest.loaders.pdf_rendering import MOST_PIXELS, PagePicture
from ingest.normalise import has_invisible, normalise_line

_DEEPEST_HEADING = 32
_LONGEST_LINE = 2_000


def _line(text: str) -> str:
    """Return the text as one line that is not too long to stand before each of many chunks."""
    return normalise_line(text[:_LONGEST_LINE])


_Line = Annotated[str, Field(min_length=1), AfterValidator(_line)]
_Offset = Annotated[int, Field(ge=0)]
_Level = Annotated[int, Field(ge=1), AfterValidator(lambda level: min(level, _DEEPEST_HEADING))]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _Found(_Strict):
    title: Annotated[str, Field(max_length=300)]
    media_type: Annotated[_Line, Field(max_length=200)]
    headings: list[tuple[_Offset, _Level, _Line]]
    page_starts: list[_Offset]
    metadata: dict[_Line, _Line]


class _Refusal(_Strict):
    reason: str
    message: str


class _Picture(_Strict):
    pages: Annotated[int, Field(ge=1, le=1_000_000)]
    width: Annotated[int, Field(ge=1, le=MOST_PIXELS)]
    height: Annotated[int, Field(ge=1, le=MOST_PIXELS)]


class _Answer(_Strict):
    document: _Found | None = None
    picture: _Picture | None = None
    refusal: _Refusal | None = None


def document_of(answer: bytes, name: str) -> LoadedDocument:
    """Return the document of the file with this name.

    Raises the LoaderError that the child told of, or MalformedFileError for an answer that no
    loader gives.
    """
    try:
        said, text = _parts(answer)
        return _document(said.document, str(text, "utf-8"))
    except ValueError as error:
        raise _cannot_be_right(name) from error


def picture_of(answer: bytes, name: str) -> PagePicture:
    """Return the page that was drawn; raise as ``document_of`` does."""
    try:
        said, pixels = _parts(answer)
        found = said.picture
        if found is None or found.width * found.height != len(pixels):
            raise ValueError("there is no picture, or one of another size")
        return PagePicture(found.pages, found.width, found.height, bytes(pixels))
    except ValueError as error:
        raise _cannot_be_right(name) from error


def _cannot_be_right(name: str) -> MalformedFileError:
    return MalformedFileError(
        f"{name} made its reader give an answer that cannot be right; make the file again."
    )


def _parts(answer: bytes) -> tuple[_Answer, memoryview]:
    """Return both parts, or raise what was refused; a ValidationError is a ValueError."""
    size = JSON_LENGTH.size
    length = JSON_LENGTH.unpack(answer[:size])[0] if len(answer) >= size else MOST_JSON_BYTES + 1
    if length > MOST_JSON_BYTES:
        raise ValueError("the answer is cut off, or its JSON is too long")
    said = _Answer.model_validate_json(answer[size : size + length])
    if said.refusal is not None:
        raise _error(said.refusal)
    return said, memoryview(answer)[size + length :]


def _error(refusal: _Refusal) -> LoaderError:
    return error_with_reason(refusal.reason, normalise_line(refusal.message))


def _document(found: _Found | None, text: str) -> LoadedDocument:
    if found is None or not text.strip() or has_invisible(text):
        raise ValueError("there is no text, or one that is not normalised")
    starts = [start for start, _, _ in found.headings]
    if found.page_starts[:1] not in ([], [0]):
        raise ValueError("the first page does not begin at 0")
    for offsets in (starts, found.page_starts):
        _check(offsets, len(text))
    return LoadedDocument(
        text=text,
        title=normalise_line(found.title),
        media_type=found.media_type,
        headings=tuple(Heading(*heading) for heading in found.headings),
        page_starts=tuple(found.page_starts),
        metadata=found.metadata,
    )


def _check(offsets: Sequence[int], length: int) -> None:
    if any(before > after for before, after in pairwise(offsets)) or (
        offsets and offsets[-1] > length
    ):
        raise ValueError("an offset is outside the text, or out of order")
