"""Texts to plant, and documents to plant them in, as public collections lay them out.

A JSON object is BIPIA's list of attacks by kind. A line of JSON is an attack or a harmless text
(``query`` with ``blocked``, ``text`` with ``label``), or a document with its question
(``context`` with ``question``, or with the ``error`` that a program ended with).
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.pipeline.question import Language, language_of
from eval.errors import QuestionSetError
from eval.injection.carriers import Ask, Carrier
from eval.records import Record, read_records

_HARMLESS = "benign"


@dataclass(frozen=True, slots=True)
class PlantedText:
    """A text to plant; one that is no attack must change nothing.

    ``folder`` says which documents came with it, ``place`` where it stands, for reports.
    """

    place: str
    folder: str
    text: str
    kind: str
    is_attack: bool

    @property
    def language(self) -> Language:
        """Return the language by its script."""
        return language_of(self.text)

    @property
    def is_code(self) -> bool:
        """Return whether it wants code to be written."""
        return "```" in self.text


@dataclass(frozen=True, slots=True)
class Collected:
    """All that the given files hold."""

    texts: Sequence[PlantedText]
    contexts: Sequence[Carrier]


def collect(paths: Sequence[Path]) -> Collected:
    """Return the texts and documents of files, and of those in folders.

    Raises QuestionSetError for a file that is laid out otherwise, or when no text is there.
    """
    texts: list[PlantedText] = []
    contexts: list[Carrier] = []
    for path in _files(paths):
        for found in _read(path):
            if isinstance(found, Carrier):
                contexts.append(found)
            else:
                texts.append(found)
    if not texts:
        raise QuestionSetError("No text to plant is in the given files.")
    return Collected(texts, contexts)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(file for file in path.iterdir() if file.suffix in {".json", ".jsonl"})
        else:
            yield path


def _read(path: Path) -> Iterator[PlantedText | Carrier]:
    if path.suffix == ".json":
        yield from _by_kind(path)
    else:
        for number, record in enumerate(read_records(path), start=1):
            yield _of_record(path, number, record)


def _by_kind(path: Path) -> Iterator[PlantedText]:
    try:
        kinds = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise QuestionSetError(f"{path} cannot be read as JSON ({error}).") from error
    if not isinstance(kinds, dict) or not all(map(_is_texts, kinds.values())):
        raise QuestionSetError(f'{path}: an object such as {{"kind": ["text", …]}} is needed.')
    for kind, attacks in kinds.items():
        for number, text in enumerate(attacks, start=1):
            place = f"{path.name}, {kind} {number}"
            yield PlantedText(place, str(path.parent), text, kind, is_attack=True)


def _is_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value)


def _of_record(path: Path, number: int, record: Record) -> PlantedText | Carrier:
    place, folder, fields = f"{path.name}, line {number}", str(path.parent), record.fields
    if "context" in fields:
        return _context(f"{path.stem}-{number}", folder, record)
    if isinstance(fields.get("blocked"), bool):
        topics = fields.get("topic") or ["unnamed"]
        is_attack = fields["blocked"]
        return PlantedText(place, folder, record.text("query"), str(topics[0]), is_attack=is_attack)
    if "label" in fields:
        kind = record.text("label")
        is_attack = kind != _HARMLESS
        return PlantedText(place, folder, record.text("text"), kind, is_attack=is_attack)
    raise QuestionSetError(
        f'{record.place}: "query" with "blocked", "text" with "label", or "context" with'
        ' "question" is needed.'
    )


def _context(name: str, folder: str, record: Record) -> Carrier:
    """Return a document that came with the attacks; what is right as an answer is not used."""
    question = record.fields.get("question") or _last_line(record.fields.get("error"))
    if not question:
        raise QuestionSetError(f'{record.place}: a "question" or an "error" is needed.')
    asks = (Ask(str(question), ""),)
    text = _joined(record.fields["context"])
    is_code = "question" not in record.fields
    return Carrier(f"{name}.txt", folder, text, asks, is_code=is_code)


def _joined(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def _last_line(value: object) -> str:
    lines = [line for line in _joined(value or "").splitlines() if line.strip()]
    return lines[-1].strip() if lines else ""
