"""RTF: the exchange format of word processors, and of the bodies of Outlook messages."""

from ingest.errors import MalformedFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.rtf_reading import RtfReading
from ingest.loaders.titles import meaningful_title

_MAGIC = b"{\\rtf"


class RtfLoader(Loader):
    """Reads text, headings, tables and notes; hidden and deleted text is left out."""

    name = "rtf"
    revision = 1
    media_type = "application/rtf"

    def _load(self, content: bytes, name: str) -> RawDocument:
        if not content.lstrip()[: len(_MAGIC)].lower().startswith(_MAGIC):
            raise MalformedFileError(
                f"{name} is not RTF: give it the ending of its real format, or save it as RTF."
            )
        blocks = BlockBuilder()
        properties = RtfReading(content, blocks).properties
        first = next((heading.text for heading in blocks.headings if heading.level == 1), "")
        author = properties.get("author", "").strip()
        return RawDocument(
            text=blocks.text,
            title=meaningful_title(properties.get("title", "")) or first,
            headings=tuple(blocks.headings),
            metadata={"author": "" if author.lower() == "unknown" else author},
        )
