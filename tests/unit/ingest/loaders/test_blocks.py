import pytest

from ingest.document import Heading
from ingest.loaders.blocks import BlockBuilder, markdown_table
from ingest.loaders.titles import meaningful_title


def test_blocks_are_one_blank_line_apart_and_items_one_line() -> None:
    blocks = BlockBuilder()
    blocks.add("앞")
    blocks.add("- 하나", item=True)
    blocks.add("- 둘\n", item=True)
    blocks.add("  \n")
    blocks.add("뒤")
    assert blocks.text == "앞\n\n- 하나\n- 둘\n\n뒤"


def test_a_heading_is_one_line_at_its_place() -> None:
    blocks = BlockBuilder()
    blocks.add("앞")
    blocks.add_heading(" 제1조\n목적 ", 2)
    blocks.add_heading(" ", 1)
    assert blocks.headings == [Heading(3, 2, "제1조 목적")]
    assert blocks.text[3:] == "제1조 목적"


def test_a_table_is_filled_up_and_its_cells_are_one_line() -> None:
    rows = [["구분", "일수", "비고"], ["연차", "15\n일"], ["", " "], ["a|b"]]
    assert markdown_table(rows) == (
        "| 구분 | 일수 | 비고 |\n| --- | --- | --- |\n| 연차 | 15 일 |  |\n| a\\|b |  |  |"
    )


def test_a_table_without_text_is_nothing() -> None:
    assert markdown_table([[""], [" ", "\n"]]) == ""


@pytest.mark.parametrize(
    "title",
    [
        "",
        " ",
        "-",
        "Untitled-1",
        "제목 없음",
        "Microsoft Word - 규정.doc",
        "보고서_최종.hwp",
        "Document3",
        "문서 1",
        "PowerPoint 프레젠테이션",
        "untitled\x00",
    ],
)
def test_a_file_name_or_default_is_no_title(title: str) -> None:
    assert meaningful_title(title) == ""


@pytest.mark.parametrize("title", ["인사 규정", "Document Retention Policy", "문서 보안 지침"])
def test_what_a_person_wrote_is_a_title(title: str) -> None:
    assert meaningful_title(title) == title
