"""What a mail holds, whichever program saved it."""

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.errors import LoaderError

_MOST_NAMES = 30


@dataclass(frozen=True, slots=True)
class Body:
    """One part of what the mail says: plain text, or a page."""

    text: str
    is_page: bool = False


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file in a mail: ``content`` is what it holds, or ``mail`` where it is a mail itself.

    ``error`` is why such a mail cannot be read.
    """

    name: str
    content: bytes = b""
    mail: "Mail | None" = None
    error: LoaderError | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail: addresses are lines for people; ``date`` is year first where it can be read."""

    subject: str = ""
    sender: str = ""
    recipients: str = ""
    copied: str = ""
    date: str = ""
    bodies: tuple[Body, ...] = ()
    attachments: tuple[Attachment, ...] = ()

    def head(self) -> str:
        """Return the lines that stand above the body; the files are named among them."""
        lines = {
            "From": self.sender,
            "To": self.recipients,
            "Cc": self.copied,
            "Date": self.date,
            "Attachments": self.file_names(),
        }
        return "\n".join(f"{label}: {text}" for label, text in lines.items() if text)

    def file_names(self) -> str:
        """Return the names of the files in the mail on one line."""
        return shortened([each.name for each in self.attachments])


def shortened(names: Sequence[str]) -> str:
    """Return the names on one line: of very many only the first, and how many more there are."""
    more = len(names) - _MOST_NAMES
    shown = (" ".join(name.split()) for name in names[:_MOST_NAMES])
    return ", ".join(shown) + (f" (+{more})" if more > 0 else "")
