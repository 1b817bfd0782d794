"""Signals of a first search, and thresholds fitted on made-up ones."""

import math

import numpy as np
import pytest

from app.pipeline.fuse import Hit
from app.pipeline.retrieve import Found, FoundPassage
from eval.signals import SIGNALS, Sample, fit, judge, margin_to
from tests.unit.app.pipeline.passages import found as passage


def searched(*hits: Hit, cosines: tuple[float, ...] = ()) -> Found:
    some = [FoundPassage(hit, passage("text").passage) for hit in hits]
    return Found(some, cosines, np.zeros(2, np.float32))


def sample(name: str, missed: list[float], others: list[float]) -> Sample:
    values = np.array([*missed, *others])
    kinds = np.array([True] * len(missed) + [False] * len(others))
    return Sample(name, {"signal": values}, kinds, values < 0)


def test_a_margin_is_measured_to_its_rank_or_to_the_last() -> None:
    assert margin_to(3, [0.9, 0.8, 0.6, 0.1]) == pytest.approx(0.3)
    assert margin_to(20, [0.9, 0.8]) == pytest.approx(0.1)
    assert margin_to(5, []) == 0


def test_legs_agree_when_words_and_meaning_put_the_same_section_first() -> None:
    both = Hit(1, 10, 1.0, lexical=9.0, dense=0.9)
    words, meaning = Hit(2, None, 0.5, 12.0, None), Hit(3, 30, 0.5, None, 0.8)
    same_first = SIGNALS["same first"]
    assert same_first(searched(both, meaning)) == 1
    assert same_first(searched(words, both)) == 0
    assert same_first(searched(words, meaning)) == 0
    assert same_first(searched(meaning)) == 0


def test_every_signal_of_nothing_found_is_low() -> None:
    assert {signal(searched()) for signal in SIGNALS.values()} == {0.0}


def test_the_threshold_parts_the_missed_from_the_others_where_that_is_possible() -> None:
    threshold = fit("signal", [sample("a", [0.1, 0.2], [0.6, 0.9]), sample("b", [0.3], [0.5])])
    assert 0.3 < threshold < 0.5
    verdict = judge("signal", threshold, sample("c", [0.1, 0.7], [0.2, 0.8, 0.9, 0.6]))
    assert (verdict.caught, verdict.disturbed, verdict.youden) == (0.5, 0.25, 0.25)
    assert verdict.asked == pytest.approx(2 / 6)


def test_a_large_set_counts_no_more_than_a_small_one() -> None:
    large = sample("large", [0.1] * 50, [0.9] * 50)
    small = sample("small", [0.1, 0.4, 0.4], [0.9, 0.9, 0.9])
    threshold = fit("signal", [large, small])
    assert 0.4 < threshold < 0.9


def test_a_set_without_a_missed_question_fits_nothing_and_is_judged_all_the_same() -> None:
    whole = sample("whole", [], [0.2, 0.9])
    assert fit("signal", [sample("a", [0.1], [0.6]), whole]) == fit(
        "signal", [sample("a", [0.1], [0.6])]
    )
    verdict = judge("signal", 0.5, whole)
    assert math.isnan(verdict.caught)
    assert verdict.disturbed == 0.5
