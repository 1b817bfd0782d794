"""The characters of an OpenDocument paragraph: what is shown, not what was deleted or hidden."""

import re
from collections.abc import Iterator

from lxml.etree import _Element as Element

from ingest.loaders.odf_names import odf
from ingest.loaders.odf_styles import Styles

_SPACE = re.compile(r"[ \t\r\n]+")
_MOST_SPACES = 100
_SIGNS = {odf("text:tab"): "\t", odf("text:line-break"): "\n"}
_FLOATING = frozenset(
    odf(f"draw:{tag}")
    for tag in (
        *("frame", "g", "custom-shape", "rect", "ellipse", "circle", "line", "polygon"),
        *("polyline", "path", "connector", "caption", "control", "a"),
    )
)
_LEFT_OUT = _FLOATING | {
    odf("office:annotation"),
    odf("text:ruby-text"),
    odf("text:script"),
    odf("text:tracked-changes"),
}


def paragraph_text(paragraph: Element, styles: Styles) -> str:
    """Return the paragraph's visible text, without the shapes that hang on it."""
    if styles.hides_text(paragraph, "paragraph") or _hides_paragraph(paragraph):
        return ""
    lines = "".join(_strings(paragraph, styles)).split("\n")
    return "\n".join(line.strip(" ") for line in lines).strip()


def notes_of(paragraph: Element) -> Iterator[tuple[str, Element]]:
    """Yield mark and body of the footnotes and endnotes that the paragraph refers to."""
    for note in paragraph.iter(odf("text:note")):
        body = note.find(odf("text:note-body"))
        if body is not None:
            yield _mark(note), body


def shapes_of(paragraph: Element) -> Iterator[Element]:
    """Yield the shapes anchored in the paragraph, not those inside of others."""
    for child in paragraph:
        if child.tag in _FLOATING:
            yield child
        else:
            yield from shapes_of(child)


def _mark(note: Element) -> str:
    return "".join(note.find(odf("text:note-citation")).itertext()).strip()


def _hides_paragraph(paragraph: Element) -> bool:
    mark = next(paragraph.iter(odf("text:hidden-paragraph")), None)
    return mark is not None and mark.get(odf("text:is-hidden")) == "true"


def _strings(element: Element, styles: Styles) -> Iterator[str]:
    yield _SPACE.sub(" ", element.text or "")
    for child in element:
        yield from _child_strings(child, styles)
        yield _SPACE.sub(" ", child.tail or "")


def _child_strings(child: Element, styles: Styles) -> Iterator[str]:
    if child.tag == odf("text:s"):
        count = child.get(odf("text:c"), "1")
        yield " " * min(int(count), _MOST_SPACES)
    elif child.tag in _SIGNS:
        yield _SIGNS[child.tag]
    elif child.tag == odf("text:note"):
        yield f"[{_mark(child)}]"
    elif isinstance(child.tag, str) and child.tag not in _LEFT_OUT and not _hides(child, styles):
        yield from _strings(child, styles)


def _hides(child: Element, styles: Styles) -> bool:
    if child.tag == odf("text:hidden-text"):
        return bool(child.get(odf("text:is-hidden")) == "true")
    return child.tag == odf("text:span") and styles.hides_text(child, "text")
