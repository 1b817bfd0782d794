"""How files are read and cut; read from the environment and ``.env``."""

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class IngestSettings(BaseSettings):
    """Settings of the ingestion; each is read from ``MUREUM_INGEST_`` and its name."""

    model_config = SettingsConfigDict(env_prefix="MUREUM_INGEST_", env_file=".env", extra="ignore")

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
