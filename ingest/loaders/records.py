"""Data as lines that people can read: a field a line, a record a section."""

import re
from collections.abc import Sequence

from ingest.loaders.blocks import BlockBuilder

_NAMING = ("title", "name", "제목", "이름", "명칭", "question", "질문", "subject", "label", "id")
_LONGEST_NAME = 120
_BINARY = re.compile(r"[A-Za-z0-9+/=_-]{500,}|data:[\w/+.-]+;base64,.*", re.DOTALL)

Field = tuple[str, str]
"""Where a value stands, and the value as text."""


def add_record(blocks: BlockBuilder, fields: Sequence[Field], level: int) -> None:
    """Append fields as lines; the one that names the record comes first and is its heading."""
    shown = [field for field in fields if field[1].strip() and not _BINARY.fullmatch(field[1])]
    naming = _naming_field(shown)
    if naming:
        blocks.add_heading(_line(naming), level)
        shown.remove(naming)
    blocks.add("\n".join(map(_line, shown)))


def _naming_field(fields: Sequence[Field]) -> Field | None:
    for wanted in _NAMING:
        for path, text in fields:
            if path.lower() == wanted and len(text) <= _LONGEST_NAME and "\n" not in text:
                return path, text
    return None


def _line(field: Field) -> str:
    path, text = field
    return f"{path}: {text.strip()}" if path else text.strip()
