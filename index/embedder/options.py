"""What every embedder is built with."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EmbedderOptions:
    """Values for the constructor of an embedder, which takes what concerns it.

    ``precision`` is ``float32``, ``bfloat16`` or ``auto``: the faster one on this machine.
    ``allow_download`` says whether a model may be fetched from the hub.
    """

    cache_dir: Path
    precision: str = "auto"
    allow_download: bool = True
