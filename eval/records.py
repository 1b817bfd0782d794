"""Lines of the files that make up a question set, with the place of whatever is wrong in them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.errors import QuestionSetError

_LONGEST_LINE_BYTES = 50_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One JSON object of a file, and where it stands."""

    place: str
    fields: dict[str, Any]

    def text(self, name: str, default: str | None = None) -> str:
        """Return a field that must be text; one that is absent is the default, if there is one."""
        value = self.fields.get(name)
        if value is None and default is not None:
            return default
        if not isinstance(value, str):
            raise QuestionSetError(f'{self.place}: the field "{name}" must be a text.')
        return value


def read_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield the place and the text of every line that is not blank."""
    try:
        with path.open("rb") as opened:
            read = iter(lambda: opened.readline(_LONGEST_LINE_BYTES + 1), b"")
            for number, line in enumerate(read, start=1):
                place = f"{path}, line {number}"
                text = _decoded(line, place)
                if text.strip():
                    yield place, text
    except OSError as error:
        raise QuestionSetError(f"{path} cannot be read ({error.strerror}).") from error


def read_records(path: Path) -> Iterator[Record]:
    """Yield the JSON object of every line; raise QuestionSetError where there is none."""
    for place, line in read_lines(path):
        try:
            fields = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise QuestionSetError(f"{place}: this is no JSON ({error}).") from error
        if not isinstance(fields, dict):
            raise QuestionSetError(f'{place}: an object such as {{"_id": …}} is needed.')
        yield Record(place, fields)


def _decoded(line: bytes, place: str) -> str:
    if len(line) > _LONGEST_LINE_BYTES:
        raise QuestionSetError(f"{place}: the line is longer than {_LONGEST_LINE_BYTES:,} bytes.")
    try:
        return line.decode("utf-8-sig").rstrip("\r\n")
    except UnicodeDecodeError as error:
        raise QuestionSetError(f"{place}: this is not UTF-8 ({error}).") from error
