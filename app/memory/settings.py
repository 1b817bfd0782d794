"""Where conversations are kept, for how long, and how much of them a prompt may hold."""

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class MemorySettings(BaseSettings):
    """Settings of the memory; each is read from ``MUREUM_MEMORY_`` and its name in capitals."""

    model_config = SettingsConfigDict(env_prefix="MUREUM_MEMORY_", env_file=".env", extra="ignore")

    url: SecretStr = Field(
        default=SecretStr(""),
        description="postgresql://… or sqlite:///…; empty: a file in the data folder.",
    )
    ttl_days: int = Field(
        default=30, ge=0, le=36_500, description="Days that an unused session is kept; 0: for ever."
    )
    most_turns: int = Field(
        default=200, ge=1, le=100_000, description="Turns a session keeps; older ones are dropped."
    )
    history_tokens: int = Field(
        default=1_500, ge=0, description="Most tokens of earlier turns in a prompt; 0: none."
    )
