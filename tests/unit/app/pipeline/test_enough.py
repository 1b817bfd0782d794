from dataclasses import replace

import pytest

from app.pipeline.enough import ConfidenceModel, Evidence, gather_evidence
from app.pipeline.sentences import Sentence
from app.pipeline.weigh import WeighedSentence, Weighing
from tests.unit.app.pipeline.passages import found

STRONG = Evidence(0.9, 1.0, 0.92, 0.9)


def weighed(section: int, terms: set[str], cosine: float | None, score: float) -> WeighedSentence:
    return WeighedSentence(Sentence(section, 0, 1, "x"), frozenset(terms), cosine, score)


@pytest.mark.parametrize(
    "feature", ["passage_cosine", "section_coverage", "sentence_cosine", "sentence_coverage"]
)
def test_less_evidence_of_any_kind_is_less_confidence(feature: str) -> None:
    model = ConfidenceModel()
    weaker = replace(STRONG, **{feature: getattr(STRONG, feature) - 0.2})
    assert 0 < model.confidence(weaker) < model.confidence(STRONG) < 1


def test_without_evidence_there_is_no_confidence() -> None:
    assert gather_evidence([], Weighing(frozenset({"연차"}), ())) is None
    assert ConfidenceModel().confidence(None) == 0


def test_the_evidence_is_the_best_of_passages_sections_and_sentences() -> None:
    weighing = Weighing(
        frozenset("abcd"),
        (
            weighed(0, {"a", "b"}, 0.8, 0.9),
            weighed(0, {"c"}, None, 0.4),
            weighed(1, {"a"}, 0.85, 0.3),
        ),
    )
    evidence = gather_evidence([found("x", score=0.7), found("y", score=0.6)], weighing)
    assert evidence == Evidence(
        passage_cosine=0.7, section_coverage=0.75, sentence_cosine=0.85, sentence_coverage=0.5
    )
