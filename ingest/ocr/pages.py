"""Recognised pages take their places in a document."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import PurePath

from ingest.document import LoadedDocument
from ingest.loaders.pdf_layout import lay_out
from ingest.loaders.pdf_model import Line
from ingest.normalise import normalise, normalise_line

WITHOUT_TEXT = "pages_without_text"
RECOGNISED = "ocr"

_SIZE = 10.0
_LONGEST_LIST = 1_900


def pages_without_text(document: LoadedDocument) -> list[int]:
    """Return the numbers of the pages that hold no text, from 1."""
    said = document.metadata.get(WITHOUT_TEXT, "").split(", ")
    numbers = (int(each) for each in said if each.isascii() and each.isdigit())
    return [number for number in numbers if 1 <= number <= len(document.page_starts)]


def with_pages(document: LoadedDocument, texts: Mapping[int, str]) -> LoadedDocument:
    """Return the document with these texts on pages that held none, by page numbers from 1."""
    new = dict(zip(texts, _running(list(texts.values())), strict=True))
    starts = document.page_starts
    ends = (*starts[1:], len(document.text))
    kept = [document.text[start:end].rstrip("\n") for start, end in zip(starts, ends, strict=True)]
    pages = [new.get(number) or page for number, page in enumerate(kept, 1)]
    moved = _starts(pages)
    headings = (
        replace(each, start=each.start + moved[page] - starts[page])
        for each in document.headings
        for page in (bisect_right(starts, each.start) - 1,)
    )
    return replace(
        document,
        text="\n".join(filter(None, pages)),
        page_starts=tuple(moved),
        headings=tuple(headings),
        metadata=_metadata(document, new),
    )


def document_of_pages(name: str, media_type: str, texts: Sequence[str]) -> LoadedDocument:
    """Return a document of nothing but recognised pages; its text may be empty."""
    empty = LoadedDocument(
        text="",
        title=normalise_line(PurePath(name).stem),
        media_type=media_type,
        page_starts=(0,) * len(texts),
        metadata={WITHOUT_TEXT: _listed(range(1, len(texts) + 1))},
    )
    return with_pages(empty, dict(enumerate(texts, 1)))


def _running(texts: Sequence[str]) -> list[str]:
    """Return the pages as running text, in the form that loaders give."""
    lines = [
        [Line(line, _SIZE) for line in normalise(text).split("\n") if line.strip()]
        for text in texts
    ]
    layout = lay_out(lines)
    ends = (*layout.page_starts[1:], len(layout.text))
    pages = zip(layout.page_starts, ends, strict=True)
    return [layout.text[start:end].strip("\n") for start, end in pages]


def _starts(pages: Sequence[str]) -> list[int]:
    """Return where the pages begin when those that are not empty stand on lines of their own."""
    starts, length = [], 0
    for page in pages:
        length += 1 if page and length else 0
        starts.append(length)
        length += len(page)
    return starts


def _metadata(document: LoadedDocument, new: Mapping[int, str]) -> dict[str, str]:
    recognised = [number for number, text in new.items() if text]
    left = [number for number in pages_without_text(document) if number not in recognised]
    kept = {key: value for key, value in document.metadata.items() if key != WITHOUT_TEXT}
    said = {RECOGNISED: _listed(recognised), WITHOUT_TEXT: _listed(left)}
    return {**kept, **{key: value for key, value in said.items() if value}}


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))[:_LONGEST_LIST]
