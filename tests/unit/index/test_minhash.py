"""Signatures against the exact share of common shingles."""

import numpy as np
import pytest

from index.minhash import letters_of, shingles_of, signature_of, similarity


def text_of(seed: int, words: int) -> str:
    """Return words of three random syllables."""
    dice = np.random.default_rng(seed)
    return " ".join(word(dice) for _ in range(words))


def word(dice: np.random.Generator) -> str:
    return "".join(chr(code) for code in dice.integers(ord("가"), ord("힣"), 3))


def edited(text: str, changes: int, seed: int) -> str:
    words, dice = text.split(), np.random.default_rng(1_000 + seed)
    for at in dice.permutation(len(words))[:changes]:
        words[at] = word(dice)
    return " ".join(words)


def exact(one: str, other: str) -> float:
    shingles = [set(shingles_of(letters_of(text)).tolist()) for text in (one, other)]
    return len(shingles[0] & shingles[1]) / len(shingles[0] | shingles[1])


def estimated(one: str, other: str) -> float:
    first, second = signature_of([one]), signature_of([other])
    assert first is not None
    assert second is not None
    return float(similarity(first, second))


def test_equal_texts_have_equal_signatures_whatever_their_spacing_and_form() -> None:
    one = "연차 휴가는 매년 15일이다. Ａpply in time."
    other = "연차휴가는\n매년 15일 이다 — APPLY IN TIME"
    assert estimated(one, other) == 1.0


def test_a_text_in_pieces_has_the_signature_of_the_whole() -> None:
    text = text_of(1, 120_000)
    pieces = [text[at : at + 997] for at in range(0, len(text), 997)]
    whole, parts = signature_of([text]), signature_of(pieces)
    assert whole is not None
    assert np.array_equal(whole, parts)


def test_a_signature_is_the_same_in_every_process_and_version() -> None:
    signature = signature_of(["연차 휴가는 매년 15일이다."])
    assert signature is not None
    assert signature.dtype == np.uint16
    assert signature[:4].tolist() == [16086, 48076, 61484, 21254]


@pytest.mark.parametrize("text", ["", "  \n", "—!?", "네 글자다"])
def test_under_five_letters_there_is_no_signature(text: str) -> None:
    assert signature_of([text]) is None


def test_the_estimate_is_near_the_exact_share() -> None:
    pairs = []
    for seed in range(100):
        text = text_of(seed, 200)
        pairs.append((text, edited(text, changes=seed // 2, seed=seed)))
    errors = np.array([estimated(*pair) - exact(*pair) for pair in pairs])
    assert {round(exact(*pair), 1) for pair in pairs} >= {0.5, 0.6, 0.7, 0.8, 0.9, 1.0}
    assert abs(errors.mean()) < 0.01
    assert errors.std() < 0.05


def test_other_texts_have_nothing_in_common() -> None:
    assert estimated(text_of(1, 400), text_of(2, 400)) < 0.05
