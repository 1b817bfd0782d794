"""Source code and settings: the text as it is, with its definitions as headings."""

from pathlib import PurePath

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, UnsupportedFormatError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.code_definitions import definitions
from ingest.loaders.encoding import decode
from ingest.loaders.machine_made import check_not_minified, check_written_by_people

_MOST_BYTES = 500_000
_MARKS = (b"\xff\xfe", b"\xfe\xff")
_SAMPLE_BYTES = 4_096


class EmptySourceError(EmptyFileError, UnsupportedFormatError):
    """A source file without text, as every package has some: a folder's run skips it."""

    reason = UnsupportedFormatError.reason


class CodeLoader(Loader):
    """Reads code that people wrote, up to 500 kB; generated and minified code is left out."""

    name = "code"
    revision = 1
    media_type = "text/x-source"

    def load(self, content: bytes, name: str) -> LoadedDocument:
        """Return the text as it is; see the base class."""
        try:
            return super().load(content, name)
        except EmptyFileError as error:
            raise EmptySourceError(str(error)) from error

    def _load(self, content: bytes, name: str) -> RawDocument:
        _check_text(content, name)
        check_written_by_people(content, name, _MOST_BYTES)
        check_not_minified(content, name)
        text = decode(content, name).replace("\r\n", "\n").replace("\r", "\n")
        headings = tuple(definitions(text, PurePath(name).suffix.lower()))
        return RawDocument(text=text, headings=headings)


def _check_text(content: bytes, name: str) -> None:
    """Raise UnsupportedFormatError for films, which share an ending with TypeScript."""
    if b"\x00" in content[:_SAMPLE_BYTES] and not content.startswith(_MARKS):
        raise UnsupportedFormatError(f"{name} is no source code: its ending means something else.")
