"""Finds the file that a setting means."""

import re
from pathlib import Path

from app.errors import LanguageModelRefusedError

_SPLIT = re.compile(r"-(\d{5})-of-\d{5}\.gguf$")
_PROJECTOR = "mmproj"


def find_model(name: str) -> Path:
    """Return the file to load: the path itself, or the only model of a folder.

    Of a model in several files it is the first. Raises LanguageModelRefusedError.
    """
    path = existing(name, "MUREUM_LLM_MODEL")
    if path.is_file():
        return path
    files = [file for file in path.glob("*.gguf") if not file.name.startswith(_PROJECTOR)]
    first = [file for file in files if _number_of(file) == 1]
    if len(first) != 1:
        raise LanguageModelRefusedError(
            f"MUREUM_LLM_MODEL: {name} holds {len(first)} models in .gguf, where one is needed."
            " Give the path of the file."
        )
    return first[0]


def existing(name: str, setting: str) -> Path:
    """Return the path, or raise LanguageModelRefusedError with the name of the setting."""
    path = Path(name).expanduser()
    if not path.exists():
        raise LanguageModelRefusedError(f"{setting}: there is no file or folder {name}.")
    return path


def _number_of(file: Path) -> int:
    split = _SPLIT.search(file.name)
    return int(split[1]) if split else 1
