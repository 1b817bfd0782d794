from app.readers.base import Excerpt
from app.readers.bundled.pairs import WINDOW_TOKENS, PairMaker
from tests.unit.app.readers.word_tokens import word_tokenizer

TEXT = " ".join(f"w{number}" for number in range(500))


def maker() -> PairMaker:
    return PairMaker(word_tokenizer(f"who 누구 title : {TEXT}"))


def test_a_row_holds_question_title_and_excerpt_with_their_marks() -> None:
    [pair] = maker().pairs("who", [Excerpt("title", "w1 w2")])
    tokenizer = maker().tokenizer
    words = [tokenizer.id_to_token(token) for token in pair.tokens]
    assert words == ["<s>", "who", "</s>", "</s>", "title", ":", "w1", "w2", "</s>"]
    assert words[pair.first] == "w1"
    assert list(pair.offsets) == [(0, 2), (3, 5)]


def test_every_word_of_a_long_excerpt_lies_in_a_window_that_points_back_to_it() -> None:
    pairs = maker().pairs("who", [Excerpt("", "w1"), Excerpt("", TEXT)])
    seen: set[str] = set()
    for pair in pairs[1:]:
        assert pair.excerpt == 1
        assert len(pair.offsets) <= WINDOW_TOKENS
        words = [TEXT[start:end] for start, end in pair.offsets]
        tokens = pair.tokens[pair.first : pair.first + len(words)]
        assert [maker().tokenizer.id_to_token(token) for token in tokens] == words
        seen.update(words)
    assert seen == set(TEXT.split())


def test_an_overlong_question_leaves_room_for_the_excerpt() -> None:
    [pair] = maker().pairs(TEXT, [Excerpt(TEXT, "w1")])
    assert pair.first < 100
