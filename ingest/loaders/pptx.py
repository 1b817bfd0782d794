"""PowerPoint presentations: a slide is a page, its title a heading, its notes below it."""

from io import BytesIO
from typing import Any

from ingest.loaders.archive import checked_office_file
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.pptx_slide import SlideWalk
from ingest.loaders.pptx_text import paragraph_texts
from ingest.loaders.slide_headings import add_notes
from ingest.loaders.titles import meaningful_title

_HIDDEN = frozenset({"0", "false"})


class PptxLoader(Loader):
    """Reads .pptx; hidden slides and shapes, footers, comments and macros are left out.

    Pages are numbered as PowerPoint does it, hidden slides counted.
    """

    name = "pptx"
    revision = 1
    media_type = "application/vnd.openxmlformats-officedocument.presentationml.presentation"

    def _load(self, content: bytes, name: str) -> RawDocument:
        import pptx

        presentation = pptx.Presentation(BytesIO(checked_office_file(content, name)))
        size = (presentation.slide_width, presentation.slide_height)
        blocks = BlockBuilder()
        page_starts = []
        for slide in presentation.slides:
            page_starts.append(len(blocks.text))
            if slide.element.get("show") not in _HIDDEN:
                SlideWalk(blocks, slide).visit(size)
                add_notes(blocks, _notes(slide))
        properties = presentation.core_properties
        first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
        return RawDocument(
            text=blocks.text,
            title=meaningful_title(properties.title or "") or first,
            headings=tuple(blocks.headings),
            page_starts=tuple(page_starts),
            metadata=_metadata(properties),
        )


def _notes(slide: Any) -> list[str]:  # noqa: ANN401 - pptx has no types
    frame = slide.notes_slide.notes_text_frame if slide.has_notes_slide else None
    return [] if frame is None else paragraph_texts(frame._element)  # noqa: SLF001 - its XML


def _metadata(properties: Any) -> dict[str, str]:  # noqa: ANN401 - pptx has no types
    return {
        "author": properties.author or "",
        "subject": properties.subject or "",
        "keywords": properties.keywords or "",
    }
