import pytest

from ingest.document import LoadedDocument
from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.xls import XlsLoader
from tests.sample_sheets import OldSheet, xls_file, xlsx_file


def load(content: bytes) -> LoadedDocument:
    return XlsLoader().load(content, "명부.xls")


def test_cells_are_what_a_person_sees() -> None:
    rows = [["이름", "입사", "비율"], ["김하늘", (45000, 'yyyy"년" m"월"'), (0.256, "0.0%")]]
    assert load(xls_file(OldSheet("명부", rows))).text == (
        "명부\n\n| 이름 | 입사 | 비율 |\n| --- | --- | --- |\n| 김하늘 | 2023년 3월 | 25.6% |"
    )


def test_hidden_sheets_rows_and_columns_are_left_out() -> None:
    shown = OldSheet(
        "명부",
        [["이름", "비밀", "부서"], ["숨은 행"], ["김하늘", "숨은 열", "인사"]],
        hidden_rows=[1],
        hidden_columns=[1],
    )
    loaded = load(xls_file(OldSheet("숨은 시트", [["글"]], hidden=True), shown))
    assert loaded.text == "명부\n\n| 이름 | 부서 |\n| --- | --- |\n| 김하늘 | 인사 |"


def test_a_label_merged_over_rows_stands_in_each_of_them() -> None:
    rows = [["부서", "이름"], ["인사", "김"], [None, "이"]]
    assert "| 인사 | 이 |" in load(xls_file(OldSheet("명부", rows, merged=[(1, 2, 0, 0)]))).text


def test_a_locked_workbook_is_encrypted() -> None:
    with pytest.raises(EncryptedFileError, match="password"):
        load(xls_file(OldSheet("명부", [["글"]]), locked=True))


def test_a_new_workbook_that_is_locked_is_encrypted_under_the_old_name_too() -> None:
    stream = "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(EncryptedFileError, match="password"):
        load(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512) + stream)


def test_a_new_workbook_under_the_old_name_is_read() -> None:
    assert load(xlsx_file({"명부": [["글"]]})).text == "명부\n\n글"


@pytest.mark.parametrize("encoding", ["utf-8", "cp949"])
def test_a_web_page_under_the_name_of_a_workbook_is_read(encoding: str) -> None:
    page = f'<html><meta charset="{encoding}"><table><tr><td>이름</td><td>부서</td></tr></table>'
    assert "| 이름 | 부서 |" in load(page.encode(encoding)).text


def test_something_else_is_malformed() -> None:
    with pytest.raises(MalformedFileError, match="save it again"):
        load("그냥 글이다.".encode())
