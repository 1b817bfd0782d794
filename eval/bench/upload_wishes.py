"""What a bench wants of documents, in an order drawn from a seed, and what may come of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from eval.bench.generated import paragraph

_LETTERS = "bcdfghjkmp"
_BROKEN_EVERY = 20
_SUFFIXES = (".txt", ".md", ".html", ".csv")
_PARAGRAPHS = 4


class Kind(StrEnum):
    """What is wanted."""

    ADD = "add"
    REPLACE = "replace"
    REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Wish:
    """One wish; ``marker`` is a word that stands in this edition of this document alone.

    It is empty for a file that no loader can read.
    """

    kind: Kind
    name: str
    marker: str = ""
    content: bytes = b""


@dataclass(slots=True)
class Expected:
    """By name, the markers that a document may hold in the end; an empty one is no document.

    A wish that nobody acknowledged may have been taken or not: then there are several.
    """

    markers: dict[str, set[str]] = field(default_factory=dict)
    all_markers: set[str] = field(default_factory=set)
    ids: dict[str, str] = field(default_factory=dict)

    def note(self, wish: Wish, document_id: str | None) -> None:
        """Remember a wish; without an id nobody acknowledged it."""
        self.all_markers |= {wish.marker} - {""}
        if document_id is None:
            self.markers.setdefault(wish.name, {""}).add(wish.marker)
        else:
            self.ids[wish.name] = document_id
            self.markers[wish.name] = {wish.marker}


def wishes(documents: int, seed: int) -> Iterator[Wish]:
    """Yield the documents as wishes, with replacements and removals of earlier ones between."""
    drawn = random.Random(seed)  # noqa: S311 - nothing secret is drawn
    present: list[str] = []
    for number in range(documents):
        name = _name(number)
        present.append(name)
        yield _edition(Kind.ADD, name, number, 0)
        if number % 4 == 1:
            yield _edition(Kind.REPLACE, drawn.choice(present), number, 1)
        if number % 5 == 2:
            yield Wish(Kind.REMOVE, present.pop(drawn.randrange(len(present))))


def _name(number: int) -> str:
    if number % _BROKEN_EVERY == _BROKEN_EVERY - 1:
        return f"broken-{number}.pdf"
    return f"문서-{number}{_SUFFIXES[number % len(_SUFFIXES)]}"


def _edition(kind: Kind, name: str, number: int, edition: int) -> Wish:
    marker = "" if name.endswith(".pdf") else _word(number, edition)
    return Wish(kind, name, marker, _content(name, number, edition))


def _content(name: str, number: int, edition: int) -> bytes:
    if name.endswith(".pdf"):
        return f"%PDF-1.7 {number} {edition}".encode()
    texts = [_word(number, edition), *(paragraph(number + n) for n in range(_PARAGRAPHS))]
    if name.endswith(".html"):
        return "".join(f"<p>{text}</p>\n" for text in texts).encode()
    return "\n\n".join(texts).encode()


def _word(number: int, edition: int) -> str:
    """Return a word of letters alone, so that it is one term of BM25."""
    digits = "".join(_LETTERS[int(digit)] for digit in f"{number:04}{edition:04}")
    return f"zq{digits}"
