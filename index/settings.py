"""Settings that all parts share, and the one way in which settings are read.

A name tells who reads it: ``MUREUM_APP_…``, ``MUREUM_LLM_…`` and ``MUREUM_MEMORY_…`` the service,
``MUREUM_INGEST_…`` the ingestion, and every other ``MUREUM_…`` both. A name that nobody reads
stops the start.
"""

import os
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Literal, TypeVar

from dotenv import dotenv_values
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from index.errors import SettingsError

PREFIX = "MUREUM_"
PART_PREFIXES = ("MUREUM_APP_", "MUREUM_INGEST_", "MUREUM_LLM_", "MUREUM_MEMORY_")

Settings = TypeVar("Settings", bound=BaseSettings)


class IndexSettings(BaseSettings):
    """Where the index lies and what turns text into vectors."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_file=".env", extra="ignore")

    data_dir: Path = Field(
        default=Path("data"),
        description="Folder that holds the index. Sources are named relative to its parent.",
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


def load_settings(kind: type[Settings]) -> Settings:
    """Return the settings of one kind; raise SettingsError, in one line, for a wrong one."""
    prefix = str(kind.model_config["env_prefix"])
    known = {f"{prefix}{name}".upper() for name in kind.model_fields}
    for name in sorted(_names_given(prefix) - known):
        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else ".env.example lists all of them."
        raise SettingsError(f"There is no setting {name}. {hint}")
    try:
        return kind()
    except ValidationError as error:
        raise SettingsError("; ".join(_problems(error, prefix))) from error


def _names_given(prefix: str) -> set[str]:
    """Return the names in the environment and in ``.env`` that only this prefix can own."""
    given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    others = tuple(part for part in PART_PREFIXES if part != prefix)
    return {name for name in given if name.startswith(prefix) and not name.startswith(others)}


def _problems(error: ValidationError, prefix: str) -> Iterator[str]:
    """Yield one clause a setting, without the value: it may be a secret."""
    for problem in error.errors(include_url=False, include_input=False):
        message = problem["msg"].removeprefix("Value error, ")
        yield f"{prefix}{'_'.join(map(str, problem['loc'])).upper()}: {message}"
