import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, FileTooLargeError
from ingest.loaders import sheet_grid
from ingest.loaders.csv import CsvLoader


def load(text: str, encoding: str = "utf-8") -> LoadedDocument:
    return CsvLoader().load(text.encode(encoding), "명부.csv")


TABLE = "| 이름 | 부서 |\n| --- | --- |\n| 김하늘 | 인사팀 |\n| 이바다 | 총무팀 |"


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp949"])
def test_separator_and_encoding_are_found_out(separator: str, encoding: str) -> None:
    text = "이름,부서\r\n김하늘,인사팀\r\n이바다,총무팀\r\n".replace(",", separator)
    assert load(text, encoding).text == TABLE


def test_the_separator_is_the_sign_that_parts_all_lines_alike() -> None:
    text = "품목;가격\n연필;1,50\n지우개;2,25\n"
    assert "| 연필 | 1,50 |" in load(text).text


def test_a_separator_that_the_file_names_is_believed() -> None:
    assert load("sep=;\n가,나;다\n라,마;바\n").text.startswith("| 가,나 | 다 |")


def test_quotes_hold_separators_quotes_and_line_ends() -> None:
    text = '이름,주소\n김하늘,"서울, ""중구""\n을지로 1"\n이바다,부산\n'
    assert '| 김하늘 | 서울, "중구" 을지로 1 |\n| 이바다 | 부산 |' in load(text).text


def test_a_quote_that_is_never_closed_swallows_no_rows() -> None:
    text = '이름,키\n김하늘,"180\n이바다,170\n박별,165\n'
    assert '| 김하늘 | "180 |\n| 이바다 | 170 |\n| 박별 | 165 |' in load(text).text


def test_a_very_long_cell_is_read() -> None:
    assert "가" * 140_000 in load(f"이름,글\n김하늘,{'가' * 140_000}\n").text


def test_short_and_long_rows_stay_rows() -> None:
    assert load("a,b\n1\n2,3,4\n").text == (
        "| a | b |  |\n| --- | --- | --- |\n| 1 |  |  |\n| 2 | 3 | 4 |"
    )


def test_lines_above_the_header_are_text() -> None:
    assert load("2024년 명부\n\n이름,부서\n김하늘,인사팀\n").text.startswith(
        "2024년 명부\n\n| 이름 | 부서 |"
    )


def test_one_column_is_a_table_too() -> None:
    assert load("업종\n제조업\n건설업\n").text == "| 업종 |\n| --- |\n| 제조업 |\n| 건설업 |"


def test_a_long_file_repeats_its_header_under_its_name() -> None:
    rows = "".join(f"직원{number},인사팀\n" for number in range(500))
    loaded = load(f"이름,부서\n{rows}")
    assert {heading.text for heading in loaded.headings} == {"명부"}
    assert loaded.text.count("| 이름 | 부서 |") == len(loaded.headings) + 1 > 3


def test_a_file_of_separators_is_empty() -> None:
    with pytest.raises(EmptyFileError, match="no values"):
        load(",,\n,,\n")


def test_too_many_cells_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet_grid, "_MOST_CELLS", 100)
    with pytest.raises(FileTooLargeError, match="more than 100 filled cells"):
        load("a,b\n" * 51)


def test_a_line_of_endless_separators_does_not_widen_all_others() -> None:
    with pytest.raises(FileTooLargeError, match="mostly empty"):
        load("a" + "," * 20_000 + "b\n" + "c,d\n" * 2_000)
