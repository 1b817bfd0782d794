"""What a child writes about one file: JSON that says what was found, then the text in UTF-8.

The text is not in the JSON: as plain bytes it is read at once, and the JSON stays small, so that
it cannot become large objects in the process that reads it.
"""

import json
import struct
from collections.abc import Iterator

from ingest.document import LoadedDocument
from ingest.loaders.pdf_rendering import PagePicture

JSON_LENGTH = struct.Struct("!I")
MOST_JSON_BYTES = 4_000_000
_LONGEST_MESSAGE = 2_000


def document_answer(document: LoadedDocument) -> Iterator[bytes]:
    """Yield the parts of the answer that a file was read."""
    found = {
        "title": document.title,
        "media_type": document.media_type,
        "headings": [[each.start, each.level, each.text] for each in document.headings],
        "page_starts": document.page_starts,
        "metadata": dict(document.metadata),
    }
    yield from _parts({"document": found})
    yield document.text.encode()


def picture_answer(picture: PagePicture) -> Iterator[bytes]:
    """Yield the parts of the answer that a page was drawn: behind the JSON are its pixels."""
    found = {"pages": picture.pages, "width": picture.width, "height": picture.height}
    yield from _parts({"picture": found})
    yield picture.pixels


def refusal_answer(reason: str, message: str) -> Iterator[bytes]:
    """Yield the parts of the answer that a file cannot be read, with the word for the reason."""
    shown = message[:_LONGEST_MESSAGE].encode("utf-8", "replace").decode()
    return _parts({"refusal": {"reason": reason, "message": shown}})


def _parts(said: dict[str, object]) -> Iterator[bytes]:
    encoded = json.dumps(said, ensure_ascii=False).encode()
    yield JSON_LENGTH.pack(len(encoded))
    yield encoded
