"""Passages that say the same are shown once; what differs in a fact is not."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from app.pipeline.fold import fold, other_sources
from app.pipeline.retrieve import FoundPassage
from app.pipeline.same import squeezed
from tests.unit.app.pipeline.passages import document, found

RULES = (
    "출장 중의 숙박비는 실비로 지급하며, 신청은 출장이 끝난 뒤에 부서장의 승인을 받아 한다. "
    "교통비는 대중교통의 요금을 기준으로 하고, 부득이한 사정이 있으면 택시를 이용할 수 있다. "
    "증빙이 되는 영수증은 원본을 붙여야 하며, 전자 영수증도 원본으로 본다. "
    "해외 출장은 담당 임원이 따로 정하는 바에 따르고, 출발 전에 보험에 가입해야 한다. "
    "출장 보고서는 돌아온 다음 주 안에 작성하여 담당 부서에 제출하고 사본을 보관한다. "
)
HOTEL = "숙박비의 상한은 1박에 100,000원으로 한다."


def item(source: str, child: str = HOTEL, rest: str = RULES, **parts: object) -> FoundPassage:
    """Return a found child with a parent around it, in a document of its own."""
    record = replace(document(source), content_hash=source, title=str(parts.pop("title", "")))
    return found(child, parent=child + rest, record=record, **parts)  # type: ignore[arg-type]


def folded(*items: FoundPassage) -> list[tuple[str, ...]]:
    """Return, for each passage that is left, its document and those that were folded into it."""
    left = fold([items], enough=len(items))
    return [
        (each.passage.document.document_id, *(t.document.document_id for t in each.twins))
        for each in left
    ]


def test_copies_are_folded_into_the_best_one() -> None:
    assert folded(item("a"), item("b"), item("other", "다른 문장이다.", "내용."), item("c")) == [
        ("a", "b", "c"),
        ("other",),
    ]


@pytest.mark.parametrize(
    "spaced",
    [
        (HOTEL + RULES).replace(" ", "\n"),
        (HOTEL + RULES).replace(", ", " · ").replace("100,000", "100000"),
        "  " + (HOTEL + RULES).replace(" ", "") + "\n\n",
    ],
)
def test_another_format_spaces_differently_and_says_the_same(spaced: str) -> None:
    assert folded(item("a"), item("pdf", spaced, "")) == [("a", "pdf")]


def test_versions_that_differ_in_other_words_elsewhere_are_folded() -> None:
    later = RULES.replace("사본을 보관한다", "사본을 남겨 둔다")
    assert folded(item("a"), item("b", rest=later)) == [("a", "b")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("100,000원", "120,000원"),
        ("1박에", "2박에"),
        ("한다.", "하지 않는다."),
        ("상한은", "하한은"),
    ],
)
def test_what_matched_the_question_must_be_the_same_in_both(before: str, after: str) -> None:
    assert before in HOTEL
    assert folded(item("a"), item("b", HOTEL.replace(before, after))) == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("다음 주 안에", "3일 안에"),
        ("다음 주 안에", "사흘 안에"),
        ("이용할 수 있다", "이용할 수 없다"),
        ("원본으로 본다", "원본으로 보지 않는다"),
        ("담당 임원이", "1급 임원이"),
    ],
)
def test_a_number_date_or_denial_that_differs_elsewhere_keeps_them_apart(
    before: str, after: str
) -> None:
    assert before in RULES
    assert folded(item("a"), item("b", rest=RULES.replace(before, after))) == [("a",), ("b",)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The limit is 1.5 percent", "The limit is 15 percent"),
        ("Rooms 10-20 are closed", "Rooms 1020 are closed"),
        ("It stores at -5 degrees", "It stores at 5 degrees"),
        ("A costs 100, B costs 200", "A costs 200, B costs 100"),
        ("Values <= 5 pass", "Values >= 5 pass"),
        ("Take 1, 2 of them", "Take 12 of them"),
        ("Apply by May 3", "Apply by May 13"),
        ("You may apply", "You may not apply"),
        ("within three days", "within seven days"),
        ("2025. 1. 2. 시행", "2025. 12. 시행"),
    ],
)
def test_numbers_that_look_alike_without_their_marks_stay_apart(one: str, other: str) -> None:
    english = "The office pays for travel and asks for receipts of every part of it. " * 4
    found_here = [item("a", one + ". ", english), item("b", other + ". ", english)]
    assert folded(*found_here) == [("a",), ("b",)]
    child = "The office pays for travel"
    inside = [
        found(child, parent=english + text, record=replace(document(text), content_hash=text))
        for text in (one, other)
    ]
    assert len(folded(*inside)) == 2


def test_equal_text_under_other_headings_stays_apart() -> None:
    regular, contract = item("a", heading=("정규직",)), item("b", heading=("계약직",))
    assert folded(regular, contract) == [("a",), ("b",)]
    assert folded(regular, item("pdf")) == [("a", "pdf")]


def test_a_short_text_under_another_title_stays_apart() -> None:
    seoul, busan = (
        item("a", "신청: 연중", "", title="서울"),
        item("b", "신청: 연중", "", title="부산"),
    )
    assert folded(seoul, busan) == [("a",), ("b",)]
    assert folded(seoul, item("c", "신청: 연중", "", title="서울")) == [("a", "c")]


def test_more_are_looked_at_until_there_are_enough_different_ones() -> None:
    asked = []

    def batches() -> Iterator[list[FoundPassage]]:
        for number, batch in enumerate(
            [
                [item("a"), item("b"), item("c")],
                [item("d"), item("other", "다르다.", "")],
                [item("e")],
            ]
        ):
            asked.append(number)
            yield batch

    left = fold(batches(), enough=2)
    assert [each.passage.document.document_id for each in left] == ["a", "other"]
    assert asked == [0, 1]


def test_other_sources_are_told_once_and_without_the_own_one() -> None:
    first = item("a").passage
    twins = [item("b").passage, item("a").passage, item("b").passage]
    assert other_sources(first, twins) == ("docs/b.md",)


def test_squeezing_keeps_what_numbers_need() -> None:
    assert squeezed("Ａ 1,000 원 / 10 ~ 20%, -5°C (2025. 1. 2.)") == "a1000원10~20%−5°c2025.1.2"


def test_no_passages_are_no_passages() -> None:
    assert fold([], enough=3) == []
    assert fold([[]], enough=3) == []
