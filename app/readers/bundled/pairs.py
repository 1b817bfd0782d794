"""Question and excerpt become the rows of tokens that the network reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from tokenizers import Tokenizer

from app.readers.base import Excerpt

QUESTION_TOKENS, TITLE_TOKENS, WINDOW_TOKENS = 64, 24, 192


@dataclass(frozen=True, slots=True)
class Pair:
    """A row of tokens; from ``first`` on they are the excerpt's, at these offsets of its text.

    The row ends with one token that is not the excerpt's.
    """

    excerpt: int
    tokens: Sequence[int]
    first: int
    offsets: Sequence[tuple[int, int]]

    def window(self, excerpt: int, start: int) -> "Pair":
        """Return the row with only a window of the excerpt, from its token ``start`` on."""
        offsets = self.offsets[start : start + WINDOW_TOKENS]
        place = self.first + start
        tokens = self.tokens[place : place + len(offsets)]
        row = [*self.tokens[: self.first], *tokens, self.tokens[-1]]
        return Pair(excerpt, row, self.first, offsets)


@dataclass(frozen=True, slots=True)
class PairMaker:
    """Cuts text with the tokenizer of the bundled model."""

    tokenizer: Tokenizer

    def pairs(self, question: str, excerpts: Sequence[Excerpt]) -> list[Pair]:
        """Return a row for each window of each excerpt; a long excerpt has several, overlapping."""
        wholes = [self.whole(question, excerpt) for excerpt in excerpts]
        return [
            whole.window(number, start)
            for number, whole in enumerate(wholes)
            for start in _starts(len(whole.offsets))
        ]

    def whole(self, question: str, excerpt: Excerpt) -> Pair:
        """Return one row with all of an excerpt, which may be longer than the network reads."""
        begin, end = self.tokenizer.encode("").ids
        asked = self._ids(question, QUESTION_TOKENS)
        title = self._ids(f"{excerpt.title} :", TITLE_TOKENS) if excerpt.title else []
        text = self.tokenizer.encode(excerpt.text, add_special_tokens=False)
        head = [begin, *asked, end, end, *title]
        return Pair(0, [*head, *text.ids, end], len(head), text.offsets)

    def _ids(self, text: str, most: int) -> list[int]:
        return list(islice(self.tokenizer.encode(text, add_special_tokens=False).ids, most))


def _starts(tokens: int) -> Iterator[int]:
    """Yield where windows begin, each half a window after the one before."""
    step = WINDOW_TOKENS // 2
    yield from range(0, max(1, tokens - step), step)
