"""Word documents: paragraphs, numbered as Word shows them, and tables in their order."""

from io import BytesIO
from typing import Any

from ingest.document import Heading
from ingest.loaders.archive import checked_office_file
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.docx_footnotes import footnotes
from ingest.loaders.docx_lists import list_definitions
from ingest.loaders.docx_numbering import Numbering
from ingest.loaders.docx_styles import Styles
from ingest.loaders.docx_walk import DocxWalk
from ingest.loaders.titles import meaningful_title


class DocxLoader(Loader):
    """Reads .docx; hidden and deleted text, comments, page headers and footers are left out."""

    name = "docx"
    revision = 2
    media_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

    def _load(self, content: bytes, name: str) -> RawDocument:
        import docx

        document = docx.Document(BytesIO(checked_office_file(content, name)))
        blocks = BlockBuilder()
        styles = Styles(document.styles.element)
        numbering = Numbering(list_definitions(document.part, styles), styles)
        walk = DocxWalk(blocks, styles, numbering, footnotes(document.part))
        walk.visit(document.element.body)
        return RawDocument(
            text=blocks.text,
            title=walk.title or _title(document.core_properties, blocks.headings),
            headings=tuple(blocks.headings),
            metadata=_metadata(document.core_properties),
        )


def _title(properties: Any, headings: list[Heading]) -> str:  # noqa: ANN401 - docx has no types
    first = next((heading.text for heading in headings if heading.level == 1), "")
    return meaningful_title(properties.title or "") or first


def _metadata(properties: Any) -> dict[str, str]:  # noqa: ANN401 - docx has no types
    author = properties.author or ""
    return {
        "author": "" if author == "python-docx" else author,
        "subject": properties.subject or "",
        "keywords": properties.keywords or "",
    }
