from ingest.chunking import chunk
from ingest.document import LoadedDocument
from ingest.loaders.blocks import BlockBuilder
from ingest.loaders.sheet_blocks import add_sheet, add_table
from ingest.loaders.sheet_grid import CellBudget, Sheet
from ingest.loaders.sheet_tables import SheetTable

HEADER = ("이름", "부서", "연락처")


def long_table(rows: int, *first: tuple[str, ...]) -> SheetTable:
    made = [
        (f"직원{number}", "인사팀", f"02-{number:04}-{number * 7 % 10_000:04}")
        for number in range(rows)
    ]
    return SheetTable((), HEADER, [*first, *made])


def written(table: SheetTable) -> BlockBuilder:
    blocks = BlockBuilder()
    add_table(blocks, table, "직원 명부")
    return blocks


def document(blocks: BlockBuilder) -> LoadedDocument:
    return LoadedDocument(blocks.text, "명부", "text/csv", tuple(blocks.headings))


def test_every_parent_and_every_searched_text_of_a_long_table_has_the_header() -> None:
    parents = chunk(document(written(long_table(400))))
    assert len(parents) > 5
    for parent in parents:
        read = "".join(child.text for child in parent.children)
        assert "| 이름 | 부서 | 연락처 |" in read
        for child in parent.children:
            assert "| 이름 | 부서 | 연락처 |" in child.indexed_text


def test_no_row_is_lost_or_told_twice() -> None:
    text = written(long_table(400)).text
    for number in range(400):
        assert text.count(f"| 직원{number} |") == 1


def test_a_new_row_moves_few_of_the_blocks() -> None:
    before = set(written(long_table(400)).text.split("직원 명부"))
    after = set(written(long_table(400, ("새 직원", "총무팀", "02"))).text.split("직원 명부"))
    assert len(after - before) <= 3


def test_rows_of_a_long_table_with_a_wide_header_name_their_values() -> None:
    header = tuple(f"아주 길고 자세한 항목 이름 {number}" for number in range(20))
    rows = [tuple(f"값{row}.{column}" for column in range(20)) for row in range(30)]
    text = written(SheetTable((), header, rows)).text
    assert "아주 길고 자세한 항목 이름 7: 값29.7;" in text
    assert "|" not in text


def test_a_table_that_fits_stays_a_table_however_wide_its_header() -> None:
    header = tuple(f"아주 길고 자세한 항목 이름 {number}" for number in range(20))
    text = written(SheetTable((), header, [tuple("x" * 20)])).text
    assert text.startswith("| 아주 길고")


def test_a_header_without_rows_is_kept() -> None:
    assert written(SheetTable((), HEADER)).text.startswith("| 이름 | 부서 | 연락처 |")


def test_a_sheet_stands_under_its_name_and_a_table_under_its_captions() -> None:
    sheet = Sheet("1분기", CellBudget("a.xlsx"), extras=["그림 제목"])
    for row, texts in enumerate(
        [["매출 현황"], ["(단위: 천원)"], ["지점", "매출"], ["서울", "10"]]
    ):
        for column, text in enumerate(texts):
            sheet.put(row, column, text)
    blocks = BlockBuilder()
    add_sheet(blocks, sheet)
    assert [(heading.level, heading.text) for heading in blocks.headings] == [
        (1, "1분기"),
        (2, "매출 현황 (단위: 천원)"),
    ]
    assert blocks.text.endswith("| 서울 | 10 |\n\n그림 제목")


def test_a_sheet_without_cells_is_left_out() -> None:
    blocks = BlockBuilder()
    add_sheet(blocks, Sheet("빈 시트", CellBudget("a.xlsx")))
    assert blocks.text == ""
