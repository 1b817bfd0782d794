import pytest

from ingest.document import Heading
from ingest.loaders.pdf_headings import find_headings
from ingest.loaders.pdf_labels import division_rank, label_rank
from ingest.loaders.pdf_layout import lay_out
from ingest.loaders.pdf_model import Line

PROSE = (
    "회사는 직원에게 일 년에 열닷새의 연차 휴가를 주며 남은 날은 다음 해로 넘길 수 있다.",
    "휴가를 쓰려는 직원은 사흘 전까지 팀장에게 신청서를 내고 팀장은 그날 안에 답한다.",
    "팀장이 답하지 않으면 승인한 것으로 보며 인사팀은 그 내용을 달마다 모아 정리한다.",
)


def found(*marked: Line) -> list[tuple[int, str]]:
    page = [each for line in marked for each in (line, *(Line(text, 10) for text in PROSE))]
    return [(each.level, each.text) for each in find_headings(lay_out([page]), [])]


def test_chapters_and_sections_are_headings_in_the_type_of_the_text() -> None:
    assert found(Line("제1장 총칙", 10), Line("제1절 목적", 10), Line("제2장 휴가", 10)) == [
        (1, "제1장 총칙"),
        (2, "제1절 목적"),
        (1, "제2장 휴가"),
    ]


@pytest.mark.parametrize("standing_out", [{"size": 10.5}, {"size": 10, "bold": True}])
def test_numbered_lines_are_headings_where_they_stand_out(standing_out: dict[str, float]) -> None:
    labels = ("Ⅰ. 서론", "1. 개요", "1.1 배경", "가. 연차 휴가", "(1) 신청 방법")
    marked = [Line(label, **standing_out) for label in labels]  # type: ignore[arg-type]
    assert found(*marked) == list(enumerate(labels, 1))


def test_numbered_items_in_the_type_of_the_text_are_no_headings() -> None:
    assert found(Line("1. 신청서", 10), Line("가. 사본", 10), Line("(1) 통장", 10)) == []


def test_bold_numbers_are_no_headings_where_all_is_bold() -> None:
    page = [Line("1. 개요", 10, bold=True), *(Line(text, 10, bold=True) for text in PROSE)]
    assert find_headings(lay_out([page]), []) == ()


def test_numbered_headings_lie_below_larger_ones() -> None:
    assert found(Line("휴가 규정", 18), Line("1. 개요", 10.6))[1] == (2, "1. 개요")


@pytest.mark.parametrize(
    "text",
    ["제1장 및 제2장의 규정", "제3장에 따라", "제1장 총칙 ····· 3", "제2장 휴가는 이렇게 쓴다"],
)
def test_mentions_of_chapters_are_no_headings(text: str) -> None:
    assert division_rank(text) is None


@pytest.mark.parametrize(
    "text", ["1. 휴가를 쓴다.", "1. 신청하세요", "2024 1,204 3,911", "1. 개요   7"]
)
def test_sentences_figures_and_contents_are_no_headings(text: str) -> None:
    assert label_rank(text) is None


def test_a_heading_begins_where_its_line_begins() -> None:
    layout = lay_out([[*(Line(text, 10) for text in PROSE), Line("제2장 휴가", 10)]])
    assert find_headings(layout, []) == (Heading(layout.text.index("제2장"), 1, "제2장 휴가"),)
