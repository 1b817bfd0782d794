"""Files that commands write."""

import json
from collections.abc import Mapping
from pathlib import Path

from index.errors import StorageFullError


def write_json(path: Path, report: Mapping[str, object]) -> None:
    """Write a report; raise StorageFullError when that fails."""
    write_text(path, json.dumps(report, ensure_ascii=False, indent=1))


def write_text(path: Path, text: str) -> None:
    """Write a text in UTF-8; raise StorageFullError when that fails."""
    try:
        path.write_text(text, encoding="utf-8", errors="replace")
    except OSError as error:
        raise StorageFullError(f"The report cannot be written to {path}: {error}") from error
