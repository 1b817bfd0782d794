from app.pipeline.read import EXCERPT_LETTERS, read
from app.pipeline.sentences import split
from app.pipeline.weigh import WeighedSentence, Weighing
from app.pipeline.widen import Section
from app.readers.base import Excerpt, Reader, Reading
from app.readers.first_number import FirstNumberReader
from tests.unit.app.pipeline.passages import section


class Listening(Reader):
    """Remembers what it was given and reads nothing."""

    name = "listening"

    def __init__(self) -> None:
        self.excerpts: list[Excerpt] = []

    def _readings(self, _: str, excerpts: object) -> list[Reading | None]:
        assert isinstance(excerpts, list)
        self.excerpts += excerpts
        return [None] * len(excerpts)


def weighed(sections: list[Section], scores: dict[str, float]) -> Weighing:
    """Return the sentences with the scores of the words that they hold."""
    return Weighing(
        frozenset(),
        tuple(
            WeighedSentence(
                one, frozenset(), None, max(s for word, s in scores.items() if word in one.text)
            )
            for one in split(sections)
        ),
    )


def test_found_words_stand_in_the_document_and_raise_their_sentence() -> None:
    held = [section("연차는 있습니다. 병가는 60 일입니다. 끝입니다.", start=500)]
    before = weighed(held, {"연차는": 0.5, "병가는": 0.4, "끝": 0.1})
    after = read(FirstNumberReader(), "병가는 며칠?", held, before, 3)
    [words] = after.words
    text = held[0].passage.parent_text
    assert text[words.start - 500 : words.end - 500] == "60"
    scores = [sentence.score for sentence in after.sentences]
    assert scores[0] == 0.5
    assert scores[1] > 0.9
    assert scores[2] == 0.1


def test_the_best_sentences_are_read_with_what_stands_around_them() -> None:
    held = [section("가나다 하나. 라마바 둘. 사아자 셋."), section("차카타 넷.", start=100)]
    listening = Listening()
    scores = {"하나": 0.1, "둘": 0.9, "셋": 0.2, "넷": 0.8}
    read(listening, "둘?", held, weighed(held, scores), 5)
    assert [one.text for one in listening.excerpts] == [
        "가나다 하나. 라마바 둘. 사아자 셋.",
        "차카타 넷.",
    ]


def test_no_sentence_is_read_twice_and_no_excerpt_outgrows_the_window() -> None:
    long = " ".join(f"{number}번째 문장은 꽤 길게 이어지는 문장입니다." for number in range(60))
    held = [section(long)]
    listening = Listening()
    read(listening, "30번째?", held, weighed(held, {"번째": 0.1, "30번째": 0.9}), 4)
    texts = [one.text for one in listening.excerpts]
    assert len(texts) == 4
    assert "30번째" in texts[0]
    for text in texts:
        assert len(text) + sum("가" <= char <= "힣" for char in text) <= EXCERPT_LETTERS * 1.1
    sentences = [sentence for text in texts for sentence in text.split(". ")]
    assert len({one.rstrip(".") for one in sentences}) == len(sentences)


def test_no_more_excerpts_are_read_than_allowed() -> None:
    held = [section(f"글 {number}.", start=100 * number) for number in range(9)]
    listening = Listening()
    read(listening, "글?", held, weighed(held, {"글": 0.5}), 4)
    assert len(listening.excerpts) == 4
