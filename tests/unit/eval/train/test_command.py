from app.readers.bundled.pairs import PairMaker
from eval.datasets import CorpusDocument
from eval.train.batches import RowMaker
from eval.train.command import NEAR_MISS_SHARE, _Lesson
from eval.train.examples import Example
from tests.unit.app.readers.word_tokens import word_tokenizer

LEAVE = CorpusDocument("leave", "휴가", "연차는 15일이다.")


def lesson(asked: int, misses: int) -> _Lesson:
    questions = [Example(f"질문 {number}", LEAVE, ((4, 7),)) for number in range(asked)]
    return _Lesson(questions, [Example(f"빗나감 {number}", LEAVE, ()) for number in range(misses)])


def maker() -> RowMaker:
    return RowMaker(PairMaker(word_tokenizer("연차는 15일이다.")), seed=0)


def counted(shown: list[Example]) -> tuple[int, int]:
    assert len({example.question for example in shown}) == len(shown)
    return sum(bool(one.places) for one in shown), sum(not one.places for one in shown)


def test_a_round_shows_every_question_and_some_of_the_near_misses() -> None:
    assert counted(lesson(40, 60).drawn(maker(), None)) == (40, 60 // NEAR_MISS_SHARE)


def test_a_large_set_is_shown_in_parts_that_change_from_round_to_round() -> None:
    one, drawing = lesson(400, 300), maker()
    first, second = one.drawn(drawing, 100), one.drawn(drawing, 100)
    assert counted(first) == counted(second) == (100, 300 // 4 // NEAR_MISS_SHARE)
    assert first != second
