"""OpenDocument texts: paragraphs, lists and tables in the order in which they are read."""

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.odf_package import open_odf
from ingest.loaders.odf_walk import OdfWalk


class OdtLoader(Loader):
    """Reads .odt; hidden and deleted text, comments, page headers and footers are left out."""

    name = "odt"
    revision = 1
    media_type = "application/vnd.oasis.opendocument.text"

    def _load(self, content: bytes, name: str) -> RawDocument:
        document = open_odf(content, name, "text")
        blocks = BlockBuilder()
        walk = OdfWalk(blocks, document.styles)
        walk.visit(document.body)
        first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
        return RawDocument(
            text=blocks.text,
            title=walk.title or document.title or first,
            headings=tuple(blocks.headings),
            metadata=document.metadata,
        )
