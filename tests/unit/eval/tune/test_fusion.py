"""Weights and numbers of candidates, tried in memory."""

import numpy as np
import pytest

from app.pipeline.fuse import Legs
from app.pipeline.search import SearchOptions
from eval.tune.fusion import (
    Fusion,
    Retrieved,
    default_fusion,
    grid,
    reciprocal_ranks,
    retrieve_all,
)
from eval.tune.questions import TeamQuestion
from index.models import Candidate
from tests.unit.eval.tune.teams import misled_index


def test_the_grid_begins_with_what_the_service_does_by_itself() -> None:
    options = SearchOptions()
    assert grid()[0] == default_fusion() == Fusion(options.dense_weight, options.candidates)
    assert len(set(grid())) == len(grid()) > 50
    assert {one.dense_weight for one in grid()} >= {0.0, 1.0}


def test_the_grid_goes_away_from_the_default_step_by_step() -> None:
    away = [abs(one.dense_weight - default_fusion().dense_weight) for one in grid()]
    assert away[1] < 0.06
    assert max(away) == away[-1]


def test_the_weight_decides_which_leg_is_believed() -> None:
    words = [Candidate(1, 9.0), Candidate(2, 1.0)]
    meaning = [Candidate(20, 0.9), Candidate(10, 0.1)]
    found = Retrieved(Legs(words, meaning, {10: 1, 20: 2}), frozenset({1}))
    ranks = reciprocal_ranks([Fusion(0.0, 50), Fusion(1.0, 50)], [found])
    assert ranks.tolist() == [[1.0], [0.5]]


def test_a_document_below_the_candidates_is_not_found() -> None:
    words = [Candidate(number, 100.0 - number) for number in range(60)]
    found = Retrieved(Legs(words, [], {}), frozenset({55}))
    dense = [Candidate(1_000, 0.9), *(Candidate(1_000 + n, 0.5) for n in range(1, 60))]
    deep = Retrieved(Legs(words[:1], dense, {1_000 + n: n for n in range(60)}), frozenset({59}))
    assert reciprocal_ranks([Fusion(0.0, 50), Fusion(0.0, 100)], [found]).max() == 0.0
    assert reciprocal_ranks([Fusion(1.0, 50)], [deep]).max() == 0.0


def test_sections_of_the_expected_document_are_known_and_no_others() -> None:
    index = misled_index()
    questions = [
        TeamQuestion("line 1", "What does rule7 say?", "rules/rule7.md"),
        TeamQuestion("line 2", "What does rule7 say?", "rules/rule1"),
    ]
    done: list[int] = []
    one, several = retrieve_all(index, questions, done.append)
    assert len(one.expected) == 1
    assert len(several.expected) == 11
    assert done == [1, 1]
    ranks = reciprocal_ranks([Fusion(0.0, 200), Fusion(0.55, 200)], [one])
    assert np.ravel(ranks).tolist() == pytest.approx([1.0, 0.5])
