"""Hangul documents, the binary format HWP 5."""

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.hwp_body import HwpBody
from ingest.loaders.hwp_container import HwpContainer
from ingest.loaders.hwp_styles import HwpStyles
from ingest.loaders.hwp_walk import HwpWalk

_TITLE, _SUBJECT, _AUTHOR, _KEYWORDS = 2, 3, 4, 5


class HwpLoader(Loader):
    """Reads .hwp; hidden comments, memos, page headers, footers and master pages are left out."""

    name = "hwp"
    revision = 1
    media_type = "application/x-hwp"

    def _load(self, content: bytes, name: str) -> RawDocument:
        container = HwpContainer(content, name)
        body = HwpBody(HwpStyles(container.document_information()))
        walk = HwpWalk()
        for section in container.sections():
            walk.visit(body.paragraphs(section))
        properties = container.properties()
        return walk.document(
            properties.get(_TITLE, ""),
            {
                "author": properties.get(_AUTHOR, ""),
                "subject": properties.get(_SUBJECT, ""),
                "keywords": properties.get(_KEYWORDS, ""),
            },
        )
