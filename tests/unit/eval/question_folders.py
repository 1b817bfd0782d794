"""A small question set on disk, in Korean and English."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

DOCUMENTS: Sequence[Mapping[str, str]] = (
    {"_id": "휴가 규정/1", "title": "휴가 규정", "text": "연차 휴가는 매년 15일입니다."},
    {"_id": "출장.pdf - 2", "title": "", "text": "출장 숙박비는 하루 12만 원까지 지급합니다."},
    {"_id": "vpn", "title": "Remote access", "text": "The VPN needs a token from the help desk."},
    {"_id": "parking", "title": "Parking", "text": "Visitors park behind the main building."},
)
QUERIES: Sequence[Mapping[str, object]] = (
    {"_id": "q1", "text": "연차 휴가는 며칠인가요?"},
    {"_id": "q2", "text": "|user|: 숙박비는 얼마까지 지급하나요?"},
    {"_id": "q3", "text": "Where do visitors park?", "is_impossible": False},
    {"_id": "q4", "text": "Who founded the company?", "is_impossible": True},
)
RELEVANT = (
    ("q1", "휴가 규정/1", 1),
    ("q2", "출장.pdf - 2", 2),
    ("q3", "parking", 1),
    ("q3", "vpn", 0),
)


def write_set(folder: Path) -> Path:
    """Write the set and return its folder."""
    folder.mkdir(parents=True)
    write_lines(folder / "corpus.jsonl", DOCUMENTS)
    write_lines(folder / "queries.jsonl", QUERIES)
    lines = ["\t".join(map(str, line)) for line in (("query-id", "corpus-id", "score"), *RELEVANT)]
    (folder / "qrels.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def write_lines(path: Path, records: Sequence[Mapping[str, object]]) -> None:
    """Write one JSON object a line."""
    lines = [json.dumps(record, ensure_ascii=False) + "\n" for record in records]
    path.write_text("".join(lines), encoding="utf-8")
