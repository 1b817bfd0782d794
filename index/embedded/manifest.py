"""The manifest: what the followers' files should hold, by name, size and SHA-256."""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path

from index.errors import IndexDamagedError, IndexMissingError, StorageFullError

FILE_NAME = "manifest.json"
FILES_VERSION = 2
"""Raised when the followers' files must be made anew; the store has a version of its own."""


@dataclass(frozen=True, slots=True)
class FileRecord:
    """What a file held when it was written."""

    size_bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was published: versions, and every follower file, by path below the index folder.

    ``dense_file`` is empty while the vectors are few enough to be read from the store.
    """

    format_version: int
    embedder: str
    dimension: int
    analyzer: str
    dense_file: str = ""
    dense_revision: int = -1
    files: dict[str, FileRecord] = field(default_factory=dict)


def read_manifest(folder: Path) -> Manifest:
    """Return the published manifest; raise when there is none or it cannot be understood."""
    path = folder / FILE_NAME
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        files = {name: FileRecord(**record) for name, record in raw.pop("files").items()}
        return Manifest(**raw, files=files)
    except FileNotFoundError as error:
        raise IndexMissingError(
            f"There is no finished index in {folder}. Make one with: python -m ingest FOLDER"
        ) from error
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise IndexDamagedError(
            f"{path} cannot be understood ({error}). Make it again with:"
            " python -m ingest doctor --repair"
        ) from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in place in one step, so that readers see the old one or the new one."""
    text = json.dumps(asdict(manifest), indent=1, ensure_ascii=False)
    fresh = folder / f"{FILE_NAME}.new"
    try:
        with fresh.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(folder / FILE_NAME)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink(missing_ok=True)
        raise StorageFullError(
            f"{folder} cannot be written ({error}). Free some space and ingest again; what was"
            " stored is unharmed."
        ) from error


def record_files(
    folder: Path, names: Iterable[str], known: dict[str, FileRecord]
) -> dict[str, FileRecord]:
    """Return records of these files; files that never change once written are read only once."""
    records = {}
    for name in names:
        size = (folder / name).stat().st_size
        old = known.get(name)
        reusable = old is not None and old.size_bytes == size and not name.endswith(".json")
        records[name] = old if old and reusable else FileRecord(size, _sha256(folder / name))
    return records


def damaged_files(folder: Path, manifest: Manifest, prefix: str = "") -> list[str]:
    """Return a sentence for each file that is missing or differs from its record."""
    problems = []
    for name, record in sorted(manifest.files.items()):
        path = folder / name
        if not name.startswith(prefix):
            continue
        if not path.exists():
            problems.append(f"{name} is missing")
        elif path.stat().st_size != record.size_bytes or _sha256(path) != record.sha256:
            problems.append(f"{name} differs from its checksum")
    return problems


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
