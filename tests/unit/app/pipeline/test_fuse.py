import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.fuse import fuse, fuse_by_rank
from index.models import Candidate

LEGS = st.dictionaries(st.integers(0, 40), st.floats(-50, 50, allow_nan=False), max_size=20).map(
    lambda scores: [Candidate(child, score) for child, score in scores.items()]
)


def leg(**scores: float) -> list[Candidate]:
    return [Candidate(int(name[1:]), score) for name, score in scores.items()]


def test_both_legs_count_by_their_weight_after_stretching_to_one() -> None:
    hits = fuse(leg(c1=30, c2=25, c3=10), leg(c3=0.75, c2=0.5, c4=0.25), dense_weight=0.5)
    assert [(hit.child_id, hit.score) for hit in hits] == [
        (2, pytest.approx(0.625)),
        (1, pytest.approx(0.5)),
        (3, pytest.approx(0.5)),
        (4, pytest.approx(0.0)),
    ]


def test_a_hit_tells_what_each_leg_gave() -> None:
    first, second = fuse(leg(c1=12.5), leg(c2=0.9), dense_weight=0.6)
    assert (first.child_id, first.lexical, first.dense) == (2, None, 0.9)
    assert (second.child_id, second.lexical, second.dense) == (1, 12.5, None)


def test_words_and_meaning_may_speak_for_different_children_of_a_parent() -> None:
    words, meaning = leg(c1=10, c2=9, c3=0), leg(c4=0.9, c5=0.8, c3=0.0)
    parents = {1: 100, 4: 100, 2: 200, 5: 300, 3: 400}
    hits = fuse(words, meaning, 0.6, parents)
    assert [hit.child_id for hit in hits] == [4, 5, 2, 3]
    assert (hits[0].score, hits[0].lexical, hits[0].dense) == (1.0, 10, 0.9)


def test_one_empty_leg_leaves_the_order_of_the_other() -> None:
    assert [hit.child_id for hit in fuse([], leg(c5=0.9, c6=0.7), dense_weight=0.5)] == [5, 6]
    assert fuse([], [], dense_weight=0.5) == []


def test_equal_scores_within_a_leg_all_count_fully() -> None:
    assert [hit.score for hit in fuse(leg(c1=3, c2=3), [], dense_weight=0.5)] == [0.5, 0.5]


@given(LEGS, LEGS, st.floats(0, 1))
def test_fusion_loses_and_invents_nothing_and_stays_within_zero_and_one(
    lexical: list[Candidate], dense: list[Candidate], weight: float
) -> None:
    hits = fuse(lexical, dense, weight)
    assert {hit.child_id for hit in hits} == {item.child_id for item in [*lexical, *dense]}
    assert all(0 <= hit.score <= 1 + 1e-9 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_reciprocal_ranks_add_up() -> None:
    hits = fuse_by_rank(leg(c1=9, c2=8), leg(c2=0.9, c3=0.8), smoothing=60)
    assert [hit.child_id for hit in hits] == [2, 1, 3]
    assert hits[0].score == pytest.approx(1 / 62 + 1 / 61)
