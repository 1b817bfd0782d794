"""The paragraphs of a HWP 5 section, from its records."""

import struct
from collections.abc import Iterator

from ingest.loaders.hwp_controls import control_piece
from ingest.loaders.hwp_model import Paragraph, Piece
from ingest.loaders.hwp_records import CONTROL, PARAGRAPH, TEXT, Record, record_tree
from ingest.loaders.hwp_styles import HwpStyles
from ingest.loaders.hwp_text import text_pieces


class HwpBody:
    """Reads the paragraphs of one document, whose styles it knows."""

    def __init__(self, styles: HwpStyles) -> None:
        self._styles = styles

    def paragraphs(self, section: bytes) -> Iterator[Paragraph]:
        """Yield the paragraphs of a section, given as the bytes of its records."""
        return (
            self._paragraph(record) for record in record_tree(section) if record.tag == PARAGRAPH
        )

    def _paragraph(self, record: Record) -> Paragraph:
        shape, style = struct.unpack_from("<HB", record.payload, 8)
        return Paragraph(tuple(self._pieces(record)), self._styles.kind(shape, style))

    def _pieces(self, record: Record) -> Iterator[Piece]:
        """Yield texts and controls in their order; the k-th place of a control is the k-th's."""
        controls = iter([child for child in record.children if child.tag == CONTROL])
        texts = (child.payload for child in record.children if child.tag == TEXT)
        for piece in text_pieces(next(texts, b"")):
            if piece is not None:
                yield piece
            elif control := next(controls, None):
                yield control_piece(control, self._paragraph)
        for control in controls:
            yield control_piece(control, self._paragraph)
