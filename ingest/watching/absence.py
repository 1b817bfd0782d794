"""A watched folder that is away, as an unmounted share is, does not count as deleted."""

import os
from collections.abc import Iterable
from pathlib import Path

from ingest.discovery import find_files, lies_in, source_of

_FEW = 10
"""So many documents are soon read again; people do empty small folders."""


def absence(root: Path, base: Path, stored: Iterable[str]) -> str | None:
    """Return why files below a root may only seem to be gone; None where they are."""
    try:
        os.scandir(root).close()
    except OSError as error:
        return f"it cannot be listed ({error.strerror})"
    if next(find_files([root], base), None) is not None:
        return None
    name = source_of(root, base)
    many = sum(lies_in(source, name) for source in stored) > _FEW
    return "it is empty all at once" if many else None
