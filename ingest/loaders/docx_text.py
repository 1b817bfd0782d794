"""The characters of a Word paragraph: what is shown, not what was deleted or hidden."""

from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.docx_styles import word

_MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SIGNS = {
    word("tab"): "\t",
    word("br"): "\n",
    word("cr"): "\n",
    word("noBreakHyphen"): "-",
}
_LEFT_OUT = frozenset(
    {
        _FALLBACK,
        word("pPr"),
        word("rPr"),
        word("del"),
        word("moveFrom"),
        word("instrText"),
        word("txbxContent"),
        word("rt"),
    }
)


def paragraph_text(paragraph: Element) -> str:
    """Return the paragraph's visible text, without the text boxes that hang on it."""
    return "".join(_strings(paragraph)).strip()


def text_boxes(paragraph: Element) -> Iterator[Element]:
    """Yield the text boxes anchored in the paragraph, once each."""
    for child in paragraph:
        if child.tag == word("txbxContent"):
            yield child
        elif child.tag not in _LEFT_OUT:
            yield from text_boxes(child)


def footnote_ids(paragraph: Element) -> list[str]:
    """Return the ids of the footnotes that the paragraph refers to."""
    return [str(note.get(word("id"))) for note in paragraph.iter(word("footnoteReference"))]


def _strings(element: Element) -> Iterator[str]:
    for child in element:
        if child.tag in {word("t"), _MATH_TEXT}:
            yield child.text or ""
        elif child.tag in _SIGNS:
            yield _SIGNS[child.tag]
        elif child.tag == word("footnoteReference"):
            yield f"[{child.get(word('id'))}]"
        elif child.tag not in _LEFT_OUT and not _is_hidden(child):
            yield from _strings(child)


def _is_hidden(run: Element) -> bool:
    vanish = run.find(f"{word('rPr')}/{word('vanish')}")
    return vanish is not None and vanish.get(word("val"), "1") not in {"0", "false", "off"}
