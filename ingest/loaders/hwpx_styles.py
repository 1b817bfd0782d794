"""What the paragraphs of a HWPX file are, by their shapes and styles."""

from lxml.etree import _Element as Element

from ingest.loaders.hwp_model import PLAIN, ParagraphKind, kind_by_name


class HwpxStyles:
    """The paragraph shapes and styles of one document, by their ids."""

    def __init__(self, header: Element) -> None:
        self._shapes = {shape.get("id"): _shape_kind(shape) for shape in header.iter("{*}paraPr")}
        self._styles = {
            style.get("id"): kind_by_name(style.get("name", ""), style.get("engName", ""))
            for style in header.iter("{*}style")
        }

    def kind(self, paragraph: Element) -> ParagraphKind:
        """Return what a paragraph is by its own shape, then by its style."""
        own = self._shapes.get(paragraph.get("paraPrIDRef"), PLAIN)
        return own if own is not PLAIN else self._styles.get(paragraph.get("styleIDRef"), PLAIN)


def _shape_kind(shape: Element) -> ParagraphKind:
    heading = shape.find(".//{*}heading")
    if heading is None:
        return PLAIN
    level, head = int(heading.get("level", "0")), heading.get("type")
    if head == "OUTLINE":
        return ParagraphKind(heading_level=level + 1)
    return ParagraphKind(list_level=level) if head in {"NUMBER", "BULLET"} else PLAIN
