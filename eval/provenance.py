"""What figures rest on: the index that was searched, and the weights that were used."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from index.base import SearchIndex
from index.embedder.bundled.unpack import PACKED_SHA256
from index.settings import IndexSettings

BUNDLED = "bundled"
SETTINGS_OF_MODELS = ("reranker", "reader")
"""Settings of the service that may name the folder of a model."""


@dataclass(frozen=True, slots=True)
class IndexFacts:
    """The revision and size of an index, and the names of what made its vectors and terms."""

    revision: int
    embedder: str
    analyzer: str
    documents: int
    parents: int
    children: int

    def as_json(self) -> dict[str, object]:
        """Return what a report says of the index."""
        return asdict(self)


def facts_of(index: SearchIndex) -> IndexFacts:
    """Return the facts of an index as it is now."""
    status = index.status()
    return IndexFacts(
        status.revision,
        status.embedder,
        status.analyzer,
        status.documents,
        status.parents,
        status.children,
    )


def models_of(index: IndexSettings, service: Mapping[str, object]) -> dict[str, dict[str, str]]:
    """Return, by role, the model that the settings name and the SHA-256 of its weights.

    Only weights on this machine have one; a hub id stands for itself. ``service`` holds the
    service's settings by name.
    """
    named = {"embedder": index.embedder}
    named |= {role: str(service[role]) for role in SETTINGS_OF_MODELS if service.get(role)}
    return {role: _model(role, name) for role, name in named.items() if name != "none"}


def _model(role: str, name: str) -> dict[str, str]:
    if name == BUNDLED:
        return {"name": name, "sha256": _bundled_digest(role)}
    folder = Path(name).expanduser()
    return {"name": name, "sha256": _digest(folder)} if folder.is_dir() else {"name": name}


def _bundled_digest(role: str) -> str:
    if role != "reader":
        return PACKED_SHA256
    from app.readers.bundled.weights import WEIGHTS_SHA256

    return WEIGHTS_SHA256


def _digest(folder: Path) -> str:
    """Return one hash of the names and contents of all files in a folder."""
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\n".encode())
    return digest.hexdigest()
