"""What ``.env.example`` must say; ``python -m tests.env_example > .env.example`` writes it."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from pydantic_settings import BaseSettings

from app.llm.settings import LanguageModelSettings
from app.memory.settings import MemorySettings
from app.settings import AppSettings
from index.settings import IndexSettings
from ingest.settings import IngestSettings

KINDS: dict[str, type[BaseSettings]] = {
    "Read by every part": IndexSettings,
    "Read by the ingestion": IngestSettings,
    "Read by the service": AppSettings,
    "Read by the service, for a language model": LanguageModelSettings,
    "Read by the service, for conversations": MemorySettings,
}
HEAD = (
    "Every setting with its default. Copy this file to .env, or set variables of the environment:",
    "those win over the file. A name that does not exist stops the start.",
)


def content() -> str:
    """Return the whole file."""
    parts = ["".join(f"# {line}\n" for line in HEAD)]
    for title, kind in KINDS.items():
        parts.append(f"## {title}\n")
        parts += [entry(kind, name) for name in kind.model_fields]
    return "\n".join(parts)


def entry(kind: type[BaseSettings], name: str) -> str:
    """Return the description of one setting and the line that sets it, commented out."""
    description = kind.model_fields[name].description or ""
    lines = [f"# {line}" for line in wrap(description, 98)]
    return "\n".join([*lines, f"#{setting_name(kind, name)}={default_of(kind, name)}"]) + "\n"


def setting_name(kind: type[BaseSettings], name: str) -> str:
    """Return the name that the environment has for a field."""
    return f"{kind.model_config['env_prefix']}{name}".upper()


def default_of(kind: type[BaseSettings], name: str) -> str:
    """Return the default as it is written in the file, the home folder by its variable."""
    value = kind.model_fields[name].get_default(call_default_factory=True)
    if isinstance(value, Path):
        return value.as_posix().replace(Path.home().as_posix(), "${HOME}")
    return json.dumps(value) if isinstance(value, dict) else str(value)


def settings() -> Iterator[tuple[str, str]]:
    """Yield the name and the written default of every setting."""
    for kind in KINDS.values():
        for name in kind.model_fields:
            yield setting_name(kind, name), default_of(kind, name)


if __name__ == "__main__":
    sys.stdout.write(content())
