"""One test for every reranker: the fake, and a real cross-encoder with tiny random weights."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from app.errors import RerankerError, RerankerUnavailableError
from app.rerankers.base import Reranker
from app.rerankers.registry import build_reranker
from index.errors import UnknownNameError

TEXTS = ["연차 휴가는 15일입니다.", "Backups run nightly.", ""]


@pytest.fixture(scope="module")
def cross_encoder_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("cross-encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "backups", "run", "nightly", "."]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        num_labels=1,
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    return folder


@pytest.fixture(params=["word-overlap", "cross-encoder"])
def reranker(request: pytest.FixtureRequest) -> Reranker:
    name = request.param
    if name == "cross-encoder":
        name = str(request.getfixturevalue("cross_encoder_folder"))
    built = build_reranker(name)
    assert built is not None
    return built


def test_every_text_gets_a_score_between_zero_and_one(reranker: Reranker) -> None:
    scores = reranker.score("backups run nightly?", TEXTS)
    assert scores.shape == (3,)
    assert scores.dtype == np.float32
    assert ((scores >= 0) & (scores <= 1)).all()


def test_scores_do_not_depend_on_the_company(reranker: Reranker) -> None:
    together = reranker.score("backups run", TEXTS)
    alone = [float(reranker.score("backups run", [text])[0]) for text in TEXTS]
    assert together.tolist() == pytest.approx(alone, abs=1e-5)


def test_no_text_needs_no_model(reranker: Reranker) -> None:
    assert reranker.score("연차는?", []).shape == (0,)


def test_no_reranker_is_built_by_default_and_unknown_names_list_the_known() -> None:
    assert build_reranker("none") is None
    with pytest.raises(UnknownNameError, match="none, word-overlap"):
        build_reranker("bge")


def test_a_model_that_cannot_be_had_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(RerankerUnavailableError, match="MUREUM_APP_RERANKER"):
        build_reranker(str(tmp_path))


class Broken(Reranker):
    name = "broken"

    def __init__(self, result: object) -> None:
        self.result = result

    def _scores(self, question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        del question, texts
        if isinstance(self.result, Exception):
            raise self.result
        return self.result  # type: ignore[return-value]


@pytest.mark.parametrize("result", [ZeroDivisionError("x"), [1.0], [0.1, float("nan")], [[1], [2]]])
def test_what_a_broken_reranker_does_becomes_our_error(result: object) -> None:
    with pytest.raises(RerankerError, match="broken"):
        Broken(result).score("연차는?", ["a", "b"])
