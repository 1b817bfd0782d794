"""What tells that a file has changed, without reading it."""

import stat
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Signature:
    """Size and times of a file; ``changed_ns`` also moves when a file takes another's place."""

    size_bytes: int
    modified_ns: int
    changed_ns: int


GONE = Signature(-1, 0, 0)
"""There is no regular file: it is gone, or something else has its name."""

UNKNOWN = Signature(-2, 0, 0)
"""The system did not say: a drive that does not answer is no proof that a file is gone."""


def signature_of(path: Path) -> Signature:
    """Return the signature of a file that is no symbolic link, else GONE or UNKNOWN."""
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    except OSError:
        return UNKNOWN
    if not stat.S_ISREG(found.st_mode):
        return GONE
    return Signature(found.st_size, found.st_mtime_ns, found.st_ctime_ns)
