"""A mail becomes one document: its head, what it says, and the files in it as sections."""

import hashlib
from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import replace

from index.errors import MureumError
from ingest.document import Heading, LoadedDocument
from ingest.errors import LoaderError, MalformedFileError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.mail import Attachment, Mail, shortened
from ingest.loaders.mail_body import HistoryOnceBuilder, add_body
from ingest.loaders.registry import loader_for, own_suffixes

_MOST_DEPTH = 3
_MOST_FILES = 30
_MOST_BYTES = 100_000_000
_OVER_LIMIT = "over the limits of a mail"


class MailLoader(Loader):
    """Reads mails; a member writes ``read_mail``."""

    opens_files = True

    def __init__(self) -> None:
        self._loaders: Mapping[str, str] = {}

    def reads_inside_with(self, loaders: Mapping[str, str]) -> None:
        """Read attachments with these loaders too."""
        self._loaders = loaders

    @property
    def version(self) -> str:
        """Return what the recipe records: it changes with the loaders of the team's own too."""
        said = " ".join(_loader_words(self._loaders))
        return f"{super().version}.{_digest(said)}" if said else super().version

    @abstractmethod
    def read_mail(self, content: bytes, name: str) -> Mail:
        """Return what the file holds; any error means a malformed file."""

    def _load(self, content: bytes, name: str) -> RawDocument:
        mail = self.read_mail(content, name)
        writing = _Writing(self._loaders)
        writing.mail(mail, depth=0)
        return RawDocument(
            text=writing.blocks.text,
            title=mail.subject,
            headings=tuple(writing.blocks.headings),
            metadata={**_metadata(mail), "attachments not read": shortened(writing.unread)},
        )


class _Writing:
    """Writes a mail and the files in it; of many, of large and of deep ones some are only named.

    ``unread`` names the files that are not part of the text, and why.
    """

    def __init__(self, loaders: Mapping[str, str]) -> None:
        self._loaders = loaders
        self.blocks = HistoryOnceBuilder()
        self.unread: list[str] = []
        self._files_left = _MOST_FILES
        self._bytes_left = _MOST_BYTES

    def mail(self, mail: Mail, *, depth: int) -> None:
        """Append a mail that lies ``depth`` mails deep in the file."""
        self.blocks.add_heading(mail.subject, depth + 1)
        self.blocks.add(mail.head())
        begin = len(self.blocks.headings)
        for body in mail.bodies:
            add_body(self.blocks, body)
        self.blocks.headings[begin:] = [
            replace(heading, level=heading.level + depth + 1)
            for heading in self.blocks.headings[begin:]
        ]
        for attachment in mail.attachments:
            self._attachment(attachment, depth + 1)

    def _attachment(self, attachment: Attachment, depth: int) -> None:
        size = len(attachment.content)
        if depth > _MOST_DEPTH or not self._files_left or size > self._bytes_left:
            self.unread.append(f"{attachment.name} ({_OVER_LIMIT})")
            return
        self._files_left -= 1
        self._bytes_left -= size
        try:
            found = attachment.mail or _read(attachment, self._loaders)
            self._add(attachment.name, found, depth)
        except LoaderError as error:  # the mail itself is not lost for one file in it
            self.unread.append(f"{attachment.name} ({error.reason})")

    def _add(self, name: str, found: Mail | LoadedDocument, depth: int) -> None:
        if isinstance(found, Mail):
            self.mail(found if found.subject else replace(found, subject=name), depth=depth)
        else:
            self._document(name, found, depth + 1)

    def _document(self, name: str, document: LoadedDocument, level: int) -> None:
        self.blocks.add_heading(name, level)
        begin = self.blocks.add_document(document.text)
        self.blocks.headings += [
            Heading(begin + heading.start, level + heading.level, heading.text)
            for heading in document.headings
        ]


def _loader_words(loaders: Mapping[str, str]) -> Iterator[str]:
    for suffix in sorted(own_suffixes(loaders)):
        loader = loader_for(f"own{suffix}", loaders)
        yield f"{suffix} {loader.name}-{loader.revision}"


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _read(attachment: Attachment, loaders: Mapping[str, str]) -> Mail | LoadedDocument:
    if attachment.error is not None:
        raise attachment.error
    loader = loader_for(attachment.name, loaders)
    if not isinstance(loader, MailLoader):
        return loader.load(attachment.content, attachment.name)
    try:
        return loader.read_mail(attachment.content, attachment.name)
    except (MureumError, MemoryError):
        raise
    except Exception as error:  # parsers raise anything at all on broken files
        raise MalformedFileError(f"{attachment.name} cannot be read ({error}).") from error


def _metadata(mail: Mail) -> dict[str, str]:
    return {
        "author": mail.sender,
        "recipients": mail.recipients,
        "date": mail.date,
        "attachments": mail.file_names(),
    }
