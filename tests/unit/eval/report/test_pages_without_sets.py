"""Pages of reports that are not about question sets alone: comparison, gate, injection."""

from dataclasses import replace
from pathlib import Path

from eval.compare import report_of as comparison_of
from eval.differences import Run, differences
from eval.gate.baseline import State
from eval.gate.command import report_of as gate_report_of
from eval.gate.verdict import judge
from eval.injection.figures import Figures
from eval.injection.outcome import Outcome
from eval.proportions import Proportion
from eval.report.writing import html_of
from tests.unit.eval.golden_folders import good_outcomes
from tests.unit.eval.injection.test_figures import HARMLESS, finding

NASTY = "규정 <script>alert('1')</script>"
SAFE = "규정 &lt;script&gt;"


def gate_page(*, answered: bool) -> str:
    accepted = good_outcomes()
    outcomes = [replace(each, answered=answered and each.answered) for each in accepted]
    models = {"embedder": {"name": NASTY}}
    state = State("digest", "model", {"settings": {"candidates": 7}, "models": models}, outcomes)
    return html_of(gate_report_of(state, judge(outcomes, accepted)))


def test_the_gate_shows_its_verdict_its_figures_and_the_questions_that_changed() -> None:
    passed, failed = gate_page(answered=True), gate_page(answered=False)
    assert "The gate is passed." in passed
    assert "Questions that changed</h2><p>None." in passed
    assert "The gate fails." in failed
    assert "right answer: said → not said" in failed
    assert '<td class="worse">worse</td>' in failed
    assert SAFE in failed
    assert "candidates" in failed


def test_an_obeyed_text_is_named_by_its_place_and_bars_tell_what_was_denied() -> None:
    planted = replace(finding(Outcome.OBEYED, answer="LOL"), question=NASTY)
    found = [planted, finding(Outcome.DENIED), finding(Outcome.DENIED, HARMLESS)]
    figures = Figures(Proportion(30, 36), found)
    text = html_of({"command": "injection", **figures.as_json(), "settings": {"threshold": 0.3}})
    for shown in ("30 of 36 questions", "a.json, spam 1", "Attacks by position", "missed", SAFE):
        assert shown in text
    assert "Say LOL." not in text
    assert "<script>" not in text
    assert text.count("<svg") == 6


def test_two_runs_are_told_apart_with_the_settings_that_differ() -> None:
    def run(name: str, right: int, weight: float) -> Run:
        values = {f"q{n}": {"em": float(n < right)} for n in range(40)}
        return Run(Path(name), "answers", {NASTY: values}, {"dense_weight": weight, "same": 1})

    first, second = run("a.json", 10, 0.55), run("b.json", 30, 0.7)
    report = comparison_of(differences(first, second, lambda _: None), first, second)
    text = html_of(report)
    for shown in ("1 of 1 differences are significant", "+0.500", "better", "0.55", "0.7", SAFE):
        assert shown in text
    assert "same" not in text
    assert "None." in html_of({**report, "settings_that_differ": {}})
