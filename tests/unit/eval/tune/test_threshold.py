"""Thresholds tried on the answers of a service that refuses nothing."""

from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from app.settings import AppSettings
from eval.asking import AskedSet, AskingSetup, Reply
from eval.tune.fusion import Fusion, default_fusion
from eval.tune.questions import TeamQuestion
from eval.tune.threshold import can_be_fitted, default_threshold, right_decisions, thresholds
from index.settings import IndexSettings
from ingest.chunking import ChunkSizes
from tests.unit.eval.injection.answers import answered, citation

SURE = replace(answered("Leave is 15 days. [1]", citation("Leave is 15 days.")), confidence=0.8)
UNSURE = replace(SURE, confidence=0.3)
TO_ANSWER = TeamQuestion("line 1", "How many days?", "leave.md")
ELSEWHERE = TeamQuestion("line 2", "How many euros?", "travel.md")
TO_REFUSE = TeamQuestion("line 3", "Who sang?", None)


def test_thresholds_begin_with_the_default() -> None:
    assert thresholds()[0] == default_threshold()
    assert sorted(thresholds()) == pytest.approx([0.05 * step for step in range(1, 20)])


@pytest.mark.parametrize(
    ("answer", "refuse", "fitted"), [(5, 5, True), (4, 9, False), (9, 4, False)]
)
def test_both_kinds_of_questions_are_needed(answer: int, refuse: int, *, fitted: bool) -> None:
    assert can_be_fitted([TO_ANSWER] * answer + [TO_REFUSE] * refuse) is fitted


def test_right_are_answers_from_the_document_and_refusals_of_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[AskingSetup] = []

    def ask(place: AskedSet, _inquiries: object) -> list[Reply]:
        asked.append(place.setup)
        return [Reply(answer, frozenset()) for answer in (SURE, UNSURE, SURE, UNSURE)]

    monkeypatch.setattr(AskedSet, "ask", ask)
    setup = AskingSetup(AppSettings(), IndexSettings(data_dir=Path("data")), ChunkSizes())
    questions = [TO_ANSWER, TO_ANSWER, ELSEWHERE, TO_REFUSE]
    values = right_decisions(questions, setup, Fusion(0.3, 100), Console(quiet=True))
    by_threshold = dict(zip(thresholds(), values.tolist(), strict=True))
    assert by_threshold[0.25] == [1, 1, 0, 0]
    assert by_threshold[0.5] == [1, 0, 0, 1]
    assert by_threshold[0.85] == [0, 0, 0, 1]
    assert asked[0].app.confidence_threshold == 0.0
    assert (asked[0].app.dense_weight, asked[0].app.candidates) == (0.3, 100)
    assert setup.app.dense_weight == default_fusion().dense_weight
