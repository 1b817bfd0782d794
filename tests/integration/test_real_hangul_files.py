"""HWP and HWPX files that Hangul wrote, against the preview of the text that lies in them."""

import re
import zipfile
from pathlib import Path

import olefile
import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError
from ingest.loaders.registry import loader_for

FILES = Path(__file__).parents[3] / "shared" / "data" / "loaders"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason=f"the real files are not at {FILES}")


def found() -> list[Path]:
    """Return the files whose preview holds letters; the others have none or show pictures only."""
    paths = (path for path in FILES.rglob("*") if path.suffix.lower() in {".hwp", ".hwpx"})
    return sorted(path for path in paths if letters(preview(path)))


def load(name: str | Path) -> LoadedDocument:
    path = FILES / name
    return loader_for(path.name).load(path.read_bytes(), path.name)


def preview(path: Path) -> str:
    """Return the text of the preview, "" where the file has none."""
    if path.suffix == ".hwpx":
        with zipfile.ZipFile(path) as archive:
            return archive.read("Preview/PrvText.txt").decode("utf-8", "ignore")
    with olefile.OleFileIO(path) as compound:
        if not compound.exists("PrvText"):
            return ""
        return compound.openstream("PrvText").read().decode("utf-16-le", "ignore")


def letters(text: str) -> str:
    """Return the text without spaces, marks of Markdown, and those around cells in a preview."""
    return re.sub(r"[\s<>|\\#*-]+", "", text)


@pytest.mark.parametrize("path", found(), ids=lambda path: str(path.relative_to(FILES)))
def test_every_letter_of_the_preview_is_found_in_its_order(path: Path) -> None:
    text = iter(letters(load(path).text))
    assert all(letter in text for letter in letters(preview(path)))


def test_a_caption_stands_above_its_table() -> None:
    text = load("hwplib/sample_hwp/basic/표.hwp").text
    assert text.startswith("표 1\n| ABC 123 | DEF | GHI |\n| --- | --- | --- |\n")


def test_hidden_comments_are_no_text() -> None:
    with pytest.raises(EmptyFileError):
        load("hwplib/sample_hwp/basic/숨은설명.hwp")


def test_glosses_and_overlaid_letters_are_text() -> None:
    assert load("hwplib/sample_hwp/basic/덧말.hwp").text.startswith("ABC(1234)")
    assert load("hwplib/sample_hwp/basic/글자겹침.hwp").text == "③40"


def test_outlines_are_headings() -> None:
    loaded = load("hwplib/sample_hwp/extracting_ParaHead.hwp")
    assert [heading.text for heading in loaded.headings][:6] == ["1", "2", "3", "4", "5", "6"]


def test_an_equation_is_its_script() -> None:
    text = load("hwpxlib/testFile/reader_writer/SimpleEquation.hwpx").text
    assert text.startswith('{"123"} over')
