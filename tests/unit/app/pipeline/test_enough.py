from dataclasses import replace

import pytest

from app.pipeline.enough import USUAL_MARGIN, ConfidenceModel, Evidence, gather_evidence
from app.pipeline.sentences import Sentence
from app.pipeline.weigh import WeighedSentence, Weighing

STRONG = Evidence(0.1, 0.92, 0.9)


def weighed(section: int, terms: set[str], cosine: float | None, score: float) -> WeighedSentence:
    return WeighedSentence(Sentence(section, 0, 1, "x"), frozenset(terms), cosine, score)


@pytest.mark.parametrize("feature", ["margin", "sentence_cosine", "sentence_coverage"])
def test_less_evidence_of_any_kind_is_less_confidence(feature: str) -> None:
    model = ConfidenceModel()
    weaker = replace(STRONG, **{feature: getattr(STRONG, feature) - 0.2})
    assert 0 < model.confidence(weaker) < model.confidence(STRONG) < 1


def test_without_evidence_there_is_no_confidence() -> None:
    assert gather_evidence([], Weighing(frozenset({"연차"}), ())) is None
    assert ConfidenceModel().confidence(None) == 0


def test_the_evidence_is_the_margin_and_the_best_sentence() -> None:
    weighing = Weighing(
        frozenset("abcd"),
        (
            weighed(0, {"a", "b"}, 0.8, 0.9),
            weighed(0, {"c"}, None, 0.4),
            weighed(1, {"a"}, 0.85, 0.3),
        ),
    )
    cosines = [0.9, *[0.8] * 18, 0.75, 0.6]
    evidence = gather_evidence(cosines, weighing)
    assert evidence == Evidence(pytest.approx(0.15), sentence_cosine=0.8, sentence_coverage=0.5)


def test_few_passages_say_nothing_about_the_background() -> None:
    weighing = Weighing(frozenset("ab"), (weighed(0, {"a"}, 0.8, 0.9),))
    few = gather_evidence([0.9, 0.9], weighing)
    assert few is not None
    assert few.margin == USUAL_MARGIN
