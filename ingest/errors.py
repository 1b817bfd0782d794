"""Why a file could not be read; the reason is one of a fixed set of words.

MureumError
└── LoaderError
    ├── UnsupportedFormatError   unsupported
    ├── EncryptedFileError       encrypted
    ├── ImageOnlyError           image_only
    ├── MalformedFileError       malformed
    ├── EmptyFileError           empty
    └── FileTooLargeError        too_large
"""

from index.errors import MureumError


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
    """The file is over the size limit."""

    reason = "too_large"
