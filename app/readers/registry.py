"""Chooses a reader by name."""

from pathlib import Path
from typing import cast

from app.readers.base import Reader
from index.plugins import load

READERS = {
    "bundled": "app.readers.bundled.reader:BundledReader",
    "first-number": "app.readers.first_number:FirstNumberReader",
}
NO_READER = "none"


def build_reader(name: str, cache_dir: Path, precision: str) -> Reader | None:
    """Return the reader that a name stands for, or None for ``none``.

    A name is one of the table, or ``package.module:factory``, called without arguments. Raises
    UnknownNameError or MissingExtraError; weights are loaded when they are first needed.
    """
    if name == NO_READER:
        return None
    factory = load({**READERS, NO_READER: ""}, name, "reader")
    return cast("Reader", factory(cache_dir, precision) if name == "bundled" else factory())
