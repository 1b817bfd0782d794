from concurrent.futures import ThreadPoolExecutor

import pytest

from ingest.document import Heading
from ingest.errors import EmptyFileError, MalformedFileError
from ingest.loaders.pdf import PdfLoader
from ingest.loaders.pdf_headings import find_headings
from ingest.loaders.pdf_layout import lay_out
from ingest.loaders.pdf_model import BROKEN_HYPHEN, Line
from ingest.loaders.pdf_reading import Bookmark
from tests.sample_files import pdf_file


def lines(*texts: str, size: float = 10.0) -> list[Line]:
    return [Line(text, size) for text in texts]


def test_pages_headings_and_title_are_found_in_a_korean_file() -> None:
    content = pdf_file(
        [(20, "휴가 규정"), (10, "연차 휴가는 일 년에 15일이다. 남은 날은 넘길 수 없다.")],
        [],
        [(14, "신청 방법"), (10, "신청서를 팀장에게 낸다. 팀장은 사흘 안에 답한다.")],
        title="Microsoft Word - 규정.doc",
    )
    loaded = PdfLoader().load(content, "규정.pdf")
    assert loaded.title == "휴가 규정"
    assert loaded.metadata == {"pages_without_text": "2"}
    assert [(heading.level, heading.text) for heading in loaded.headings] == [
        (1, "휴가 규정"),
        (2, "신청 방법"),
    ]
    assert loaded.text[loaded.page_starts[2] :].startswith("신청 방법\n신청서를")


def test_a_meaningful_title_of_the_properties_is_the_title() -> None:
    loaded = PdfLoader().load(pdf_file([(10, "글이다.")], title="인사 규정집"), "a.pdf")
    assert loaded.title == "인사 규정집"


def test_a_file_without_the_mark_of_a_pdf_is_malformed() -> None:
    with pytest.raises(MalformedFileError, match="not a PDF"):
        PdfLoader().load("그냥 글".encode(), "a.pdf")


def test_a_cut_file_is_malformed_or_gives_what_is_left() -> None:
    with pytest.raises(MalformedFileError, match="damaged"):
        PdfLoader().load(pdf_file([(10, "글이다.")])[:60], "a.pdf")


def test_blank_pages_are_empty() -> None:
    with pytest.raises(EmptyFileError):
        PdfLoader().load(pdf_file([], []), "a.pdf")


def test_many_threads_read_at_once() -> None:
    content = pdf_file(*([(10, f"{page}쪽의 글이다.")] for page in range(20)))
    with ThreadPoolExecutor(4) as pool:
        results = list(pool.map(lambda _: PdfLoader().load(content, "a.pdf"), range(12)))
    assert {result.text for result in results} == {results[0].text}


def test_a_word_broken_at_a_line_end_is_whole_again() -> None:
    pages = [lines(f"a consec{BROKEN_HYPHEN}tetuer e\ufb03cient word")]
    assert lay_out(pages).text == "a consectetuer efficient word"


def test_a_hyphen_stays_where_the_file_writes_the_word_with_it() -> None:
    pages = [lines(f"our cross{BROKEN_HYPHEN}encoder ranks", "A cross-encoder is slow.")]
    assert lay_out(pages).text.startswith("our cross-encoder ranks")


def test_a_hyphen_before_a_number_stays() -> None:
    assert lay_out([lines(f"코로나{BROKEN_HYPHEN}19 지침")]).text == "코로나-19 지침"


KOREAN_PROSE = lines(
    "보험회사에서 이미 판매했거나 앞으로 판매하게 될 상품의 약관에 대하여 ",
    "살펴보고 그에 따른 보험금 지급 문제의 개선 과제를 정리하며 재해보험금의 지",
    "급 기준을 정립함에 있어서 중요한 잣대가 될 것으로 보이는 사례를 들어 ",
    "설명하고자 한다.",
    "다음 문단은 새 줄에서 시작한다.",
)


def test_korean_lines_are_joined_with_a_space_only_where_the_file_has_one() -> None:
    text = lay_out([KOREAN_PROSE]).text
    assert "약관에 대하여 살펴보고" in text
    assert "재해보험금의 지급 기준을" in text
    assert text.endswith("설명하고자 한다.\n다음 문단은 새 줄에서 시작한다.")


def test_korean_lines_stay_apart_when_the_file_keeps_no_spaces_at_line_ends() -> None:
    bare = [Line(line.text.rstrip(), line.size) for line in KOREAN_PROSE]
    assert "대하여\n살펴보고" in lay_out([bare]).text


def test_english_lines_of_a_paragraph_are_joined_and_list_items_are_not() -> None:
    pages = [
        lines(
            "The purpose of this paper is to describe a variety of activities that might",
            "be described as a safety audit applied to an existing road or a network.",
            "• what the first item of a list says, at such a length that it fills the line",
            "• what the second item says",
        )
    ]
    text = lay_out(pages).text
    assert "that might be described" in text
    assert text.count("\n") == 2


def test_rows_of_numbers_stay_on_their_lines() -> None:
    rows = [
        "2024 1,204 3,911 5,501 12.1 9.4 1,024 2,222",
        "2025 1,301 4,002 5,766 12.9 9.9 1,101 2,345",
    ]
    assert lay_out([lines(*rows)]).text == "\n".join(rows)


def test_page_starts_point_at_first_lines_and_empty_pages_have_one_too() -> None:
    layout = lay_out([lines("하나"), [], lines("셋")])
    assert layout.text == "하나\n셋"
    assert layout.page_starts == (0, 2, 3)


def test_the_outline_gives_the_headings_when_its_titles_stand_in_the_text() -> None:
    layout = lay_out([lines("머리말 1", "1. 목 적", "본문에 목적이 있다."), lines("2. 범위", "글")])
    bookmarks = [Bookmark("목적", 1, 0), Bookmark("범위", 2, 1)]
    starts = [layout.text.index("목 적"), layout.text.index("범위")]
    assert find_headings(layout, bookmarks) == (
        Heading(starts[0], 1, "목적"),
        Heading(starts[1], 2, "범위"),
    )


def test_an_outline_that_does_not_fit_the_text_is_not_used() -> None:
    layout = lay_out([[Line("큰 제목", 18), *KOREAN_PROSE]])
    headings = find_headings(layout, [Bookmark("Slide 1", 1, 0), Bookmark("끝", 1, 9)])
    assert headings == (Heading(0, 1, "큰 제목"),)


def test_running_titles_page_numbers_and_documents_all_in_large_type_give_no_headings() -> None:
    running = lay_out([[Line("우리 회사", 18), Line("3", 30), *KOREAN_PROSE]] * 3)
    assert find_headings(running, []) == ()
    mixed = lay_out([[*lines("작은 글자가 조금 더 많다 그래도"), Line("큰 글자도 많이 있다", 20)]])
    assert find_headings(mixed, []) == ()


def test_a_heading_over_two_lines_is_one_heading() -> None:
    layout = lay_out([[Line("보험약관상 재해보험금", 18), Line("지급문제", 18), *KOREAN_PROSE]])
    assert find_headings(layout, []) == (Heading(0, 1, "보험약관상 재해보험금 지급문제"),)
