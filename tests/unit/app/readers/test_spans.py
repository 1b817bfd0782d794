import numpy as np
import pytest

from app.readers.base import Reading
from app.readers.bundled.pairs import Pair
from app.readers.bundled.spans import LONGEST_SPAN_TOKENS, TokenScores, best_reading

TEXT = "병가는 최대 60일 입니다."
PAIR = Pair(0, [0, 9, 2, 2, 5, 6, 7, 8, 2], 4, [(0, 3), (4, 6), (7, 10), (11, 15)])


def scores(begins: dict[int, float], ends: dict[int, float], length: int = 9) -> TokenScores:
    rows = np.zeros((2, length), dtype=np.float32)
    for row, given in zip(rows, (begins, ends), strict=True):
        for place, score in given.items():
            row[place] = score
    return TokenScores(rows[0], rows[1])


def test_the_best_begin_and_end_are_words_of_the_text() -> None:
    reading = best_reading(PAIR, TEXT, scores({5: 3.0}, {6: 4.0}))
    assert reading == Reading(4, 10, 7.0)
    assert TEXT[4:10] == "최대 60일"


def test_no_answer_counts_against_the_words() -> None:
    reading = best_reading(PAIR, TEXT, scores({5: 3.0, 0: 5.0}, {6: 4.0, 0: 5.0}))
    assert reading is not None
    assert reading.score == -3.0


def test_an_end_before_its_begin_is_no_answer() -> None:
    reading = best_reading(PAIR, TEXT, scores({7: 9.0}, {4: 9.0, 7: 1.0}))
    assert reading is not None
    assert reading.score == 10.0
    assert TEXT[reading.start : reading.end] == "입니다."


def test_words_too_far_apart_are_no_answer() -> None:
    length = LONGEST_SPAN_TOKENS + 5
    text = "a " * length
    offsets = [(2 * place, 2 * place + 1) for place in range(length)]
    pair = Pair(0, [0] * (length + 2), 1, offsets)
    reading = best_reading(pair, text, scores({1: 5.0}, {length: 5.0, 3: 1.0}, length + 2))
    assert reading is not None
    assert reading.end - reading.start < 2 * LONGEST_SPAN_TOKENS


@pytest.mark.parametrize("text", ["", " "])
def test_where_nothing_stands_nothing_is_read(text: str) -> None:
    offsets = [(0, 1)] if text else []
    pair = Pair(0, [0, 2, 2, *([5] if text else []), 2], 3, offsets)
    assert best_reading(pair, text, scores({}, {}, len(pair.tokens))) is None
