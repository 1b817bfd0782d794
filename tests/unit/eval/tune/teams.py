"""A team's index in which meaning misleads, and the questions about it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.analyzer import WhitespaceAnalyzer
from index.base import SearchIndex
from index.embedder.base import Embedder, TextKind
from index.embedder.options import EmbedderOptions
from index.memory import InMemoryIndex
from tests.documents import chunked
from tests.unit.eval.question_folders import write_lines

RULES = 40


class MisleadingEmbedder(Embedder):
    """Thinks that a question about one rule is about the next one."""

    name = "misleading"
    dimension = RULES

    def _encode(self, texts: Sequence[str], kind: TextKind) -> NDArray[np.float32]:
        vectors = np.full((len(texts), RULES), 0.01, dtype=np.float32)
        for vector, text in zip(vectors, texts, strict=True):
            digits = "".join(char for char in text if char.isdigit())
            vector[(int(digits or 0) + (kind is TextKind.QUERY)) % RULES] = 1
        return vectors


def from_options(_options: EmbedderOptions) -> MisleadingEmbedder:
    """Return the embedder, whatever the options are."""
    return MisleadingEmbedder()


def misled_index() -> InMemoryIndex:
    """Return an index in memory of one document a rule."""
    index = InMemoryIndex(MisleadingEmbedder(), WhitespaceAnalyzer())
    fill(index)
    return index


def fill(index: SearchIndex) -> None:
    """Put the rules into an index."""
    with index.writer() as writer:
        writer.put(
            [
                chunked(f"rules/rule{number}.md", [f"Clause rule{number} is about doors."])
                for number in range(RULES)
            ]
        )
        writer.publish()


def write_questions(path: Path, answerable: int = RULES, refused: int = 0) -> Path:
    """Write questions about the first rules, and some about nothing."""
    asked = [
        {"question": f"What does rule{n} say?", "source": f"rules/rule{n}.md"}
        for n in range(answerable)
    ]
    write_lines(path, [*asked, *({"question": f"Who sang tune {n}?"} for n in range(refused))])
    return path
