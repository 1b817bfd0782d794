"""Plain text: the only question is its encoding."""

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.encoding import decode


class TextLoader(Loader):
    """Reads text files in UTF-8, UTF-16, CP949 / EUC-KR, and what statistics make of the rest."""

    name = "text"
    revision = 1
    media_type = "text/plain"

    def _load(self, content: bytes, name: str) -> RawDocument:
        return RawDocument(text=decode(content, name))
