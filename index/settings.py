"""Where the index lies and what turns text into vectors; read from the environment."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IndexSettings(BaseSettings):
    """Settings that ingest and app share; each is read from ``MUREUM_`` and its name."""

    model_config = SettingsConfigDict(env_prefix="MUREUM_", env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder that holds the index. Sources are shown relative to its parent.",
    )
    cache_dir: Path = Field(
        default_factory=lambda: Path.home() / ".cache" / "mureum",
        description="Folder that holds unpacked model weights; it can be deleted at any time.",
    )
    embedder: str = Field(
        default="bundled",
        min_length=1,
        description="bundled, a folder with a sentence-transformers model, or a hub id.",
    )
    precision: Literal["auto", "float32", "bfloat16"] = Field(
        default="auto",
        description="Arithmetic of the embedder; auto takes bfloat16 where the CPU has it.",
    )
