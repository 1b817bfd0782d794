"""The file that holds what was fitted, in the form of ``.env``."""

import os
from collections.abc import Mapping
from pathlib import Path

from index.errors import SettingsError, StorageFullError

PREFIX = "MUREUM_APP_"


def lines_of(settings: Mapping[str, float]) -> str:
    """Return one line a setting."""
    return "".join(f"{PREFIX}{name.upper()}={value}\n" for name, value in settings.items())


def refuse_to_overwrite(path: Path) -> None:
    """Raise SettingsError when the file is there already."""
    if path.exists():
        raise SettingsError(f"{path} is there already; --force replaces it.")


def write_settings(path: Path, settings: Mapping[str, float], comment: str) -> None:
    """Write the file as a whole or not at all; raise StorageFullError when that fails."""
    text = f"# {comment}\n{lines_of(settings)}"
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        raise StorageFullError(f"The settings cannot be written to {path}: {error}") from error
    finally:
        beside.unlink(missing_ok=True)
