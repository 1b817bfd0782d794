"""A page becomes lines of text and tables, in the order in which people read them."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import Any

from ingest.loaders.pdf_model import Line, Piece, Word
from ingest.loaders.pdf_ruled import ruled_tables
from ingest.loaders.pdf_rules import Rules, read_rules
from ingest.loaders.pdf_view import PageView
from ingest.loaders.pdf_words import BROKEN_HYPHEN, WordReader


def read_page(page: Any) -> tuple[Line, ...]:  # noqa: ANN401 - pypdfium2 has no types
    """Return the lines; text that nobody sees is left out."""
    view = PageView(page)
    with closing(page.get_textpage()) as text_page:
        rules = read_rules(page, view)
        words = list(WordReader(page, text_page, view).words(rules.upright))
    return tuple(_lines(_pieces(words, rules), view.height))


def _pieces(words: Sequence[Word], rules: Rules) -> list[Piece]:
    """Return tables and single words, in pdfium's order."""
    tables = list(ruled_tables(words, rules))
    taken = {word.position for table in tables for word in table.words}
    single = [Piece((word,), word.box) for word in words if word.position not in taken]
    return sorted([*single, *tables], key=lambda piece: piece.position)


def _lines(pieces: Sequence[Piece], page_height: float) -> Iterator[Line]:
    """Yield the lines: words of one of pdfium's lines, and what a hyphen ties to them."""
    line: list[Word] = []
    for piece in pieces:
        word = piece.words[0]
        if line and (piece.rows or not _goes_on(line[-1], word)):
            yield _line(line, page_height)
            line = []
        if piece.rows:
            yield Line(piece.text, piece.size, piece.box.down / page_height, piece.rows)
        else:
            line += piece.words
    if line:
        yield _line(line, page_height)


def _goes_on(word: Word, following: Word) -> bool:
    return word.line == following.line or word.text.endswith(BROKEN_HYPHEN)


def _line(words: Sequence[Word], page_height: float) -> Line:
    text = "".join(word.text for word in words)
    return Line(text, words[0].size, words[0].box.down / page_height)
