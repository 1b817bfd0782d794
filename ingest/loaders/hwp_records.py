"""The streams of a HWP 5 file are records: a tag, a level and bytes, which together are a tree.

Source of all layouts: "한글 문서 파일 형식 5.0", revision 1.3, whose terms ask for this sentence:
본 제품은 한글과컴퓨터의 한글 문서 파일(.hwp) 공개 문서를 참고하여 개발하였습니다.
(This product was developed with reference to the published documents on Hancom's file format.)
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

_FIRST_TAG = 0x10
PARAGRAPH_SHAPE = _FIRST_TAG + 9
STYLE = _FIRST_TAG + 10
DISTRIBUTION = _FIRST_TAG + 12
PARAGRAPH = _FIRST_TAG + 50
TEXT = _FIRST_TAG + 51
CONTROL = _FIRST_TAG + 55
LIST = _FIRST_TAG + 56
SHAPE = _FIRST_TAG + 60
TABLE = _FIRST_TAG + 61
EQUATION = _FIRST_TAG + 72

_KEPT = frozenset({PARAGRAPH, TEXT, CONTROL, LIST, SHAPE, TABLE, EQUATION})
_LONG_SIZE = 0xFFF
_DEEPEST_LEVEL = 128
_MOST_RECORDS = 2_000_000


@dataclass(frozen=True, slots=True)
class Record:
    """One record with those below it; only kinds that lead to text are kept."""

    tag: int
    payload: bytes
    children: list["Record"] = field(default_factory=list)


def flat_records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield tag, level and payload of each record; raise ValueError for one that is cut."""
    at = 0
    while at < len(stream):
        (head,) = struct.unpack_from("<I", stream, at)
        at += 4
        size = head >> 20
        if size == _LONG_SIZE:
            (size,) = struct.unpack_from("<I", stream, at)
            at += 4
        if at + size > len(stream):
            raise ValueError("a record ends after its stream")
        yield head & 0x3FF, head >> 10 & 0x3FF, stream[at : at + size]
        at += size


def record_tree(stream: bytes) -> list[Record]:
    """Return the outermost records of a section, each with those below it.

    Raises ValueError for more levels or records than a document has, before they fill the memory.
    """
    roots: list[Record] = []
    above: list[tuple[int, list[Record]]] = [(-1, roots)]
    for number, (tag, level, payload) in enumerate(flat_records(stream)):
        if level > _DEEPEST_LEVEL or number >= _MOST_RECORDS:
            raise ValueError("records nest too deep or are too many")
        if tag not in _KEPT:
            continue
        while above[-1][0] >= level:
            above.pop()
        record = Record(tag, payload)
        above[-1][1].append(record)
        above.append((level, record.children))
    return roots
