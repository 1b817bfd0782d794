"""What the paragraphs of a HWP 5 file are, by their shapes and styles."""

import struct

from ingest.loaders.hwp_model import PLAIN, ParagraphKind, kind_by_name
from ingest.loaders.hwp_records import PARAGRAPH_SHAPE, STYLE, flat_records
from ingest.loaders.hwp_text import counted_text

_OUTLINE, _NUMBER, _BULLET = 1, 2, 3
_EXTENDED_LEVEL = slice(54, 58)


class HwpStyles:
    """The paragraph shapes and styles of one document, which paragraphs give by their numbers."""

    def __init__(self, document_information: bytes) -> None:
        self._shapes: list[ParagraphKind] = []
        self._styles: list[ParagraphKind] = []
        for tag, _level, payload in flat_records(document_information):
            if tag == PARAGRAPH_SHAPE:
                self._shapes.append(_shape_kind(payload))
            elif tag == STYLE:
                self._styles.append(_style_kind(payload))

    def kind(self, shape: int, style: int) -> ParagraphKind:
        """Return what a paragraph is by its own shape, then by its style."""
        own = self._shapes[shape] if shape < len(self._shapes) else PLAIN
        if own is not PLAIN or style >= len(self._styles):
            return own
        return self._styles[style]


def _shape_kind(payload: bytes) -> ParagraphKind:
    (properties,) = struct.unpack_from("<I", payload)
    # The three bits of the level end at 7; files that know ten levels repeat it at the end.
    extended = int.from_bytes(payload[_EXTENDED_LEVEL], "little")
    head, level = properties >> 23 & 3, max(properties >> 25 & 7, min(extended, 9))
    if head == _OUTLINE:
        return ParagraphKind(heading_level=level + 1)
    return ParagraphKind(list_level=level) if head in {_NUMBER, _BULLET} else PLAIN


def _style_kind(payload: bytes) -> ParagraphKind:
    name, end = counted_text(payload, 0)
    english_name, _ = counted_text(payload, end)
    return kind_by_name(name, english_name)
