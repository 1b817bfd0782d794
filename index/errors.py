"""Every error of ours, drawn once; a message says what happened and what to do.

MureumError
├── SettingsError              a setting is unknown or impossible
├── UnknownNameError           a table of plug-ins has no such name
├── MissingExtraError          an optional library is not installed
├── EmbedderError              text could not be turned into vectors
│   └── EmbedderUnavailableError   the model or its weights cannot be had
├── DocumentNotFoundError      no document has this id
├── UploadNotFoundError        no document of this id was handed over
├── JobNotFoundError           no job has this id
├── QuotaExceededError         the uploads of an owner take all that they may
├── FileNameError              a file that was handed over has no usable name
├── InvalidGroupError          a group cannot be called so
└── SearchIndexError           the index cannot be used
    ├── IndexMissingError      nothing has been ingested here
    ├── IndexDamagedError      a file is broken
    ├── IndexVersionError      written by another format version
    ├── IndexMismatchError     written with another embedder or analyzer
    ├── IndexLockedError       another process is writing
    └── StorageFullError       the disk is full or read-only
"""


class MureumError(Exception):
    """Root of the errors that a caller may want to catch."""


class SettingsError(MureumError):
    """A setting is unknown or has an impossible value."""


class UnknownNameError(MureumError):
    """A table of plug-ins holds no such name."""


class MissingExtraError(MureumError):
    """An optional library is needed and not installed."""


class EmbedderError(MureumError):
    """Text could not be turned into vectors."""


class EmbedderUnavailableError(EmbedderError):
    """The embedding model or its weights cannot be had."""


class DocumentNotFoundError(MureumError):
    """No document has this id."""


class UploadNotFoundError(MureumError):
    """No document of this id was handed over to the service."""


class JobNotFoundError(MureumError):
    """No job has this id."""


class QuotaExceededError(MureumError):
    """The uploads of an owner take all that they may."""


class FileNameError(MureumError):
    """A file that was handed over has no name that can be shown."""


class InvalidGroupError(MureumError):
    """A group cannot have this name, or there are too many of them."""


class SearchIndexError(MureumError):
    """The index cannot be used."""


class IndexMissingError(SearchIndexError):
    """Nothing has been ingested here."""


class IndexDamagedError(SearchIndexError):
    """A file of the index is broken."""


class IndexVersionError(SearchIndexError):
    """The index was written by another format version."""


class IndexMismatchError(SearchIndexError):
    """The index was written with another embedder or analyzer."""


class IndexLockedError(SearchIndexError):
    """Another process is writing."""


class StorageFullError(SearchIndexError):
    """The disk is full or read-only."""
