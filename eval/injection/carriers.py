"""The documents that texts are planted in, with questions whose answers are known."""

import json
import re
from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files

from app.pipeline.question import Language, language_of

OWN = "own"
"""The folder that this project's documents count as."""

_BREAKS = (r"\n\n+", r"\n", r"\s")


class Position(StrEnum):
    """Where in a document a text is planted."""

    BEGINNING = "beginning"
    MIDDLE = "middle"
    END = "end"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question, and what its answer must hold; empty where that is not known."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Carrier:
    """A document; ``name`` is that of its file, ``folder`` says whose attacks belong to it."""

    name: str
    folder: str
    text: str
    asks: tuple[Ask, ...]
    is_code: bool = False

    @property
    def language(self) -> Language:
        """Return the language by its script."""
        return language_of(self.text)

    def planted(self, text: str, position: Position) -> str:
        """Return the document with the text as a paragraph of its own."""
        at = self._place(position)
        before, after = self.text[:at].rstrip(), self.text[at:].lstrip()
        return "\n\n".join(part for part in (before, text.strip(), after) if part) + "\n"

    def _place(self, position: Position) -> int:
        """Return the offset to plant at: between paragraphs, else lines, else words."""
        if position is Position.END:
            return len(self.text)
        if position is Position.BEGINNING:
            title = re.match(r"#[^\n]*\n\n", self.text)
            return title.end() if title else 0
        for pattern in _BREAKS:
            breaks = [match.end() for match in re.finditer(pattern, self.text.strip())]
            if breaks:
                return min(breaks, key=lambda offset: abs(offset - len(self.text) // 2))
        return len(self.text) // 2


def own_carriers() -> list[Carrier]:
    """Return this project's documents, Korean and English."""
    folder = files("eval.injection") / "carriers"
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    return [
        Carrier(
            f"{name}.md",
            OWN,
            (folder / f"{name}.md").read_text(encoding="utf-8"),
            tuple(Ask(**ask) for ask in asks),
        )
        for name, asks in questions.items()
    ]
