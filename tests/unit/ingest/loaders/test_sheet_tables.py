from collections.abc import Sequence

import pytest

from ingest.errors import FileTooLargeError
from ingest.loaders import sheet_grid
from ingest.loaders.sheet_grid import CellBudget, Sheet, Span
from ingest.loaders.sheet_tables import SheetTable, tables_of


def sheet(rows: Sequence[Sequence[str]], *spans: Span) -> Sheet:
    made = Sheet("시트", CellBudget("a.xlsx"), spans=list(spans))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            made.put(number, column, text)
    return made


def only(rows: Sequence[Sequence[str]], *spans: Span) -> SheetTable:
    (table,) = tables_of(sheet(rows, *spans))
    return table


def test_the_first_row_of_several_cells_is_the_header_and_lines_above_are_captions() -> None:
    table = only([["2024년 매출"], [], ["(단위: 천원)"], ["지점", "매출"], ["서울", "10"]])
    assert table.captions == ("2024년 매출", "(단위: 천원)")
    assert table.header == ("지점", "매출")
    assert table.rows == [("서울", "10")]


def test_blank_lines_part_tables_and_empty_columns_are_left_out() -> None:
    tables = tables_of(sheet([["a", "", "b"], ["1", "", "2"], [], ["", "c", "d"], ["", "3", "4"]]))
    assert [table.header for table in tables] == [("a", "b"), ("c", "d")]
    assert [table.rows for table in tables] == [[("1", "2")], [("3", "4")]]


def test_rows_with_numbers_below_a_blank_line_belong_to_the_table_above() -> None:
    table = only([["지점", "매출"], ["서울", "10"], [], ["부산", "20"], ["대구", "30"]])
    assert table.rows == [("서울", "10"), ("부산", "20"), ("대구", "30")]


def test_a_blank_line_below_the_header_parts_nothing() -> None:
    table = only([["지점", "매출", "이익"], [], ["서울", "10", "1"], ["부산", "20", "2"]])
    assert table.header == ("지점", "매출", "이익")
    assert len(table.rows) == 2


def test_a_hidden_row_is_no_blank_line() -> None:
    made = sheet([["지점", "비고"], [], ["서울", "글"]])
    made.hide(1)
    (table,) = tables_of(made)
    assert table.rows == [("서울", "글")]


def test_years_head_columns_and_other_numbers_do_not() -> None:
    assert only([["구분", "2023", "2024"], ["매출", "1", "2"]]).header == ("구분", "2023", "2024")
    assert only([["1", "2", "합"], ["3", "4", "합"]]).header == ()


def test_a_header_of_two_rows_becomes_one() -> None:
    table = only(
        [["구분", "2024년", ""], ["", "상반기", "하반기"], ["매출", "10", "20"]],
        Span(0, 1, 0, 0),
        Span(0, 0, 1, 2),
    )
    assert table.header == ("구분", "2024년 상반기", "2024년 하반기")
    assert table.rows == [("매출", "10", "20")]


def test_a_label_merged_over_rows_stands_in_each_of_them() -> None:
    table = only([["부서", "이름"], ["인사", "김"], ["", "이"], ["", "박"]], Span(1, 3, 0, 0))
    assert table.rows == [("인사", "김"), ("인사", "이"), ("인사", "박")]


def test_a_unit_and_a_date_above_the_header_are_captions() -> None:
    table = only([["단위: 원", "", "", "6월"], ["a", "b", "c", "d"], ["x", "1", "2", "3"]])
    assert table.captions == ("단위: 원", "6월")
    assert table.header == ("a", "b", "c", "d")


def test_lines_without_a_table_are_captions_only() -> None:
    assert only([["안내"], ["첫째 줄"]]) == SheetTable(("안내", "첫째 줄"))


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_grid, "_MOST_CELLS", 3)
    with pytest.raises(FileTooLargeError, match=r"a\.xlsx has more than 3 filled cells"):
        sheet([["a", "b"], ["c", "d"]])


def test_cells_spread_over_too_large_an_area_are_refused() -> None:
    made = Sheet("시트", CellBudget("a.xlsx"))
    for place in range(5_000):
        made.put(place, place, "a")
        made.put(place, place + 1, "b")
    with pytest.raises(FileTooLargeError, match="5,000 rows and 5,001 columns, mostly empty"):
        tables_of(made)
