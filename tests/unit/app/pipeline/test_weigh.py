import pytest

from app.pipeline.sentences import split
from app.pipeline.weigh import ENCODED_SENTENCES, Scales, Weighing
from index.analyzer import WhitespaceAnalyzer
from index.embedder.base import TextKind
from index.embedder.hashing import HashingEmbedder
from tests.unit.app.pipeline.passages import section

SCALES = Scales(WhitespaceAnalyzer(), HashingEmbedder())


def weigh(question: str, *texts: str) -> Weighing:
    sections = [section(text, start=1_000 * number) for number, text in enumerate(texts)]
    vector = SCALES.embedder.encode([question], TextKind.QUERY)[0]
    return SCALES.weigh(question, vector, sections, split(sections))


def test_the_sentence_that_shares_words_and_meaning_wins() -> None:
    weighing = weigh("연차 휴가는 며칠?", "연차 휴가는 15일입니다. 회의실은 3층입니다.")
    best = max(weighing.sentences, key=lambda item: item.score)
    assert best.sentence.text == "연차 휴가는 15일입니다."
    assert best.shared_terms == {"연차", "휴가는"}
    assert best.cosine == pytest.approx(max(item.cosine or 0 for item in weighing.sentences))


def test_a_word_that_every_sentence_holds_never_counts_against_one() -> None:
    weighing = weigh("backup", "The backup runs. The backup ends. Lunch is at noon.")
    scores = {item.sentence.text: item.score for item in weighing.sentences}
    assert scores["The backup runs."] > scores["Lunch is at noon."] >= 0


def test_only_the_most_promising_sentences_are_encoded() -> None:
    weighing = weigh("연차", *[f"{number}번 문장에는 연차 이야기가 있다." for number in range(40)])
    assert sum(item.cosine is not None for item in weighing.sentences) == ENCODED_SENTENCES
    assert all(0 <= item.score <= 1 for item in weighing.sentences)


def test_nothing_to_weigh_and_nothing_in_common_are_no_errors() -> None:
    assert weigh("연차").sentences == ()
    (only,) = weigh("연차", "Backups run nightly.").sentences
    assert only.shared_terms == frozenset()
