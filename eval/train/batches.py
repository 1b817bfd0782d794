"""Examples become rows of tokens: a window of the document, at random around the answer."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from app.readers.base import Excerpt
from app.readers.bundled.pairs import WINDOW_TOKENS, Pair, PairMaker
from eval.train.examples import Example

BATCH_TOKENS = 2_400


@dataclass(frozen=True, slots=True)
class Row:
    """A row to learn from; ``begin`` and ``end`` are places in it, 0 for no answer."""

    pair: Pair
    begin: int
    end: int


class RowMaker:
    """Draws windows by chance; the same seed draws the same ones."""

    def __init__(self, pairs: PairMaker, seed: int) -> None:
        self._pairs = pairs
        self._random = random.Random(seed)  # noqa: S311 - no secret

    def rows(self, examples: Sequence[Example]) -> list[Row]:
        """Return one row for each example, in their order."""
        return [self._row(example) for example in examples]

    def batches(self, rows: Sequence[Row], tokens: int = BATCH_TOKENS) -> list[list[Row]]:
        """Return batches of about so many tokens, each of rows of about one length, shuffled."""
        noise = [len(row.pair.tokens) + self._random.random() * 16 for row in rows]
        batches: list[list[Row]] = [[]]
        for place in sorted(range(len(rows)), key=lambda place: noise[place]):
            batches[-1].append(rows[place])
            if len(batches[-1]) * len(rows[place].pair.tokens) >= tokens:
                batches.append([])
        full = [batch for batch in batches if batch]
        self._random.shuffle(full)
        return full

    def sample(self, examples: Sequence[Example], count: int) -> list[Example]:
        """Return so many of the examples, each at most once."""
        return self._random.sample(examples, count)

    def _row(self, example: Example) -> Row:
        document = example.document
        title = document.title.replace("_", " ")
        whole = self._pairs.whole(example.question, Excerpt(title, document.text))
        if not example.places:
            return Row(whole.window(0, self._start_near(whole, example.focus)), 0, 0)
        first, last = _tokens(whole, example.places[0])
        start = self._start_around(whole, first, last)
        row = whole.window(0, start)
        begin, end = (whole.first + place - start for place in (first, last))
        fits = end < len(row.tokens) - 1
        return Row(row, begin, end) if fits else Row(row, 0, 0)

    def _start_near(self, whole: Pair, focus: int | None) -> int:
        if focus is None:
            return self._random.randint(0, _last_start(whole))
        token = sum(end <= focus for _, end in whole.offsets)
        return self._start_around(whole, token, token)

    def _start_around(self, whole: Pair, first: int, last: int) -> int:
        """Return where a window begins that holds the tokens, at any place within it."""
        earliest = min(max(0, last - WINDOW_TOKENS + 1), first)
        latest = max(earliest, min(first, _last_start(whole)))
        return self._random.randint(earliest, latest)


def _last_start(whole: Pair) -> int:
    return max(0, len(whole.offsets) - WINDOW_TOKENS)


def _tokens(whole: Pair, place: tuple[int, int]) -> tuple[int, int]:
    """Return the first and last token of the document that hold a place's characters."""
    start, end = place
    holding = [n for n, (one, other) in enumerate(whole.offsets) if other > start and one < end]
    return holding[0], holding[-1]
