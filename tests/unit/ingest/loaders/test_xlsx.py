import zipfile
from datetime import date
from io import BytesIO
from typing import Any

import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, FileTooLargeError, MalformedFileError
from ingest.loaders import sheet_grid
from ingest.loaders.xlsx import XlsxLoader
from tests.sample_sheets import workbook, xlsx_file


def load(content: bytes) -> LoadedDocument:
    return XlsxLoader().load(content, "매출.xlsx")


def rewritten(content: bytes, old: bytes, new: bytes) -> bytes:
    target = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for entry in source.infolist():
            copy.writestr(entry.filename, source.read(entry).replace(old, new))
    return target.getvalue()


def test_sheets_stand_under_their_names_in_order() -> None:
    loaded = load(xlsx_file({"1월": [["지점", "매출"], ["서울", 10]], "2월": [["글"]]}))
    assert loaded.text == "1월\n\n| 지점 | 매출 |\n| --- | --- |\n| 서울 | 10 |\n\n2월\n\n글"
    assert [(heading.level, heading.text) for heading in loaded.headings] == [
        (1, "1월"),
        (1, "2월"),
    ]
    assert loaded.title == "매출"


def test_cells_are_what_a_person_sees() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        formats = ["0.0%", '"₩"#,##0', 'yyyy"년" m"월" d"일"', ";;;"]
        sheet.write_row(0, 0, ["비율", "금액", "날짜", "숨은 값", "합계", "맞음"])
        percent, money, day, nothing = (book.add_format({"num_format": code}) for code in formats)
        sheet.write(1, 0, 0.256, percent)
        sheet.write(1, 1, 1_200_000, money)
        sheet.write_datetime(1, 2, date(2024, 3, 5), day)
        sheet.write(1, 3, 99, nothing)
        sheet.write_formula(1, 4, "=A2+B2", None, "1200000.256")
        sheet.write(1, 5, True)

    assert (
        "| 25.6% | ₩1,200,000 | 2024년 3월 5일 |  | 1200000.256 | TRUE |"
        in load(workbook(fill)).text
    )


def test_hidden_sheets_rows_and_columns_are_left_out() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("보이는 시트")
        for row in range(4):
            sheet.write_row(row, 0, [f"가{row}", f"나{row}", f"다{row}"])
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_column(1, 1, None, None, {"hidden": True})
        book.add_worksheet("숨긴 시트").hide()
        book.add_worksheet("깊이 숨긴 시트").very_hidden()
        for hidden in book.worksheets()[1:]:
            hidden.write(0, 0, "비밀")

    loaded = load(workbook(fill))
    assert [heading.text for heading in loaded.headings] == ["보이는 시트"]
    assert "| 가2 | 다2 |" in loaded.text
    for left_out in ("가1", "나0", "비밀"):
        assert left_out not in loaded.text


def test_merged_cells_make_sense() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet()
        sheet.merge_range(0, 0, 1, 0, "부서")
        sheet.merge_range(0, 1, 0, 2, "2024년")
        sheet.write_row(1, 1, ["상반기", "하반기"])
        sheet.merge_range(2, 0, 3, 0, "인사")
        sheet.write_row(2, 1, [1, 2])
        sheet.write_row(3, 1, [3, 4])

    assert load(workbook(fill)).text == (
        "Sheet1\n\n| 부서 | 2024년 상반기 | 2024년 하반기 |\n| --- | --- | --- |\n"
        "| 인사 | 1 | 2 |\n| 인사 | 3 | 4 |"
    )


def test_a_chart_gives_its_title_and_numbers() -> None:
    def fill(book: Any) -> None:
        sheet = book.add_worksheet("자료")
        chart = book.add_chart({"type": "column"})
        for row, cells in enumerate([["지점", "매출"], ["서울", 10], ["부산", 20]]):
            sheet.write_row(row, 0, cells)
        chart.add_series(
            {"name": "=자료!$B$1", "categories": "=자료!$A$2:$A$3", "values": "=자료!$B$2:$B$3"}
        )
        chart.set_title({"name": "지점별 매출"})
        sheet.insert_chart("D2", chart)

    text = load(workbook(fill)).text
    assert text.endswith("지점별 매출\n\n|  | 매출 |\n| --- | --- |\n| 서울 | 10 |\n| 부산 | 20 |")


def test_a_box_that_lies_on_the_cells_is_read() -> None:
    def fill(book: Any) -> None:
        book.add_worksheet("안내").insert_textbox(1, 1, "상자 안의 글")

    assert load(workbook(fill)).text == "안내\n\n상자 안의 글"


def test_readings_of_hanja_and_styles_inside_a_cell_do_not_matter() -> None:
    def fill(book: Any) -> None:
        bold = book.add_format({"bold": True})
        book.add_worksheet().write_rich_string(0, 0, "굵은 ", bold, "글MARK", "자")

    content = rewritten(
        workbook(fill),
        b"<t>\xea\xb8\x80MARK</t></r>",
        "<t>글</t></r><rPh><t>よみ</t></rPh>".encode(),
    )
    assert load(content).text == "Sheet1\n\n굵은 글자"


def test_properties_give_title_and_author() -> None:
    def fill(book: Any) -> None:
        book.set_properties({"title": "월별 매출", "author": "김하늘"})
        book.add_worksheet().write(0, 0, "글")

    loaded = load(workbook(fill))
    assert loaded.title == "월별 매출"
    assert loaded.metadata == {"author": "김하늘"}


def test_a_workbook_of_empty_sheets_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        load(xlsx_file({"빈 시트": []}))


def test_strings_repeated_without_end_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_grid, "_MOST_CHARACTERS", 5_000)
    with pytest.raises(FileTooLargeError, match="split it"):
        load(xlsx_file({"시트": [["가" * 1_000] for _ in range(6)]}))


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = b'<!DOCTYPE sst [<!ENTITY a "boom"><!ENTITY b "&a;&a;">'
    bomb += b'<!ENTITY c SYSTEM "file:///etc/passwd">]>'
    content = rewritten(xlsx_file({"시트": [["앞 MARK"]]}), b"MARK", b"&b;&c;")
    content = rewritten(content, b"<sst ", bomb + b"<sst ")
    loaded = load(content)
    assert "boom" not in loaded.text
    assert "root:" not in loaded.text
    assert "앞" in loaded.text


def test_an_archive_without_a_workbook_is_malformed() -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        made.writestr("readme.txt", "글")
    with pytest.raises(MalformedFileError, match="save it again"):
        load(target.getvalue())
