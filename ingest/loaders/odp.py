"""OpenDocument presentations: a slide is a page, its title a heading, its notes below it."""

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.odf_names import odf
from ingest.loaders.odf_package import open_odf
from ingest.loaders.odp_slide import OdpSlideWalk


class OdpLoader(Loader):
    """Reads .odp; hidden slides, footers and comments are left out.

    Hidden slides count as pages, as they do in the program.
    """

    name = "odp"
    revision = 1
    media_type = "application/vnd.oasis.opendocument.presentation"

    def _load(self, content: bytes, name: str) -> RawDocument:
        document = open_odf(content, name, "presentation")
        blocks = BlockBuilder()
        page_starts = []
        for page in document.body.iterfind(odf("draw:page")):
            page_starts.append(len(blocks.text))
            if not document.styles.hides_slide(page):
                OdpSlideWalk(blocks, document.styles).visit(page)
        first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
        return RawDocument(
            text=blocks.text,
            title=document.title or first,
            headings=tuple(blocks.headings),
            page_starts=tuple(page_starts),
            metadata=document.metadata,
        )
