"""Small presentations made in code, for tests of the loader and all that stands on it."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import pptx
from pptx.util import Cm


def pptx_file(*slides: tuple[str, Sequence[str]], title: str = "") -> bytes:
    """Return a presentation of slides with (title, paragraphs)."""
    presentation = pptx.Presentation()
    presentation.core_properties.title = title
    for heading, paragraphs in slides:
        slide = presentation.slides.add_slide(presentation.slide_layouts[1])
        slide.shapes.title.text = heading
        slide.placeholders[1].text = "\n".join(paragraphs)
    return saved_slides(presentation)


def add_box(shapes: Any, text: str, left: float, top: float, width: float = 5.0) -> Any:
    """Return a text box that was added, its place in centimetres, 2 cm high."""
    box = shapes.add_textbox(Cm(left), Cm(top), Cm(width), Cm(2))
    box.text_frame.text = text
    return box


def blank_slide(presentation: Any) -> Any:
    """Return a new slide without placeholders."""
    layout = presentation.slide_layouts[6]
    return presentation.slides.add_slide(layout)


def saved_slides(presentation: Any) -> bytes:
    """Return the bytes of a presentation."""
    target = BytesIO()
    presentation.save(target)
    return target.getvalue()
