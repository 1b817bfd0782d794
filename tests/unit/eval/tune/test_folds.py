"""Choosing among settings on some questions and judging on the others."""

import numpy as np
import pytest

from eval.tune.folds import DEFAULT_ROW, FOLDS, choose, fold_numbers

QUESTIONS = 100
FOLD_NUMBERS = np.arange(QUESTIONS) % FOLDS


def test_a_question_stays_in_its_fold_wherever_it_stands() -> None:
    texts = [f"질문 {number}" for number in range(200)]
    folds = fold_numbers(texts)
    assert fold_numbers(texts[::-1]).tolist() == folds.tolist()[::-1]
    assert np.bincount(folds, minlength=FOLDS).min() > 20
    assert fold_numbers(["같은 질문", "같은 질문"]).tolist()[0] == fold_numbers(["같은 질문"])[0]


def test_a_row_that_is_better_on_every_fold_is_chosen() -> None:
    values = np.array([np.full(QUESTIONS, 0.4), np.full(QUESTIONS, 0.6), np.full(QUESTIONS, 0.5)])
    choice = choose(values, FOLD_NUMBERS)
    assert (choice.row, choice.is_better) == (1, True)
    assert (choice.default, choice.held_out) == pytest.approx((0.4, 0.6))


def test_among_equals_the_default_stays() -> None:
    values = np.full((3, QUESTIONS), 0.1) + np.array([[0.0], [1e-16], [-0.05]])
    choice = choose(values, FOLD_NUMBERS)
    assert choice.row == DEFAULT_ROW
    assert not choice.is_better


def test_what_only_fits_the_questions_that_it_was_chosen_on_is_not_better() -> None:
    lucky = [np.where(fold == FOLD_NUMBERS, 0.0, 0.55) for fold in range(FOLDS)]
    choice = choose(np.array([np.full(QUESTIONS, 0.43), *lucky]), FOLD_NUMBERS)
    assert choice.row != DEFAULT_ROW
    assert choice.held_out < choice.default
    assert not choice.is_better


def test_chance_is_hardly_ever_taken_for_a_better_setting() -> None:
    generator = np.random.default_rng(7)
    taken = sum(
        choose(generator.random((20, QUESTIONS)).round(), FOLD_NUMBERS).is_better
        for _ in range(100)
    )
    assert taken <= 5


def test_questions_of_one_fold_leave_the_default() -> None:
    values = np.array([np.full(4, 0.1), np.full(4, 0.9)])
    choice = choose(values, np.zeros(4, dtype=np.int64))
    assert choice.held_out == choice.default
    assert not choice.is_better
