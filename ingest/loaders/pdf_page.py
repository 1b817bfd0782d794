"""A page becomes lines of text and tables, in the order in which people read them."""

import re
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from typing import Any

from ingest.loaders.pdf_aligned import with_aligned_tables
from ingest.loaders.pdf_model import BROKEN_HYPHEN, Line, Piece, Word
from ingest.loaders.pdf_order import in_reading_order
from ingest.loaders.pdf_pieces import pieces_of
from ingest.loaders.pdf_ruled import ruled_tables
from ingest.loaders.pdf_rules import Rules, read_rules
from ingest.loaders.pdf_view import PageView
from ingest.loaders.pdf_words import WordReader

_HYPHEN = re.compile(r"(?<=[a-z])-\s*$")


def read_page(page: Any) -> tuple[Line, ...]:  # noqa: ANN401 - pypdfium2 has no types
    """Return the lines; text that nobody sees is left out."""
    view = PageView(page)
    with closing(page.get_textpage()) as text_page:
        rules = read_rules(page, view)
        words = list(WordReader(page, text_page, view).words(rules.upright))
    parts = in_reading_order(_pieces(words, rules))
    last = {word.position for word, after in pairwise(words) if word.line != after.line}
    return tuple(
        _lines([piece for part in parts for piece in with_aligned_tables(part)], last, view.height)
    )


def _pieces(words: Sequence[Word], rules: Rules) -> list[Piece]:
    """Return tables and pieces of lines, in pdfium's order."""
    tables = list(ruled_tables(words, rules))
    taken = {word.position for table in tables for word in table.words}
    free = pieces_of([word for word in words if word.position not in taken])
    return sorted([*free, *tables], key=lambda piece: piece.position)


def _lines(pieces: Sequence[Piece], last: set[int], page_height: float) -> Iterator[Line]:
    """Yield the lines: pieces of one of pdfium's lines, and what a hyphen ties to them.

    The words at ``last`` end lines of pdfium.
    """
    text = ""
    begun = 0
    for number, piece in enumerate(pieces):
        after = pieces[number + 1] if number + 1 < len(pieces) else None
        text += piece.text
        if after and not piece.rows and not after.rows:
            if _goes_on(piece, after):
                continue
            if piece.words[-1].position not in last:
                text = text.rstrip()
                if _HYPHEN.search(text) and after.text[:1].islower():
                    text = _HYPHEN.sub(BROKEN_HYPHEN, text)
                    continue
        first = pieces[begun]
        yield Line(text, first.size, first.box.down / page_height, piece.rows, first.bold)
        text, begun = "", number + 1


def _goes_on(piece: Piece, following: Piece) -> bool:
    """Return whether two pieces are parts of one line, or of one broken word."""
    word, after = piece.words[-1], following.words[0]
    beside = word.line == after.line and word.position + 1 == after.position
    return beside or piece.text.endswith(BROKEN_HYPHEN)
