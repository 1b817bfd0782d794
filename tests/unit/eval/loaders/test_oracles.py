"""Which file is the oracle of which, and what is taken from it."""

import zipfile
from pathlib import Path

from eval.loaders.oracles import Oracle, oracle_of
from tests.sample_hwp import SMALLEST, compound_file


def write(path: Path, text: str = "연차는 15일입니다.") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_docling_has_the_text_of_a_source_under_its_whole_name(tmp_path: Path) -> None:
    source = write(tmp_path / "docx/sources/a.docx")
    write(tmp_path / "docx/groundtruth/a.docx.md", "# 휴가\n<!-- image -->\nBar chart\n바 chart")
    write(tmp_path / "docx/groundtruth/a.docx.itxt", "item-0")
    assert oracle_of(source) == Oracle("Docling", "# 휴가\n\n\n바 chart")


def test_a_file_elsewhere_or_without_its_twin_has_no_oracle(tmp_path: Path) -> None:
    write(tmp_path / "groundtruth/a.docx.md")
    assert oracle_of(write(tmp_path / "a.docx")) is None
    assert oracle_of(write(tmp_path / "sources/b.docx")) is None
    assert oracle_of(tmp_path / "groundtruth/a.docx.md") is None


def test_an_oracle_without_a_letter_is_none(tmp_path: Path) -> None:
    source = write(tmp_path / "html/sources/a.html")
    write(tmp_path / "html/groundtruth/a.html.md", "<!-- image -->\n")
    assert oracle_of(source) is None


def test_plain_text_of_a_pdf_lies_beside_it(tmp_path: Path) -> None:
    expected = write(tmp_path / "expected_outputs/a.md", "expected").parent
    write(tmp_path / "b.layout.txt", "layout")
    write(tmp_path / "c.txt", "text")
    found = {name: oracle_of(write(tmp_path / f"{name}.pdf")) for name in "abcd"}
    assert found == {
        "a": Oracle("MarkItDown", "expected"),
        "b": Oracle("pypdf", "layout"),
        "c": Oracle("plain text", "text"),
        "d": None,
    }
    assert expected.is_dir()


def test_conversions_of_pdf_files_say_nothing_of_other_formats(tmp_path: Path) -> None:
    write(tmp_path / "expected_outputs/a.md")
    write(tmp_path / "a.txt")
    assert oracle_of(write(tmp_path / "a.docx")) is None
    assert oracle_of(write(tmp_path / "a.epub")) == Oracle("plain text", "연차는 15일입니다.")


def test_hangul_files_hold_the_beginning_of_their_text(tmp_path: Path) -> None:
    preview = "<연차><15일>\r\n".ljust(SMALLEST // 2)
    (tmp_path / "a.hwp").write_bytes(compound_file({"PrvText": preview.encode("utf-16-le")}))
    with zipfile.ZipFile(tmp_path / "a.hwpx", "w") as archive:
        archive.writestr("Preview/PrvText.txt", preview)
    expected = Oracle("preview", preview, is_beginning=True)
    assert [oracle_of(tmp_path / name) for name in ("a.hwp", "a.hwpx")] == [expected, expected]


def test_hangul_files_without_a_preview_or_broken_ones_have_no_oracle(tmp_path: Path) -> None:
    (tmp_path / "a.hwp").write_bytes(compound_file({"FileHeader": b"a"}))
    with zipfile.ZipFile(tmp_path / "a.hwpx", "w") as archive:
        archive.writestr("mimetype", "application/hwp+zip")
    broken = [write(tmp_path / "b.hwp"), write(tmp_path / "b.hwpx")]
    for path in (tmp_path / "a.hwp", tmp_path / "a.hwpx", *broken):
        assert oracle_of(path) is None
