"""What is kept of an accepted state is read again as it was, or refused."""

import json
from pathlib import Path

import pytest

from eval.errors import QuestionSetError
from eval.gate.baseline import BASELINE, State, read_baseline, write_baseline
from tests.unit.eval.golden_folders import good_outcomes

STATE = State("digest", "model-1", {"dense_weight": 0.55}, good_outcomes(2))


def test_a_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    write_baseline(tmp_path, STATE)
    assert read_baseline(tmp_path, "digest") == STATE


def test_the_file_has_figures_to_read_and_a_line_for_each_question(tmp_path: Path) -> None:
    write_baseline(tmp_path, STATE)
    text = (tmp_path / BASELINE).read_text(encoding="utf-8")
    assert json.loads(text)["figures"]["recall@5"] == 1.0
    lines = [line for line in text.splitlines() if '"id": ' in line]
    assert len(lines) == len(STATE.outcomes)


def test_a_baseline_of_other_questions_is_refused(tmp_path: Path) -> None:
    write_baseline(tmp_path, STATE)
    with pytest.raises(QuestionSetError, match="measured on other documents or questions"):
        read_baseline(tmp_path, "another digest")


def test_a_missing_baseline_is_an_error_that_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(QuestionSetError, match="python -m eval gate --update-baseline"):
        read_baseline(tmp_path, "digest")


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"outcomes": [{"id": "a"}]}'])
def test_a_damaged_baseline_is_an_error(tmp_path: Path, text: str) -> None:
    (tmp_path / BASELINE).write_text(text, encoding="utf-8")
    with pytest.raises(QuestionSetError, match="is no baseline of this gate"):
        read_baseline(tmp_path, "digest")


def test_settings_and_model_that_differ_are_named() -> None:
    other = State("digest", "model-2", {"dense_weight": 0.55, "top": 1}, ())
    assert STATE.differences(other) == {"model": ("model-1", "model-2"), "top": (None, 1)}
    assert STATE.differences(STATE) == {}
