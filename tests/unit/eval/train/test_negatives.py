from eval.datasets import CorpusDocument
from eval.train.examples import Example
from eval.train.negatives import NearMisses
from index.analyzer import KoreanEnglishAnalyzer

LEAVE = CorpusDocument("leave", "휴가 규정", "휴가는 팀장이 승인한다. 병가는 최대 60일이다.")
TRAVEL = CorpusDocument("travel", "출장 규정", "출장비는 정산한다. 병가 중에는 출장을 가지 않는다.")
PARKING = CorpusDocument("parking", "Parking", "The car park opens at six.")


def nearest() -> NearMisses:
    return NearMisses([LEAVE, TRAVEL, PARKING], KoreanEnglishAnalyzer(), seed=0)


def test_a_near_miss_is_another_document_without_the_answer() -> None:
    start = LEAVE.text.index("60일")
    asked = Example("병가는 며칠인가요?", LEAVE, ((start, start + 3),))
    misses = list(nearest().of_answered([asked] * 5))
    assert len(misses) == 5
    assert all(miss.document != LEAVE and not miss.places for miss in misses)


def test_a_question_that_nothing_answers_is_asked_of_what_comes_nearest_to_it() -> None:
    misses = list(nearest().of_unanswered(["병가를 연장하는 서류는?"]))
    assert [miss.document.id for miss in misses][:2] in (["leave", "travel"], ["travel", "leave"])
    for miss in misses[:2]:
        assert miss.focus is not None
        assert miss.document.text[miss.focus :].startswith("병가")
