import unicodedata

from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder


def similarity(first: str, second: str) -> float:
    vectors = HashingEmbedder().encode([first, second], TextKind.PASSAGE)
    return float(vectors[0] @ vectors[1])


def test_texts_that_share_words_are_closer_than_texts_that_do_not() -> None:
    question = "연차 휴가는 며칠입니까?"
    assert (
        similarity(question, "연차 휴가는 15일이다.")
        > similarity(question, "회의실 예약 방법") + 0.2
    )


def test_a_particle_does_not_part_a_korean_word_from_itself() -> None:
    assert similarity("휴가를", "휴가는") > 0.3


def test_case_and_composition_do_not_matter() -> None:
    assert similarity("Travel 여비", unicodedata.normalize("NFD", "TRAVEL 여비")) > 0.999


def test_the_dimension_is_the_one_asked_for_and_part_of_the_name() -> None:
    embedder = HashingEmbedder(16)
    assert embedder.encode(["가"], TextKind.QUERY).shape == (1, 16)
    assert embedder.name != HashingEmbedder(32).name
