import numpy as np

from app.telemetry.recent import RecentAnswers


def test_the_quantiles_are_values_that_were_measured() -> None:
    times = np.random.default_rng(7).random(101).tolist()
    recent = RecentAnswers()
    for time in times:
        recent.add({"embed": time})
    found = recent.quantiles()["embed"]
    expected = np.quantile(times, [0.5, 0.95], method="inverted_cdf")
    assert (found.p50, found.p95) == tuple(expected)
    assert found.answers == 101


def test_a_step_counts_only_where_it_happened() -> None:
    recent = RecentAnswers()
    recent.add({"embed": 1.0})
    recent.add({"embed": 3.0, "rerank": 5.0})
    assert recent.quantiles()["rerank"].answers == 1
    assert recent.quantiles()["embed"].p50 == 1.0


def test_the_oldest_answers_are_forgotten() -> None:
    recent = RecentAnswers(most=2)
    for time in (100.0, 1.0, 2.0):
        recent.add({"total": time})
    assert recent.quantiles()["total"].p95 == 2.0


def test_before_the_first_answer_there_is_nothing_to_tell() -> None:
    assert RecentAnswers().quantiles() == {}
