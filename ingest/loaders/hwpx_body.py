"""The paragraphs of a HWPX section, from its XML."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.hwp_model import Box, Cell, Note, Paragraph, Piece, Table
from ingest.loaders.hwpx_styles import HwpxStyles
from ingest.loaders.hwpx_text import VisibleText, local_name

_NOTES = frozenset({"footNote", "endNote"})
_NUMBERS_OF_OBJECTS = frozenset({"PICTURE", "TABLE", "EQUATION"})
_DRAWN = frozenset({"container", "rect", "ellipse", "arc", "polygon", "curve", "line"})
_DRAWINGS = _DRAWN | {"connectLine", "pic", "ole", "video", "chart", "textart"}


class HwpxBody:
    """Reads the paragraphs of one document, whose styles it knows."""

    def __init__(self, styles: HwpxStyles) -> None:
        self._styles = styles

    def paragraphs(self, section: Element) -> Iterator[Paragraph]:
        """Yield the paragraphs that lie directly in a section or in a list of paragraphs."""
        return (self._paragraph(element) for element in section.iterfind("{*}p"))

    def _paragraph(self, element: Element) -> Paragraph:
        text = VisibleText()
        runs = (child for run in element.iterfind("{*}run") for child in run)
        pieces = (piece for child in runs for piece in self._pieces(child, text))
        return Paragraph(tuple(pieces), self._styles.kind(element))

    def _pieces(self, element: Element, text: VisibleText) -> Iterator[Piece]:
        """Yield what an element of a run shows.

        Headers and footers repeat on each page and hidden comments are hidden: they are left
        out, and so are sections, bookmarks and the beginnings of fields, whose text follows.
        """
        name = local_name(element)
        if name == "t":
            yield text.of(element)
        elif name in {"ctrl", "switch", "default"}:
            for child in element:
                yield from self._pieces(child, text)
        elif name in _NOTES:
            yield Note(element.get("number") or _note_number(element), self._lists_in(element))
        elif name == "tbl":
            yield self._table(element)
        elif name in _DRAWINGS:
            paragraphs = (*self._drawn(element), *self._caption(element))
            yield Box(paragraphs, _is_in_line(element))
        else:
            yield _inline_text(name, element)

    def _drawn(self, shape: Element) -> Iterator[Paragraph]:
        """Yield the text inside a shape and the shapes that it groups."""
        if shape.get("text"):
            yield Paragraph((str(shape.get("text")),))
        for child in shape:
            name = local_name(child)
            if name == "drawText":
                yield from self._lists_in(child)
            elif name in _DRAWINGS:
                yield from self._drawn(child)

    def _table(self, element: Element) -> Table:
        cells = (
            self._cell(cell, row, column)
            for row, line in enumerate(element.iterfind("{*}tr"))
            for column, cell in enumerate(line.iterfind("{*}tc"))
        )
        return Table(tuple(cells), self._caption(element), _is_in_line(element))

    def _cell(self, element: Element, row: int, column: int) -> Cell:
        return Cell(
            _number(element, "cellAddr", "rowAddr", row),
            _number(element, "cellAddr", "colAddr", column),
            _number(element, "cellSpan", "rowSpan", 1),
            _number(element, "cellSpan", "colSpan", 1),
            self._lists_in(element),
        )

    def _caption(self, element: Element) -> tuple[Paragraph, ...]:
        caption = element.find("{*}caption")
        return () if caption is None else self._lists_in(caption)

    def _lists_in(self, element: Element) -> tuple[Paragraph, ...]:
        lists = element.iterfind("{*}subList")
        return tuple(paragraph for found in lists for paragraph in self.paragraphs(found))


def _inline_text(name: str, element: Element) -> str:
    if name == "equation":
        return element.findtext("{*}script") or ""
    if name == "autoNum":
        return _object_number(element)
    if name == "compose":
        return str(element.get("composeText", ""))
    if name == "dutmal":
        base, gloss = (element.findtext(f"{{*}}{part}") or "" for part in ("mainText", "subText"))
        return f"{base}({gloss})" if gloss.strip() else base
    return ""


def _object_number(element: Element) -> str:
    """Return the number of a table, picture or equation; others stand where nobody cites them."""
    if element.get("numType") not in _NUMBERS_OF_OBJECTS:
        return ""
    signs = element.find("{*}autoNumFormat")
    before, after = (
        ("", "") if signs is None else (signs.get("prefixChar"), signs.get("suffixChar"))
    )
    return f"{before or ''}{element.get('num', '')}{after or ''}"


def _note_number(note: Element) -> str:
    number = note.find(".//{*}autoNum")
    return "" if number is None else str(number.get("num", ""))


def _number(element: Element, part: str, attribute: str, default: int) -> int:
    found = element.find(f"{{*}}{part}")
    return default if found is None else int(found.get(attribute, default))


def _is_in_line(element: Element) -> bool:
    position = element.find("{*}pos")
    return position is not None and position.get("treatAsChar") in {"1", "true"}
