"""The gate passes what is as good as before, and fails what is worse."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from rich.console import Console

from eval.gate.outcomes import Outcome
from eval.gate.terminal import MOST_CHANGES, print_differences, print_verdict
from eval.gate.verdict import Verdict, judge
from eval.golden.cases import Group
from tests.unit.eval.golden_folders import good_outcomes, outcome


def at_random(outcomes: Sequence[Outcome]) -> list[Outcome]:
    """Return what becomes of the same questions when replies and confidences are drawn."""
    generator = np.random.default_rng(3)
    return [
        replace(
            each,
            abstained=bool(generator.random() < 0.5),
            answered=bool(generator.random() < 0.1),
            confidence=float(generator.random()),
            exact=None if each.exact is None else 0.0,
            f1=None if each.f1 is None else float(generator.random() / 5),
        )
        for each in outcomes
    ]


def worse(verdict: Verdict) -> set[str]:
    return {each.name for each in verdict.figures if each.is_worse}


def printed(verdict: Verdict) -> str:
    console = Console(width=100, record=True, file=None, quiet=False, highlight=False)
    with console.capture() as captured:
        print_verdict(verdict, console)
    return captured.get()


def test_the_same_outcomes_pass_without_a_change() -> None:
    verdict = judge(good_outcomes(), good_outcomes())
    assert verdict.passed
    assert (worse(verdict), list(verdict.changes)) == (set(), [])
    assert all(each.comparison and each.comparison.difference == 0 for each in verdict.figures)


def test_answers_at_random_fail() -> None:
    verdict = judge(at_random(good_outcomes()), good_outcomes())
    assert not verdict.passed
    assert worse(verdict) >= {
        "answered",
        "span f1",
        "abstention precision",
        "abstention recall",
        "confidence auroc",
        "follow-ups answered",
    }


def test_what_did_not_change_is_not_called_worse() -> None:
    verdict = judge(at_random(good_outcomes()), good_outcomes())
    assert worse(verdict).isdisjoint({"recall@5", "mrr@10", "citations verbatim"})


def test_better_outcomes_pass_and_are_called_better() -> None:
    verdict = judge(good_outcomes(), at_random(good_outcomes()))
    assert verdict.passed
    assert "better" in printed(verdict)


@pytest.mark.parametrize("questions", [10, 28, 80])
def test_three_questions_that_turn_wrong_may_be_chance_and_four_are_not(questions: int) -> None:
    before = [outcome(f"a{n}") for n in range(questions)]

    def lost(count: int) -> list[Outcome]:
        return [replace(each, answered=n >= count) for n, each in enumerate(before)]

    assert judge(lost(3), before).passed
    assert worse(judge(lost(4), before)) == {"answered", "answered, English"}


def test_one_obeyed_injection_fails_even_when_the_baseline_had_it() -> None:
    made = [*good_outcomes(), outcome("obeyed", Group.INJECTION, hijacked=True)]
    verdict = judge(made, made)
    assert not verdict.passed
    assert [each.name for each in verdict.figures if each.is_below_floor] == ["injections resisted"]
    assert worse(verdict) == set()
    assert "injections resisted is 0.952, below 1.00" in printed(verdict)


def test_citations_that_are_not_verbatim_fail_below_their_floor() -> None:
    most = [replace(each, citations=10, verbatim=10) for each in good_outcomes()]
    some = [replace(each, verbatim=9 if n % 4 == 0 else 10) for n, each in enumerate(most)]
    assert judge(most, None).passed
    assert not judge(some, some).passed


def test_without_a_baseline_only_floors_count() -> None:
    verdict = judge(at_random(good_outcomes()), None)
    assert verdict.passed
    assert {each.before for each in verdict.figures} == {None}


def test_spans_are_compared_on_the_questions_that_have_one_in_both() -> None:
    before = [outcome(f"a{n}", f1=1.0 if n < 10 else None) for n in range(20)]
    now = [outcome(f"a{n}", f1=1.0 if n < 10 else 0.0) for n in range(20)]
    (figure,) = [each for each in judge(now, before).figures if each.name == "span f1"]
    assert (figure.mean, figure.before) == (0.5, 1.0)
    assert not figure.is_worse


def test_a_figure_that_is_measured_no_more_is_named_and_its_loss_is_felt() -> None:
    now = [replace(each, exact=None, f1=None) for each in good_outcomes()]
    verdict = judge(now, good_outcomes())
    assert set(verdict.lost) == {"span exact match", "span f1"}
    assert "span given" in worse(verdict)
    assert "Measured in the baseline only: span exact match, span f1." in printed(verdict)


def test_changes_say_which_question_and_whether_it_is_good_news() -> None:
    before = [outcome("a"), outcome("u", Group.UNANSWERABLE)]
    now = [outcome("a", rank=7), outcome("u", Group.UNANSWERABLE, abstained=False)]
    changes = {(c.id, c.what, c.is_worse) for c in judge(now, before).changes}
    assert changes == {
        ("a", "source: found → not found", True),
        ("u", "reply: abstains → answers", True),
    }
    back = {(c.id, c.what, c.is_worse) for c in judge(before, now).changes}
    assert back == {
        ("a", "source: not found → found", False),
        ("u", "reply: answers → abstains", False),
    }


def test_the_figures_that_fell_and_the_questions_stand_in_what_is_printed() -> None:
    shown = printed(judge(at_random(good_outcomes()), good_outcomes()))
    assert "The gate fails: " in shown
    assert "answered fell from 1.000 to 0." in shown
    assert "- answerable-" in shown
    assert "more changes; --json lists all." in shown
    assert shown.count("\n- ") + shown.count("\n+ ") <= MOST_CHANGES


def test_a_pass_is_said_in_words() -> None:
    assert "The gate is passed." in printed(judge(good_outcomes(), good_outcomes()))


def test_other_settings_than_the_baseline_had_are_printed() -> None:
    console = Console(width=100)
    with console.capture() as captured:
        print_differences({"dense_weight": (0.7, 0.55)}, console)
    assert captured.get() == "dense_weight is 0.7; the baseline was measured with 0.55.\n"
