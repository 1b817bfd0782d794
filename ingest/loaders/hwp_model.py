"""What a Hangul document is made of, whichever of its two formats it comes from."""

from __future__ import annotations

import re
from dataclasses import dataclass

_HEADING_NAME = re.compile(r"(?:heading|outline|제목|개요)\s*([1-9])", re.IGNORECASE)
_TITLE_NAME = re.compile(r"title|제목", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ParagraphKind:
    """What a paragraph is; ``heading_level`` and ``list_level`` are None for plain text."""

    heading_level: int | None = None
    list_level: int | None = None
    is_title: bool = False


PLAIN = ParagraphKind()


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text and what hangs on it, in the order of reading."""

    pieces: tuple[Piece, ...]
    kind: ParagraphKind = PLAIN


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote or an endnote, at the place that refers to it."""

    mark: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Box:
    """A text box, or another drawing with its caption; ``in_line`` ones stand in the text."""

    paragraphs: tuple[Paragraph, ...]
    in_line: bool = False


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, by the row and column in which it begins, from 0."""

    row: int
    column: int
    row_span: int
    column_span: int
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table with its caption; ``in_line`` ones stand in the text like a letter."""

    cells: tuple[Cell, ...]
    caption: tuple[Paragraph, ...] = ()
    in_line: bool = False


Piece = str | Note | Box | Table


def kind_by_name(*names: str) -> ParagraphKind:
    """Return what the names of a style, in Korean and in English, say of its paragraphs."""
    numbered = next(filter(None, (_HEADING_NAME.fullmatch(name.strip()) for name in names)), None)
    if numbered:
        return ParagraphKind(heading_level=int(numbered[1]))
    return ParagraphKind(is_title=any(_TITLE_NAME.fullmatch(name.strip()) for name in names))
