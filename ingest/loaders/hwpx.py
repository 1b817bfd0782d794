"""Hangul documents, the open format HWPX."""

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.hwp_walk import HwpWalk
from ingest.loaders.hwpx_body import HwpxBody
from ingest.loaders.hwpx_container import HwpxContainer
from ingest.loaders.hwpx_styles import HwpxStyles


class HwpxLoader(Loader):
    """Reads .hwpx; hidden comments, memos, page headers, footers and master pages are left out."""

    name = "hwpx"
    revision = 1
    media_type = "application/hwp+zip"

    def _load(self, content: bytes, name: str) -> RawDocument:
        container = HwpxContainer(content, name)
        body = HwpxBody(HwpxStyles(container.header()))
        walk = HwpWalk()
        for section in container.sections():
            walk.visit(body.paragraphs(section))
        properties = container.properties()
        return walk.document(
            properties.get("title", ""),
            {
                "author": properties.get("creator", ""),
                "subject": properties.get("subject", ""),
                "keywords": properties.get("keyword", ""),
            },
        )
