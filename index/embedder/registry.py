"""Chooses an embedder by name."""

from pathlib import Path
from typing import cast

from index.embedder.base import Embedder
from index.embedder.options import EmbedderOptions
from index.errors import UnknownNameError
from index.plugins import load

EMBEDDERS = {
    "bundled": "index.embedder.bundled.embedder:BundledEmbedder",
    "hashing": "index.embedder.hashing:from_options",
}


def build_embedder(
    name: str, *, cache_dir: Path, precision: str = "auto", allow_download: bool = True
) -> Embedder:
    """Return the embedder that a name stands for.

    A name is one of the table, the path of a sentence-transformers folder, a hub id
    (``organisation/model``), or ``package.module:factory``, called with EmbedderOptions. Raises
    UnknownNameError, MissingExtraError or EmbedderUnavailableError.
    """
    options = EmbedderOptions(cache_dir, precision, allow_download)
    if name not in EMBEDDERS and _names_a_model(name):
        from index.embedder.sentence_transformer import SentenceTransformerEmbedder

        return SentenceTransformerEmbedder(name, options)
    if name not in EMBEDDERS and ":" not in name:
        raise UnknownNameError(
            f"There is no embedder named {name!r}. Let MUREUM_EMBEDDER be one of"
            f" {', '.join(sorted(EMBEDDERS))}; the folder of a sentence-transformers model;"
            f" a hub id such as organisation/model; or your own package.module:factory."
        )
    return cast("Embedder", load(EMBEDDERS, name, "embedder")(options))


def _names_a_model(name: str) -> bool:
    return "/" in name or "\\" in name or Path(name).is_dir()
