from collections.abc import Sequence

from index.analyzer import KoreanEnglishAnalyzer
from index.remembered import Remembered


class Work:
    """Counts letters, and notes for which texts it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []

    def __call__(self, texts: Sequence[str]) -> list[int]:
        self.asked.append(list(texts))
        return [len(text) for text in texts]


def test_each_text_is_worked_on_once() -> None:
    work, remembered = Work(), Remembered[int](most=10, longest=10)
    assert remembered.of(["a", "bb", "a"], work) == [1, 2, 1]
    assert remembered.of(["ccc", "bb"], work) == [3, 2]
    assert remembered.of([], work) == []
    assert work.asked == [["a", "bb"], ["ccc"]]


def test_what_was_not_wanted_for_long_is_forgotten_first() -> None:
    work, remembered = Work(), Remembered[int](most=2, longest=10)
    remembered.of(["a", "b"], work)
    remembered.of(["a"], work)
    remembered.of(["c"], work)
    remembered.of(["a", "b"], work)
    assert work.asked == [["a", "b"], ["c"], ["b"]]


def test_long_texts_are_not_kept() -> None:
    work, remembered = Work(), Remembered[int](most=2, longest=3)
    for _ in range(2):
        assert remembered.of(["long text"], work) == [9]
    assert work.asked == [["long text"]] * 2


def test_more_texts_than_are_kept_are_all_answered() -> None:
    texts = [str(number) for number in range(50)]
    assert Remembered[int](most=3, longest=10).of(texts, Work()) == [len(text) for text in texts]


def test_nobody_can_change_what_an_analyzer_remembers() -> None:
    analyzer = KoreanEnglishAnalyzer()
    terms = analyzer.terms("연차 휴가는 15일입니다.")
    first = list(terms)
    terms.clear()
    assert analyzer.terms("연차 휴가는 15일입니다.") == first
