"""Recall and precision, counted by hand."""

import math

import pytest

from eval.loaders.fidelity import LOST, Fidelity, fidelity_of, summary, worst_tenth
from eval.loaders.oracles import Oracle

LEAVE = "연차는십오일이고"
SICK = "병가는육십일이다"


def shares(text: str, expected: str, *, beginning: bool = False) -> tuple[float, float]:
    found = fidelity_of(text, Oracle("test", expected, is_beginning=beginning))
    return found.recall, found.precision


def test_the_same_text_in_other_marks_is_whole() -> None:
    assert shares(f"# {LEAVE}\n\n{SICK}", f"{SICK}\n{LEAVE}") == (1.0, 1.0)


def test_half_of_the_oracle_is_recall_of_a_half() -> None:
    assert shares(LEAVE, LEAVE + SICK) == (0.5, 1.0)


def test_text_that_no_oracle_knows_is_lost_precision() -> None:
    assert shares(f"{LEAVE} {SICK}", LEAVE) == (1.0, 0.5)


def test_a_wrong_letter_costs_one_letter_of_each() -> None:
    assert shares("abcdefghiX", "abcdefghij") == (0.9, 0.9)


def test_garbled_text_has_nothing_of_either() -> None:
    assert shares("¿¡½¼¾ÿ÷ø", LEAVE) == (0.0, 0.0)


def test_text_behind_the_end_of_a_beginning_is_not_judged() -> None:
    assert shares(LEAVE + SICK, LEAVE, beginning=True) == (1.0, 1.0)


def test_text_before_the_end_of_a_beginning_is_judged() -> None:
    recall, precision = shares(f"표 1 {LEAVE} {SICK}", LEAVE, beginning=True)
    assert (recall, precision) == (1.0, 0.8)


def test_the_lost_end_of_a_beginning_counts_in_both_shares() -> None:
    recall, precision = shares(LEAVE + SICK, LEAVE + "나머지는없다", beginning=True)
    assert recall == precision == 8 / 14


def test_a_short_piece_far_behind_is_not_taken_for_the_end() -> None:
    beginning = "regulations on annual leave of employees"
    text = f"{beginning} {'0123456789' * 20} today"
    recall, precision = shares(text, f"{beginning} today", beginning=True)
    assert recall == 1.0
    assert precision == pytest.approx(35 / 40)


def test_the_worst_tenth_is_a_tenth_of_the_files_and_at_least_one() -> None:
    assert worst_tenth([0.5, 1.0, 1.0]) == 0.5
    assert worst_tenth([n / 20 for n in range(20)]) == pytest.approx(0.025)
    assert worst_tenth([0.0] + [1.0] * 18) == 0.0
    assert math.isnan(worst_tenth([]))


def test_a_lost_file_counts_in_recall_and_has_no_precision() -> None:
    figures = summary([LOST, Fidelity(1.0, 0.8), Fidelity(0.9, 0.9)])
    assert figures == {
        "median_recall": 0.9,
        "median_precision": pytest.approx(0.85),
        "worst_recall": 0.0,
        "worst_precision": 0.8,
    }


@pytest.mark.parametrize(
    ("fidelity", "faithful"),
    [
        (Fidelity(0.97, 0.95), True),
        (Fidelity(0.96, 1.0), False),
        (Fidelity(1.0, 0.94), False),
        (LOST, False),
    ],
)
def test_a_file_is_faithful_when_it_reaches_what_is_asked(
    fidelity: Fidelity, *, faithful: bool
) -> None:
    assert fidelity.faithful is faithful
