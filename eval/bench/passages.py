"""Real passages as text files, each in a file of its own."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from index.errors import MureumError


class NoPassagesError(MureumError):
    """A path that holds neither a corpus nor text files."""


def read_passages(paths: Sequence[Path], count: int) -> list[str]:
    """Return up to ``count`` passages, drawn evenly from all that the paths hold.

    A path is a ``corpus.jsonl``, a folder with one, or a folder of text files.
    """
    found = [passage for path in paths for passage in _read(path)]
    order = np.random.default_rng(1).permutation(len(found))[:count]
    return [found[number] for number in order]


def write_passages(passages: Sequence[str], folder: Path, suffix: str = ".txt") -> None:
    """Write one file a passage."""
    folder.mkdir(parents=True)
    for number, passage in enumerate(passages):
        (folder / f"{number:05}{suffix}").write_text(passage, encoding="utf-8")


def _read(path: Path) -> list[str]:
    corpus = path / "corpus.jsonl" if path.is_dir() else path
    if corpus.is_file():
        rows = [json.loads(line) for line in corpus.read_text(encoding="utf-8").splitlines()]
        return [row["text"] for row in rows]
    passages = [file.read_text(encoding="utf-8") for file in sorted(path.rglob("*.txt"))]
    if not passages:
        raise NoPassagesError(f"{path} holds neither a corpus.jsonl nor .txt files.")
    return passages
