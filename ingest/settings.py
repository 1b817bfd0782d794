"""How files are read and cut; read from the environment and ``.env``."""

import os
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """Settings of the ingestion; each is read from ``MUREUM_INGEST_`` and its name."""

    model_config = SettingsConfigDict(env_prefix="MUREUM_INGEST_", env_file=".env", extra="ignore")

    log_format: Literal["text", "json"] = Field(
        default="text",
        description="How the worker writes log lines: to read, or one JSON object each.",
    )
    parent_tokens: int = Field(
        default=800, ge=100, le=8000, description="Longest piece that answers are taken from."
    )
    child_tokens: int = Field(
        default=160, ge=20, le=250, description="Usual length of a piece that is searched."
    )
    max_file_bytes: int = Field(
        default=200_000_000, ge=1, description="Larger files are reported and not read."
    )
    loaders: dict[str, str] = Field(
        default_factory=dict,
        description='Loaders of your own, as JSON: {".suffix": "package.module:Class"}.',
    )
    isolation: bool = Field(
        default=True,
        description="Read each file in a process of its own, where the system can.",
    )
    parsers: int = Field(
        default=0, ge=0, le=256, description="Files that are read at once; 0 takes all cores."
    )
    parse_seconds: float = Field(
        default=120.0, gt=0, description="Longest time that the reading of one file may take."
    )
    parse_memory_bytes: int = Field(
        default=1_000_000_000,
        ge=10_000_000,
        description="Most memory that the reading of one file may take.",
    )
    max_text_bytes: int = Field(
        default=200_000_000, ge=1, description="Most text of one document, in UTF-8."
    )
    ocr: bool = Field(
        default=False, description="Recognise text in PDF pages that are pictures, and in pictures."
    )
    ocr_languages: str = Field(
        default="kor+eng",
        pattern=r"^[A-Za-z0-9_]+(\+[A-Za-z0-9_]+)*$",
        description="Languages of that text, as tesseract names them.",
    )
    watch_settle_seconds: float = Field(
        default=1.0,
        ge=0,
        le=60,
        description="A watched file is read when it has not changed for this long.",
    )
    watch_sweep_seconds: float = Field(
        default=600.0,
        ge=1,
        description="How often watched folders are looked through for what no event told.",
    )


_KEPT_FOR_PARSERS = frozenset(
    {"PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR", "VIRTUAL_ENV", "TESSDATA_PREFIX"}
    | {"LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH"}
)


def parser_environment() -> dict[str, str]:
    """Return what the processes that look into files see of the environment: no keys, no URLs.

    Native libraries get one thread, so that no fork happens beside others.
    """
    kept = {name: value for name, value in os.environ.items() if name in _KEPT_FOR_PARSERS}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
