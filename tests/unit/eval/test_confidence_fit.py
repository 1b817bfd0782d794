"""The fit of the confidence: with the features that ship, judged on sets that it never saw."""

from pathlib import Path

import numpy as np
import pytest

from app.bootstrap import confidence_model
from app.pipeline.enough import ConfidenceModel, Evidence
from eval.__main__ import main
from eval.confidence_fit import FEATURES, Judged, Sample, Weights, fit, judge
from eval.errors import QuestionSetError
from tests.unit.eval.question_folders import write_lines, write_set

COSINE, READING = FEATURES.index("sentence_cosine"), FEATURES.index("reading")
SHIPPED = Weights.of(confidence_model("bundled"))


def sample(name: str, seed: int, *, turned: bool = False, questions: int = 80) -> Sample:
    """Return questions whose cosine and reading tell whether they are answerable."""
    drawn = np.random.default_rng(seed)
    answerable = drawn.random(questions) < 0.5
    rows = []
    for one in answerable:
        tell = 0.05 if bool(one) is not turned else -0.05
        cosine, reading = drawn.normal(0.85 + tell, 0.03), drawn.normal(60 * tell, 2.0)
        rows.append((Evidence(drawn.random(), cosine, drawn.random(), reading), bool(one)))
    return Sample.of(name, rows)


def test_what_is_fitted_has_the_features_that_ship() -> None:
    assert SHIPPED.used == [COSINE, READING]
    assert Weights.of(confidence_model("none")).used == [0, 1, 2]
    fitted = fit([sample("a", 1), sample("b", 2)], SHIPPED.used)
    assert fitted.used == SHIPPED.used
    assert fitted.weights[COSINE] > 0
    assert fitted.weights[READING] > 0
    assert str(fitted).startswith(f"intercept {fitted.intercept:.2f}, sentence_cosine ")


def test_the_shipped_weights_give_the_confidence_of_the_service() -> None:
    given = sample("a", 3)
    for model in (confidence_model("bundled"), ConfidenceModel()):
        expected = [model.confidence(Evidence(*row)) for row in given.evidence]
        assert Weights.of(model).confidence(given) == pytest.approx(expected)


def test_a_set_is_judged_by_what_was_fitted_on_the_others() -> None:
    usual, odd = judge([sample("a", 1), sample("turned", 2, turned=True)], SHIPPED)
    alone = fit([sample("turned", 2, turned=True)], SHIPPED.used)
    assert usual.held_out == pytest.approx(alone.confidence(sample("a", 1)))
    assert usual.auroc(usual.held_out) < 0.2
    assert odd.auroc(odd.held_out) < 0.2
    good, _ = judge([sample("a", 1), sample("b", 2)], SHIPPED)
    assert good.auroc(good.held_out) > 0.9


def test_decisions_count_each_kind_by_itself() -> None:
    confidence = np.array([0.9, 0.2, 0.1, 0.8])
    answerable = np.array([True, True, False, False])
    given = Sample("a", np.zeros((4, len(FEATURES))), answerable)
    judged = Judged(given, confidence, confidence, confidence)
    assert judged.decisions(0.3).tolist() == [0.5, 0.5, 0.5]
    assert judged.decisions(0.15).tolist() == [1.0, 0.5, 1.0]
    kept, refused, right = judged.decisions(0.05)
    assert (kept, refused) == (1.0, 0.0)
    assert np.isnan(right)


def test_one_kind_of_questions_alone_cannot_be_fitted() -> None:
    given = sample("a", 1)
    with pytest.raises(QuestionSetError, match="both needed"):
        fit([Sample("a", given.evidence, np.ones_like(given.answerable))], SHIPPED.used)


def test_the_command_prints_each_set_the_thresholds_and_both_models(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("eval.__main__.configure_native_libraries", lambda: None)
    monkeypatch.chdir(tmp_path)
    for name, value in {"EMBEDDER": "hashing", "APP_READER": "none"}.items():
        monkeypatch.setenv(f"MUREUM_{name}", value)
    for name in ("one", "둘"):
        write_set(tmp_path / name)
        texts = [f"Room {n} of {name} is on floor {n + 3}." for n in range(12)]
        documents = [
            {"_id": f"{name}{n}", "title": "", "text": text} for n, text in enumerate(texts)
        ]
        queries = [{"_id": f"q{n}", "text": f"Which floor is room {n} on?"} for n in range(12)]
        write_lines(tmp_path / name / "corpus.jsonl", documents)
        write_lines(tmp_path / name / "queries.jsonl", queries)
        lines = "\n".join(f"q{n}\t{name}{n}\t1" for n in range(12))
        (tmp_path / name / "qrels.tsv").write_text(lines, encoding="utf-8")
    assert main(["confidence", "one", "둘"]) == 0
    said = capsys.readouterr().out
    for shown in ("AUROC", "둘", "0.3 (set)", "0.5", "fitted on all: intercept", "shipped: interc"):
        assert shown in said
    assert "intercept -29.40, margin 23.600, sentence_cosine 29.300" in said


def test_a_feature_that_never_changes_gets_no_weight() -> None:
    flat = sample("a", 1)
    flat.evidence[:, READING] = 0.0
    assert fit([flat], SHIPPED.used).used == [COSINE]
