"""How the service listens, searches and decides; read from the environment and ``.env``."""

import os
from difflib import get_close_matches
from typing import Literal

from dotenv import dotenv_values
from pydantic import Field, ValidationError

from index.errors import SettingsError
from index.settings import IndexSettings

PREFIX = "MUREUM_"


class Settings(IndexSettings):
    """Settings of the service; each is read from ``MUREUM_`` and its name in capitals."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="Address to listen on; 0.0.0.0 lets other machines in.",
    )
    port: int = Field(default=8000, ge=0, le=65535, description="Port; 0 takes a free one.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least severe log lines to write."
    )
    request_bytes: int = Field(
        default=65_536, ge=1_024, description="Largest request body; more is refused with 413."
    )
    question_characters: int = Field(
        default=4_000, ge=10, description="Longest question; a longer one is refused with 422."
    )
    worker_threads: int = Field(
        default=4, ge=1, le=64, description="Threads for searching, sentence picking, reranking."
    )
    waiting_requests: int = Field(
        default=200, ge=0, description="Requests that may wait for a thread; more get 503."
    )
    candidates: int = Field(
        default=100, ge=10, le=1_000, description="Chunks that each leg of the search brings."
    )
    dense_weight: float = Field(
        default=0.5, ge=0, le=1, description="Share of meaning against words in the fused score."
    )
    context_characters: int = Field(
        default=12_000, ge=1_000, description="Most text of found sections to answer from."
    )
    reranker: str = Field(
        default="none",
        min_length=1,
        description="none, or the folder or hub id of a sentence-transformers cross-encoder.",
    )
    reranked: int = Field(
        default=20, ge=1, le=100, description="Best candidates that the reranker reads."
    )
    reranker_weight: float = Field(
        default=0.7, ge=0, le=1, description="Share of the reranker against the fused score."
    )
    confidence_threshold: float = Field(
        default=0.5, ge=0, le=1, description="Below this confidence no answer is given."
    )


def load_settings() -> Settings:
    """Return the settings; raise SettingsError, in one line, for an unknown or impossible one."""
    _refuse_unknown_names()
    try:
        return Settings()
    except ValidationError as error:
        raise SettingsError("; ".join(_problems(error))) from error


def _refuse_unknown_names() -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    given = {name.upper() for name in (*os.environ, *dotenv_values(".env"))}
    for name in sorted(given - known):
        if name.startswith(PREFIX):
            close = get_close_matches(name, known, n=1)
            hint = f" Did you mean {close[0]}?" if close else " .env.example lists all of them."
            raise SettingsError(f"There is no setting {name}.{hint}")


def _problems(error: ValidationError) -> list[str]:
    """Return one clause a setting, without the value: it may be a secret."""
    return [
        f"{PREFIX}{'_'.join(map(str, problem['loc'])).upper()}: {problem['msg']}"
        for problem in error.errors(include_url=False, include_input=False)
    ]
