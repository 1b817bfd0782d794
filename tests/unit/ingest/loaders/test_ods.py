import pytest

from ingest.document import LoadedDocument
from ingest.errors import FileTooLargeError
from ingest.loaders.ods import OdsLoader
from tests.sample_odf import cells_xml, odf_file, sheet_xml


def load(*sheets: str, styles: str = "") -> LoadedDocument:
    return OdsLoader().load(odf_file("spreadsheet", "".join(sheets), styles=styles), "매출.ods")


def test_a_sheet_stands_under_its_name_and_cells_are_what_a_person_sees() -> None:
    shown = '<table:table-cell office:value="0.256"><text:p>25.6%</text:p></table:table-cell>'
    loaded = load(sheet_xml("1월", cells_xml("지점", "비율"), cells_xml("서울") + shown))
    assert loaded.text == "1월\n\n| 지점 | 비율 |\n| --- | --- |\n| 서울 | 25.6% |"
    assert [heading.text for heading in loaded.headings] == ["1월"]


def test_a_value_that_the_file_does_not_show_is_read_and_one_shown_as_nothing_is_not() -> None:
    value = '<table:table-cell office:value="7"/>'
    hidden = '<table:table-cell office:value="8"><text:p/></table:table-cell>'
    assert load(sheet_xml("시트", value + hidden)).text == "시트\n\n7"


def test_hidden_sheets_rows_and_columns_are_left_out() -> None:
    columns = '<table:table-column/><table:table-column table:visibility="collapse"/>'
    style = (
        '<style:style style:name="ta2" style:family="table">'
        '<style:table-properties table:display="false"/></style:style>'
    )
    shown = sheet_xml(
        "보임", cells_xml("가", "비밀", "나"), "ROW", cells_xml("다", "비밀", "라"), columns=columns
    )
    shown = shown.replace(
        "<table:table-row>ROW",
        f'<table:table-row table:visibility="filter">{cells_xml("비밀")}',
    )
    loaded = load(shown, sheet_xml("숨김", cells_xml("비밀"), style="ta2"), styles=style)
    assert loaded.text == "보임\n\n| 가 | 나 |\n| --- | --- |\n| 다 | 라 |"


def test_repeated_cells_and_rows_are_written_out_and_empty_ones_are_not() -> None:
    twice = (
        '<table:table-cell table:number-columns-repeated="2"><text:p>가</text:p></table:table-cell>'
    )
    empty = '<table:table-cell table:number-columns-repeated="16000"/>'
    rows = sheet_xml("시트", cells_xml("a", "b"), twice + empty).replace(
        f"<table:table-row>{twice}", f'<table:table-row table:number-rows-repeated="2">{twice}'
    )
    assert load(rows).text == "시트\n\n| a | b |\n| --- | --- |\n| 가 | 가 |\n| 가 | 가 |"


def test_cells_repeated_without_end_are_refused() -> None:
    rows = sheet_xml("시트", cells_xml("가")).replace(
        "<table:table-row>", '<table:table-row table:number-rows-repeated="1048576">'
    )
    with pytest.raises(FileTooLargeError, match="filled cells"):
        load(rows)


def test_a_label_merged_over_rows_stands_in_each_of_them_and_comments_are_left_out() -> None:
    merged = (
        '<table:table-cell table:number-rows-spanned="2"><office:annotation><text:p>메모</text:p>'
        "</office:annotation><text:p>인사</text:p></table:table-cell>"
    )
    loaded = load(
        sheet_xml(
            "시트",
            cells_xml("부서", "이름"),
            merged + cells_xml("김"),
            "<table:covered-table-cell/>" + cells_xml("이"),
        )
    )
    assert loaded.text == "시트\n\n| 부서 | 이름 |\n| --- | --- |\n| 인사 | 김 |\n| 인사 | 이 |"
