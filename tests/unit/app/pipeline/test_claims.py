import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.pipeline.claims import LOST, Claim, ClaimReader

SOURCES = ["연차 휴가는 15일이고 최대 25일입니다.", "Backups run at 02:30 and cost 1,200 euros."]


def read(text: str, size: int = 1_000, question: str = "") -> tuple[str, list[Claim], list[str]]:
    """Return what is shown, the claims and the lost numbers of a text that arrives in pieces."""
    reader = ClaimReader(SOURCES, question)
    told: list[str | Claim] = []
    for at in range(0, len(text), size):
        told += reader.feed(text[at : at + size])
    told += reader.close()
    shown = "".join(item for item in told if isinstance(item, str))
    return shown, [item for item in told if isinstance(item, Claim)], reader.lost_numbers


@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
@pytest.mark.parametrize(
    ("text", "shown", "claims"),
    [
        (
            "연차는 15일입니다 [1]. 백업은 02:30에 합니다 [2].",
            "연차는 15일입니다 [1]. 백업은 02:30에 합니다 [2].",
            [
                Claim("연차는 15일입니다.", ((1, 0),)),
                Claim("백업은 02:30에 합니다.", ((2, 1),)),
            ],
        ),
        (
            "Backups run at 02:30. [2] They cost 1200 euros [2, 1].",
            "Backups run at 02:30. [1] They cost 1200 euros [2][3].",
            [
                Claim("Backups run at 02:30.", ((1, 1),)),
                Claim("They cost 1200 euros.", ((2, 1), (3, 0))),
            ],
        ),
        ("Nothing is said.", "Nothing is said.", [Claim("Nothing is said.", ())]),
        ("See [9] or [appendix].", "See  or [appendix].", [Claim("See or [appendix].", ())]),
        (
            "- One [1]\n- Two [2]",
            "- One [1]\n- Two [2]",
            [Claim("- One", ((1, 0),)), Claim("- Two", ((2, 1),))],
        ),
    ],
)
def test_marks_are_counted_anew_and_belong_to_their_sentence(
    text: str, shown: str, claims: list[Claim], size: int
) -> None:
    assert read(text, size)[:2] == (shown, claims)


def test_a_number_that_no_source_holds_is_left_out_and_reported() -> None:
    shown, _, lost = read("연차는 90일입니다 [1]. 비용은 1200유로입니다 [2].")
    assert shown == f"연차는 {LOST}일입니다 [1]. 비용은 1200유로입니다 [2]."
    assert lost == ["90"]


def test_numbers_of_the_question_list_numbers_and_rewritten_dates_stay() -> None:
    reader = ClaimReader(["2026년 3월 1일에 시작합니다."], "사무실 7은 언제 여나요?")
    text = "1. 사무실 7은\n2. 2026-03-01 또는 2026.3.1에 엽니다 [1].\n3. 8시"
    told = [*reader.feed(text), *reader.close()]
    shown = "".join(item for item in told if isinstance(item, str))
    assert shown == text.replace("8시", f"{LOST}시")
    assert reader.lost_numbers == ["8"]


def test_words_are_told_one_behind_and_a_sentence_before_the_next_one() -> None:
    reader = ClaimReader(SOURCES, "")
    assert reader.feed("\n연차는 1") == ["연차는"]
    assert reader.feed("5일 [") == [" 15일"]
    claim = Claim("연차는 15일.", ((1, 0),))
    assert reader.feed("1]. 그리고 ") == [" [1].", claim, " 그리고"]
    assert reader.next_mark() == 2


@given(st.text(alphabet="가나 a1[],.\n(") | st.text())
def test_no_text_breaks_it_and_what_is_shown_does_not_depend_on_the_pieces(text: str) -> None:
    assert read(text, 1) == read(text, 3) == read(text)
