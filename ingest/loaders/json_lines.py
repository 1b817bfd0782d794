"""JSON and JSON Lines: data as lines "path: value", each record of a list a section."""

import json
import re
from collections.abc import Iterator

from ingest.loaders.base import Loader, RawDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.encoding import decode
from ingest.loaders.machine_made import check_written_by_people
from ingest.loaders.records import Field, add_record

_MOST_BYTES = 10_000_000
_LONGEST_NUMBER_LIST = 50
_SCALARS = (str, bool)
_COMMENT = re.compile(
    r'(?P<string>"(?:\\.|[^"\\\n])*")|//[^\n]*|/\*.*?(?:\*/|\Z)|,(?=\s*[}\]])', re.DOTALL
)
_DECODER = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=str)


class JsonLoader(Loader):
    """Reads .json and .jsonl up to 10 MB; lock files, vectors and binary data are left out."""

    name = "json"
    revision = 1
    media_type = "application/json"

    def _load(self, content: bytes, name: str) -> RawDocument:
        check_written_by_people(content, name, _MOST_BYTES)
        values = _values(decode(content, name))
        value = values[0] if len(values) == 1 else values
        blocks = BlockBuilder()
        _write(blocks, value)
        return RawDocument(text=blocks.text, title=_title(value), headings=tuple(blocks.headings))


def _values(text: str) -> list[object]:
    """Return the values of the file: one, or those of its lines; settings may hold comments."""
    try:
        return list(_strict_values(text))
    except json.JSONDecodeError:
        plain = _COMMENT.sub(lambda match: match["string"] or "", text)
        if plain == text:
            raise
        return list(_strict_values(plain))


def _strict_values(text: str) -> Iterator[object]:
    """Yield the values one after another; numbers stay as they are written."""
    place = _next_sign(text, 0)
    while place < len(text):
        value, place = _DECODER.raw_decode(text, place)
        yield value
        place = _next_sign(text, place)


def _next_sign(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def _write(blocks: BlockBuilder, value: object) -> None:
    """Append a list of records, or an object with such lists in it, which have its headings."""
    if not isinstance(value, dict):
        _write_list(blocks, value, 1)
        return
    lists = {key: part for key, part in value.items() if _is_record_list(part)}
    rest = {key: part for key, part in value.items() if key not in lists}
    add_record(blocks, list(_fields(rest, "")), 1)
    for key, part in lists.items():
        blocks.add_heading(key, 1)
        _write_list(blocks, part, 2)


def _write_list(blocks: BlockBuilder, value: object, level: int) -> None:
    for record in value if isinstance(value, list) and _is_record_list(value) else [value]:
        add_record(blocks, list(_fields(record, "")), level)


def _is_record_list(value: object) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict | list) for part in value)


def _fields(value: object, path: str) -> Iterator[Field]:
    """Yield the values inside with their paths; what is null or empty says nothing."""
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _fields(part, f"{path}.{key}" if path else key)
    elif isinstance(value, list) and all(isinstance(part, _SCALARS) for part in value):
        yield path, "" if _is_vector(value) else ", ".join(filter(None, map(_text, value)))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _fields(part, f"{path}[{place}]")
    elif value is not None:
        yield path, _text(value)


def _is_vector(values: list[object]) -> bool:
    """Return whether these are the numbers of a model or a picture, which nobody reads."""
    return len(values) > _LONGEST_NUMBER_LIST and all(map(_is_number, values))


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _title(value: object) -> str:
    """Return what an object calls itself."""
    title = value.get("title") or value.get("제목") if isinstance(value, dict) else ""
    return title if isinstance(title, str) else ""
