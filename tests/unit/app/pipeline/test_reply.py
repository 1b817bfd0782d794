import pytest

from app.pipeline.reply import ReplyReader


def read(text: str, size: int) -> str:
    """Return what a reader shows of a text that arrives in pieces of this size."""
    reader = ReplyReader()
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join(reader.feed(piece) for piece in pieces) + reader.close()


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<answer>연차는 15일입니다 [1].</answer>", "연차는 15일입니다 [1]."),
        ("\n<thinking>병가? 아니다.</thinking>\n<answer>15일</answer> 끝", "15일"),
        ("<think>a < b</think>Fifteen days.", "Fifteen days."),
        ("Fifteen days.", "Fifteen days."),
        ("<b>Fifteen</b> days.", "<b>Fifteen</b> days."),
        ("<answer>a < b </ans", "a < b </ans"),
        ("<ANSWER>loud</ANSWER>", "loud"),
        ("<thinking>never ends", ""),
        ("", ""),
    ],
)
def test_only_the_answer_is_shown_however_it_arrives(text: str, shown: str, size: int) -> None:
    assert read(text, size) == shown


def test_words_are_shown_as_soon_as_they_cannot_be_a_tag() -> None:
    reader = ReplyReader()
    assert reader.feed("<answer>연차는 ") == "연차는 "
    assert reader.feed("15일</an") == "15일"
    assert reader.feed("swer> and more") == reader.close() == ""
