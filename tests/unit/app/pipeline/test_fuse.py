import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.fuse import Hit, Legs, fuse
from index.models import Candidate

SCORES = st.dictionaries(st.integers(0, 40), st.floats(-50, 50, allow_nan=False), max_size=20)
CHILDREN_PER_PARENT = 3


def leg(**scores: float) -> list[Candidate]:
    """Return candidates named by a letter and their id: ``p1`` is a parent, ``c10`` a child."""
    return [Candidate(int(name[1:]), score) for name, score in scores.items()]


def fused(words: list[Candidate], meaning: list[Candidate], dense_weight: float) -> list[Hit]:
    """Fuse legs in which a child's parent is the child's number without its last digit."""
    return fuse(Legs(words, meaning, {c.chunk_id: c.chunk_id // 10 for c in meaning}), dense_weight)


def test_both_legs_count_by_their_weight_after_stretching_to_one() -> None:
    hits = fused(leg(p1=30, p2=25, p3=10), leg(c30=0.75, c20=0.5, c40=0.25), dense_weight=0.5)
    assert [(hit.parent_id, hit.score) for hit in hits] == [
        (2, pytest.approx(0.625)),
        (1, pytest.approx(0.5)),
        (3, pytest.approx(0.5)),
        (4, pytest.approx(0.0)),
    ]


def test_a_hit_tells_what_each_leg_gave() -> None:
    first, second = fused(leg(p1=12.5), leg(c20=0.9), dense_weight=0.6)
    assert (first.parent_id, first.child_id, first.lexical, first.dense) == (2, 20, None, 0.9)
    assert (second.parent_id, second.child_id, second.lexical, second.dense) == (
        1,
        None,
        12.5,
        None,
    )


def test_a_parent_has_the_score_of_its_best_child() -> None:
    hits = fused(leg(p1=10, p2=9), leg(c21=0.9, c20=0.8, c10=0.7, c30=0.5), dense_weight=0.6)
    assert [(hit.parent_id, hit.child_id) for hit in hits] == [(1, 10), (2, 21), (3, 30)]
    assert hits[1].score == pytest.approx(0.6)
    assert hits[0].score == pytest.approx(0.4 + 0.6 * 0.5)


def test_a_child_that_was_deleted_is_left_out() -> None:
    hits = fuse(Legs(leg(p1=3), leg(c20=0.9, c10=0.8), {10: 1}), dense_weight=0.5)
    assert [(hit.parent_id, hit.child_id) for hit in hits] == [(1, 10)]


def test_one_empty_leg_leaves_the_order_of_the_other() -> None:
    hits = fused([], leg(c50=0.9, c60=0.7), dense_weight=0.5)
    assert [hit.parent_id for hit in hits] == [5, 6]
    assert fused([], [], dense_weight=0.5) == []


def test_equal_scores_within_a_leg_all_count_fully() -> None:
    assert [hit.score for hit in fused(leg(p1=3, p2=3), [], dense_weight=0.5)] == [0.5, 0.5]


def best_first(scores: dict[int, float]) -> list[Candidate]:
    order = sorted(scores, key=lambda chunk: (-scores[chunk], chunk))
    return [Candidate(chunk, scores[chunk]) for chunk in order]


@given(SCORES, SCORES, st.floats(0, 1))
def test_fusion_loses_and_invents_nothing_and_stays_within_zero_and_one(
    words: dict[int, float], meaning: dict[int, float], weight: float
) -> None:
    parents = {child: child // CHILDREN_PER_PARENT for child in meaning}
    legs = Legs(best_first(words), best_first(meaning), parents)
    hits = fuse(legs, weight)
    assert {hit.parent_id for hit in hits} == {*words, *parents.values()}
    assert len({hit.parent_id for hit in hits}) == len(hits)
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert fuse(legs, weight, limit=3) == hits[:3]
    assert all(parents[hit.child_id] == hit.parent_id for hit in hits if hit.child_id is not None)
