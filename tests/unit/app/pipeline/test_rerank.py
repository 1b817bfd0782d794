import pytest

from app.pipeline.rerank import rerank
from app.rerankers.word_overlap import WordOverlapReranker
from tests.unit.app.pipeline.passages import found


def test_the_reranker_lifts_what_speaks_to_the_question() -> None:
    vague = found("회의실은 3층에 있습니다", child_id=1, score=0.6)
    exact = found("연차 휴가는 15일", child_id=2, score=0.5)
    ranked = rerank(WordOverlapReranker(), "연차 휴가는", [vague, exact], weight=0.7)
    assert [item.passage.child_id for item in ranked] == [2, 1]
    assert ranked[0].hit.score == pytest.approx(0.7 * 1.0 + 0.3 * 0.5)
    assert (ranked[0].hit.reranker, ranked[0].hit.dense) == (pytest.approx(1.0), 0.5)


def test_a_reranker_without_weight_changes_no_order() -> None:
    items = [found("가 나", child_id=1, score=0.6), found("연차 휴가는", child_id=2, score=0.5)]
    assert [i.passage.child_id for i in rerank(WordOverlapReranker(), "연차", items, 0.0)] == [1, 2]
