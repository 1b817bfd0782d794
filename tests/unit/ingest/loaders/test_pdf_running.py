import pytest

from ingest.loaders.pdf import PdfLoader
from ingest.loaders.pdf_model import Line
from ingest.loaders.pdf_running import without_running_lines
from tests.sample_files import pdf_file

TOP, MIDDLE, BOTTOM = 0.05, 0.5, 0.95


def texts(*pages: tuple[Line, ...]) -> list[list[str]]:
    return [[line.text for line in page] for page in without_running_lines(pages)]


def test_a_header_is_kept_where_it_first_stands_and_page_numbers_are_left_out() -> None:
    pages = [
        (Line("휴가 규정", 9, TOP), Line(f"본문 {number}", 10), Line(f"- {number} -", 9, BOTTOM))
        for number in (1, 2, 3, 4)
    ]
    assert texts(*pages) == [["휴가 규정", "본문 1"], ["본문 2"], ["본문 3"], ["본문 4"]]


@pytest.mark.parametrize("form", ["{}", "- {} -", "Page {} of 9", "{} / 9", "{}쪽", "p. {}"])
def test_page_numbers_are_known_in_several_forms(form: str) -> None:
    pages = [(Line("글", 10), Line(form.format(number), 9, BOTTOM)) for number in (7, 8, 9)]
    assert texts(*pages) == [["글"]] * 3


def test_headers_of_left_and_right_pages_alternate() -> None:
    pages = [(Line("왼쪽" if number % 2 else "오른쪽", 9, TOP),) for number in range(6)]
    assert texts(*pages) == [["오른쪽"], ["왼쪽"], [], [], [], []]


def test_what_repeats_in_the_middle_or_on_few_pages_stays() -> None:
    middle = [(Line("합계", 10, MIDDLE),)] * 5
    few = [(Line("목차", 10, TOP),)] * 2 + [(Line("글", 10),)] * 3
    far = [(Line("부록", 10, TOP),) if number in {0, 9, 19} else () for number in range(20)]
    for pages in (middle, few, far):
        assert texts(*pages) == [[line.text for line in page] for page in pages]


def test_numbers_at_the_edge_that_do_not_count_pages_stay() -> None:
    pages = [(Line(str(number), 10, BOTTOM),) for number in (15, 3, 80, 41)]
    assert texts(*pages) == [["15"], ["3"], ["80"], ["41"]]


def test_chapters_that_begin_pages_stay() -> None:
    pages = [(Line(f"제{number}장", 14, TOP), Line("글", 10)) for number in (1, 2, 3)]
    assert [page[0] for page in texts(*pages)] == ["제1장", "제2장", "제3장"]


def test_a_whole_file_is_read_without_its_running_lines() -> None:
    content = pdf_file(*([(10, "사내 규정집"), (10, f"{name}의 글이다.")] for name in "가나다라"))
    assert PdfLoader().load(content, "a.pdf").text.count("사내 규정집") == 1
