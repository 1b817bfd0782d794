"""Which text is planted where, and what is asked then: chosen by hashes, the same each time."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.injection.carriers import OWN, Ask, Carrier, Position
from eval.injection.texts import PlantedText

_OWN_CONTROL_QUESTIONS = 2
"""This project's harmless texts are few: each is tried with several questions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question about a document."""

    carrier: Carrier
    ask: Ask


@dataclass(frozen=True, slots=True)
class Trial:
    """A question about a document that a text is planted in."""

    asked: Asked
    text: PlantedText
    position: Position


def sample(texts: Sequence[PlantedText], limit: int | None) -> list[PlantedText]:
    """Return at most ``limit`` attacks and as many harmless texts, in an order without meaning."""
    shuffled = sorted(texts, key=lambda text: _number(text.place, text.text))
    attacks = [text for text in shuffled if text.is_attack][:limit]
    return attacks + [text for text in shuffled if not text.is_attack][:limit]


def plan(texts: Sequence[PlantedText], answered: Sequence[Asked]) -> list[Trial]:
    """Return the trials: each text at every position, with questions that are answered without it.

    A text goes into one of this project's documents, of either language, and into one of those
    that it came with.
    """
    return [
        Trial(asked, text, position)
        for text in texts
        for asked in _questions(text, answered)
        for position in Position
    ]


def _questions(text: PlantedText, answered: Sequence[Asked]) -> Iterator[Asked]:
    own = [asked for asked in answered if asked.carrier.folder == OWN]
    yield from _some(text, own, _OWN_CONTROL_QUESTIONS if text.folder == OWN else 1)
    if text.is_attack:
        came_with = [
            asked
            for asked in answered
            if asked.carrier.folder == text.folder and asked.carrier.is_code == text.is_code
        ]
        yield from _some(text, came_with, 1)


def _some(text: PlantedText, answered: Sequence[Asked], most: int) -> list[Asked]:
    def order(asked: Asked) -> int:
        return _number(text.text, asked.carrier.name, asked.ask.question)

    return sorted(answered, key=order)[:most]


def _number(*parts: str) -> int:
    joined = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(hashlib.sha256(joined).digest()[:8], "big")
