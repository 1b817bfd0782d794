"""Where a model comes from: a folder on this machine, the hub's cache, or the hub."""

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from index.errors import EmbedderUnavailableError

HUB_TIMEOUT_SECONDS = 5
SAMPLE_BYTES = 1 << 20
MODEL_FILES = ("modules.json", "config.json")
NOT_PART_OF_VECTORS = {".md", ".txt", ".png", ".lock", ".gitattributes"}
HOW_TO_SET = (
    "Let MUREUM_EMBEDDER be `bundled`, the folder of a sentence-transformers model,"
    " or a model id of the hub."
)


@dataclass(frozen=True, slots=True)
class HubRevision:
    """A model of the hub at one commit."""

    model_id: str
    commit: str


def find_folder(model: str) -> Path | None:
    """Return the folder that a setting names, or None when it can only be a hub id.

    Raises EmbedderUnavailableError for a path without a model.
    """
    path = Path(model).expanduser()
    if path.is_dir():
        if any((path / name).is_file() for name in MODEL_FILES):
            return path
        raise EmbedderUnavailableError(
            f"The folder {path} holds no sentence-transformers model: it has neither"
            f" {' nor '.join(MODEL_FILES)}. {HOW_TO_SET}"
        )
    looks_like_path = model.startswith((".", "~", os.sep)) or model.count("/") != 1
    if path.exists() or looks_like_path:
        raise EmbedderUnavailableError(f"{path} is not the folder of a model. {HOW_TO_SET}")
    return None


def find_cached(model_id: str) -> HubRevision | None:
    """Return the commit of a model that an earlier download left on this machine, if any."""
    from huggingface_hub import try_to_load_from_cache

    for name in MODEL_FILES:
        found = try_to_load_from_cache(model_id, name)
        if isinstance(found, str):
            return HubRevision(model_id, Path(found).parent.name)
    return None


def ask_hub(model_id: str) -> HubRevision:
    """Return the newest commit of a model, asking the hub once, with a short timeout.

    Raises EmbedderUnavailableError when the hub cannot be reached or does not know the model.
    """
    from huggingface_hub import HfApi
    from huggingface_hub.errors import RepositoryNotFoundError

    try:
        commit = HfApi().model_info(model_id, timeout=HUB_TIMEOUT_SECONDS).sha
    except RepositoryNotFoundError as error:
        raise EmbedderUnavailableError(
            f"The hub has no public model {model_id!r}. {HOW_TO_SET}"
        ) from error
    except Exception as error:  # the libraries below differ in what they raise when offline
        raise EmbedderUnavailableError(
            f"The model {model_id!r} is not on this machine and the hub cannot be asked for it:"
            f" {error}. {HOW_TO_SET}"
        ) from error
    return HubRevision(model_id, commit or "main")


def fingerprint(folder: Path) -> str:
    """Return 12 digits that differ when a model differs, from samples of its files.

    Of a large file only the size, the first and the last MiB are read.
    """
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        relative = path.relative_to(folder)
        hidden = any(part.startswith(".") for part in relative.parts)
        if hidden or not path.is_file() or path.suffix in NOT_PART_OF_VECTORS:
            continue
        digest.update(f"{relative.as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(SAMPLE_BYTES))
            file.seek(-min(SAMPLE_BYTES, path.stat().st_size), os.SEEK_END)
            digest.update(file.read(SAMPLE_BYTES))
    return digest.hexdigest()[:12]
