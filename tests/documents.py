"""Documents made by hand, for tests of everything that stands on chunks."""

import hashlib
from datetime import UTC, datetime

from index.models import ChildChunk, ChunkedDocument, ParentChunk


def chunked(
    source: str,
    *parents: list[str],
    title: str = "",
    tags: frozenset[str] = frozenset(),
    groups: frozenset[str] = frozenset(),
    page_starts: tuple[int, ...] = (),
) -> ChunkedDocument:
    """Return a document whose parents are lists of child texts."""
    at = 0
    made = []
    for number, texts in enumerate(parents):
        start = at
        children = []
        for text in texts:
            indexed = f"{title}\n{text.strip()}" if title else text.strip()
            children.append(ChildChunk(at, at + len(text), text, indexed))
            at += len(text)
        made.append(ParentChunk(start, at, (f"Part {number + 1}",), tuple(children)))
    whole = "".join(text for texts in parents for text in texts)
    return ChunkedDocument(
        source=source,
        title=title,
        media_type="text/plain",
        content_hash=hashlib.sha256(whole.encode()).hexdigest(),
        recipe="test-1",
        parents=tuple(made),
        page_starts=page_starts,
        tags=tags,
        groups=groups,
        metadata={"author": "김하늘"},
        size_bytes=len(whole.encode()),
        modified_at=datetime(2026, 1, 2, tzinfo=UTC),
    )
