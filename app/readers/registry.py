"""Chooses a reader by name."""

from pathlib import Path
from typing import cast

from app.errors import ReaderUnavailableError
from app.readers.base import Reader
from index.plugins import load

READERS = {
    "bundled": "app.readers.bundled.reader:BundledReader",
    "first-number": "app.readers.first_number:FirstNumberReader",
}
NO_READER = "none"
WEIGHTS_SUFFIX = ".safetensors"


def build_reader(name: str, cache_dir: Path, precision: str) -> Reader | None:
    """Return the reader that a name stands for, or None for ``none``.

    A name is one of the table, a file of weights that ``python -m eval train`` made, or
    ``package.module:factory``, called without arguments. Raises UnknownNameError,
    MissingExtraError or ReaderUnavailableError; weights are loaded when they are first needed.
    """
    if name == NO_READER:
        return None
    if uses_bundled_network(name) and name not in READERS:
        return _with_weights(Path(name), cache_dir, precision)
    factory = load({**READERS, NO_READER: ""}, name, "reader")
    return cast("Reader", factory(cache_dir, precision) if name == "bundled" else factory())


def uses_bundled_network(name: str) -> bool:
    """Return whether a name stands for the bundled network, with its own weights or others."""
    return name == "bundled" or name.endswith(WEIGHTS_SUFFIX)


def _with_weights(path: Path, cache_dir: Path, precision: str) -> Reader:
    from app.readers.bundled.reader import BundledReader

    if not path.is_file():
        raise ReaderUnavailableError(
            f"There is no file {path} with weights of a reader. Set MUREUM_APP_READER to one that"
            " python -m eval train made, or to bundled."
        )
    return BundledReader(cache_dir, precision, path)
