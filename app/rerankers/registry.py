"""Chooses a reranker by name."""

from pathlib import Path
from typing import cast

from app.rerankers.base import Reranker
from index.plugins import load

RERANKERS = {
    "word-overlap": "app.rerankers.word_overlap:WordOverlapReranker",
}
NO_RERANKER = "none"


def build_reranker(name: str) -> Reranker | None:
    """Return the reranker that a name stands for, or None for ``none``.

    A name is one of the table, the path of a cross-encoder's folder, a hub id
    (``organisation/model``), or ``package.module:factory``, called without arguments. Raises
    UnknownNameError, MissingExtraError or RerankerUnavailableError.
    """
    if name == NO_RERANKER:
        return None
    if name not in RERANKERS and _names_a_model(name):
        from app.rerankers.cross_encoder import CrossEncoderReranker

        return CrossEncoderReranker(name)
    known = {**RERANKERS, NO_RERANKER: ""}
    return cast("Reranker", load(known, name, "reranker")())


def _names_a_model(name: str) -> bool:
    return "/" in name or "\\" in name or Path(name).is_dir()
