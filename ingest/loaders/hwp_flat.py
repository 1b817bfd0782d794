"""Paragraphs on one line, as the cell of a table and a note show them."""

from collections.abc import Iterable, Iterator

from ingest.loaders.hwp_model import Box, Note, Paragraph, Piece, Table
from ingest.loaders.hwp_table import rows_of_cells

_BETWEEN_ROWS = " / "


def mark(note: Note) -> str:
    """Return what stands in the text for a note, and before the note itself."""
    return f"[{note.mark}]"


def flat_text(paragraphs: Iterable[Paragraph]) -> str:
    """Return the text on one line; tables inside have a slash between their rows."""
    lines = ("".join(map(_piece_text, paragraph.pieces)) for paragraph in paragraphs)
    return " ".join(" ".join(lines).split())


def notes_within(paragraphs: Iterable[Paragraph]) -> Iterator[Note]:
    """Yield the notes that the paragraphs and the tables and boxes in them refer to."""
    for paragraph in paragraphs:
        for piece in paragraph.pieces:
            if isinstance(piece, Note):
                yield piece
            elif isinstance(piece, Box):
                yield from notes_within(piece.paragraphs)
            elif isinstance(piece, Table):
                yield from notes_within(piece.caption)
                for cell in piece.cells:
                    yield from notes_within(cell.paragraphs)


def _piece_text(piece: Piece) -> str:
    if isinstance(piece, str):
        return piece
    if isinstance(piece, Note):
        return mark(piece)
    if isinstance(piece, Box):
        return f" {flat_text(piece.paragraphs)} "
    rows = (
        " ".join(filter(None, (flat_text(cell.paragraphs) for cell in cells)))
        for cells in rows_of_cells(piece)
    )
    return f" {flat_text(piece.caption)} {_BETWEEN_ROWS.join(filter(None, rows))} "
