"""A mail becomes one document: its head, what it says, and the files in it as sections."""

import logging
from abc import abstractmethod
from dataclasses import replace

from ingest.document import Heading, LoadedDocument
from ingest.errors import LoaderError, UnsupportedFormatError
from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.mail import Attachment, Mail
from ingest.loaders.mail_body import HistoryOnceBuilder, add_body
from ingest.loaders.registry import loader_for

logger = logging.getLogger(__name__)

_MOST_DEPTH = 3
_MOST_FILES = 30
_MOST_BYTES = 100_000_000


class MailLoader(Loader):
    """Reads mails; a member writes ``read_mail``."""

    @abstractmethod
    def read_mail(self, content: bytes, name: str) -> Mail:
        """Return what the file holds; any error means a malformed file."""

    def _load(self, content: bytes, name: str) -> RawDocument:
        mail = self.read_mail(content, name)
        writing = _Writing()
        writing.mail(mail, depth=0)
        return RawDocument(
            text=writing.blocks.text,
            title=mail.subject,
            headings=tuple(writing.blocks.headings),
            metadata=_metadata(mail),
        )


class _Writing:
    """Writes a mail and the files in it; many files and deep ones are named only."""

    def __init__(self) -> None:
        self.blocks = HistoryOnceBuilder()
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
            return
        self._files_left -= 1
        self._bytes_left -= size
        found = attachment.mail or _read(attachment)
        if isinstance(found, Mail):
            titled = found if found.subject else replace(found, subject=attachment.name)
            self.mail(titled, depth=depth)
        elif found is not None:
            self._document(attachment.name, found, depth + 1)

    def _document(self, name: str, document: LoadedDocument, level: int) -> None:
        self.blocks.add_heading(name, level)
        begin = self.blocks.add_document(document.text)
        self.blocks.headings += [
            Heading(begin + heading.start, level + heading.level, heading.text)
            for heading in document.headings
        ]


def _read(attachment: Attachment) -> Mail | LoadedDocument | None:
    """Return what the file holds; None when no loader can read it, which loses no other part."""
    try:
        loader = loader_for(attachment.name)
        if isinstance(loader, MailLoader):
            return loader.read_mail(attachment.content, attachment.name)
        return loader.load(attachment.content, attachment.name)
    except UnsupportedFormatError:
        return None
    except LoaderError as error:
        logger.warning("An attachment is only named: %s", error)
        return None


def _metadata(mail: Mail) -> dict[str, str]:
    return {
        "author": mail.sender,
        "recipients": mail.recipients,
        "date": mail.date,
        "attachments": mail.file_names(),
    }
