import random

from app.readers.bundled.pairs import PairMaker
from eval.datasets import CorpusDocument
from eval.train.batches import RowMaker
from eval.train.examples import Example
from tests.unit.app.readers.word_tokens import word_tokenizer

WORDS = [f"w{number}" for number in range(600)]
TEXT = " ".join(WORDS)


def maker(seed: int = 0) -> RowMaker:
    return RowMaker(PairMaker(word_tokenizer(f"who title : {TEXT}")), seed)


def example(first: int, last: int) -> Example:
    start = TEXT.index(f" w{first} ") + 1
    end = TEXT.index(f" w{last} ") + 1 + len(f"w{last}")
    return Example("who", CorpusDocument("d", "title", TEXT), ((start, end),))


def test_a_window_holds_the_answer_wherever_it_stands() -> None:
    tokenizer = word_tokenizer(f"who title : {TEXT}")
    draw = random.Random(0)  # noqa: S311 - a test
    for _ in range(30):
        first = draw.randint(1, 590)
        [row] = maker(first).rows([example(first, first + 3)])
        words = [tokenizer.id_to_token(token) for token in row.pair.tokens]
        assert words[row.begin] == f"w{first}"
        assert words[row.end] == f"w{first + 3}"


def test_no_answer_is_the_first_token() -> None:
    [row] = maker().rows([Example("who", CorpusDocument("d", "", TEXT), ())])
    assert (row.begin, row.end) == (0, 0)


def test_the_same_seed_draws_the_same_rows() -> None:
    some = [example(n, n + 1) for n in range(10, 60, 5)]
    assert maker(3).rows(some) == maker(3).rows(some)
    assert maker(3).rows(some) != maker(4).rows(some)


def test_batches_hold_every_row_once_and_about_as_many_tokens_as_allowed() -> None:
    one = maker()
    rows = one.rows([example(n, n + 1) for n in range(10, 210)])
    batches = one.batches(rows, tokens=1_000)
    assert sorted(id(row) for batch in batches for row in batch) == sorted(map(id, rows))
    assert max(sum(len(row.pair.tokens) for row in batch) for batch in batches) <= 1_300


def test_a_window_without_an_answer_holds_what_looks_most_like_one() -> None:
    tokenizer = word_tokenizer(f"who title : {TEXT}")
    for number in (1, 250, 599):
        focus = TEXT.index(f" w{number}")  # the blank space before a word
        miss = Example("who", CorpusDocument("d", "", TEXT), (), focus)
        [row] = maker(number).rows([miss])
        assert f"w{number}" in [tokenizer.id_to_token(token) for token in row.pair.tokens]
        assert (row.begin, row.end) == (0, 0)
