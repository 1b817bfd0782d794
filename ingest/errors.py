"""Why a file could not be read; the reason is one of a fixed set of words.

MureumError
├── ParserUnavailableError       no file can be read
├── GroupsMissingError           nobody said who may read what is new
└── LoaderError
    ├── UnsupportedFormatError   unsupported
    ├── EncryptedFileError       encrypted
    ├── ImageOnlyError           image_only
    ├── MalformedFileError       malformed
    ├── EmptyFileError           empty
    ├── FileTooLargeError        too_large
    ├── ParsingTimeoutError      timeout
    └── CrashedError             crashed
"""

from index.errors import MureumError


class ParserUnavailableError(MureumError):
    """The processes that files are read in cannot be started: that is no file's fault."""


class GroupsMissingError(MureumError):
    """Nobody said who may read what is new in a folder that is not open to everybody."""


class LoaderError(MureumError):
    """A file could not be read; ``reason`` is the word that reports show."""

    reason = "unreadable"


class UnsupportedFormatError(LoaderError):
    """No loader reads this kind of file."""

    reason = "unsupported"


class EncryptedFileError(LoaderError):
    """The file needs a password."""

    reason = "encrypted"


class ImageOnlyError(LoaderError):
    """The pages are pictures without a text layer."""

    reason = "image_only"


class MalformedFileError(LoaderError):
    """The bytes do not follow the format."""

    reason = "malformed"


class EmptyFileError(LoaderError):
    """The file holds no text."""

    reason = "empty"


class FileTooLargeError(LoaderError):
    """The file, its text, or the memory that reading it needs is over a limit."""

    reason = "too_large"


class ParsingTimeoutError(LoaderError):
    """Reading the file took longer than it may."""

    reason = "timeout"


class CrashedError(LoaderError):
    """The program ended several times while it worked on this file; no loader raises that."""

    reason = "crashed"


def error_with_reason(reason: str, message: str) -> LoaderError:
    """Return the error that this word stands for; a word that stands for none is malformed."""
    kinds = {kind.reason: kind for kind in LoaderError.__subclasses__()}
    return kinds.get(reason, MalformedFileError)(message)
