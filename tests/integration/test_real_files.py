"""Hundreds of real files of all origins, among them encrypted, scanned and broken ones."""

import html
import re
import time
from pathlib import Path

import pytest

from ingest.document import LoadedDocument
from ingest.errors import EncryptedFileError, ImageOnlyError, LoaderError, MalformedFileError
from ingest.loaders.registry import loader_for, suffixes

FILES = Path(__file__).parents[3] / "shared" / "data" / "loaders"
LONGEST_SECONDS = 30

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason=f"the real files are not at {FILES}")


def found() -> list[Path]:
    return sorted(path for path in FILES.rglob("*") if path.suffix.lower() in suffixes())


def loaded_or_error(path: Path) -> LoadedDocument | LoaderError:
    try:
        return load(path)
    except LoaderError as error:
        return error


def letters(markup: str) -> str:
    """Return the text without spaces and the signs that Markdown gives a meaning."""
    return re.sub(r"[\s#*_`\\]+", "", html.unescape(markup))


def load(path: Path) -> LoadedDocument:
    return loader_for(path.name).load(path.read_bytes(), path.name)


@pytest.mark.parametrize("path", found(), ids=lambda path: str(path.relative_to(FILES)))
def test_a_real_file_loads_or_says_why_not(path: Path) -> None:
    began = time.monotonic()
    outcome = loaded_or_error(path)
    if isinstance(outcome, LoaderError):
        assert path.name in str(outcome)
    else:
        assert outcome.text.strip()
        for heading in outcome.headings:
            following = outcome.text[heading.start : heading.start + 600]
            assert letters(following).startswith(letters(heading.text)[:40])
    assert time.monotonic() - began < LONGEST_SECONDS


@pytest.mark.parametrize(
    "name",
    [
        "unstructured/pdf/password.pdf",
        "pypdf/resources/libreoffice-writer-password.pdf",
        "pypdf/resources/encryption/r2-user-password.pdf",
        "pypdf/resources/encryption/r6-user-password.pdf",
        "format-corpus/pdfCabinetOfHorrors/encryption_openpassword.pdf",
    ],
)
def test_a_pdf_that_needs_a_password_is_encrypted(name: str) -> None:
    with pytest.raises(EncryptedFileError):
        load(FILES / name)


@pytest.mark.parametrize("name", ["r2-empty-password.pdf", "r6-owner-password.pdf"])
def test_a_pdf_that_anyone_may_open_is_read(name: str) -> None:
    assert load(FILES / "pypdf/resources/encryption" / name).text.strip()


@pytest.mark.parametrize(
    "name",
    [
        "py-pdf-sample-files/019-grayscale-image/grayscale-image.pdf",
        "pypdf/resources/imagemagick-lzw.pdf",
    ],
)
def test_a_pdf_of_pictures_is_image_only(name: str) -> None:
    with pytest.raises(ImageOnlyError, match="OCR"):
        load(FILES / name)


@pytest.mark.parametrize("suffix", [".txt", ".md", ".html"])
def test_an_old_word_file_under_a_text_name_is_malformed(suffix: str) -> None:
    content = (FILES / "format-corpus/pdfCabinetOfHorrors/fileAttachment.doc").read_bytes()
    with pytest.raises(MalformedFileError, match="old office document"):
        loader_for(f"a{suffix}").load(content, f"a{suffix}")


def test_the_korean_file_in_cp949_says_the_same_as_the_one_in_utf8() -> None:
    folder = FILES / "langchain-kr/06-DocumentLoader/data"
    texts = [load(folder / f"appendix-keywords-{code}.txt").text for code in ("CP949", "utf8")]
    assert texts[0] == texts[1]
    assert "정의: 의미론적 검색은" in texts[0]


def test_a_two_column_korean_pdf_has_whole_words_headings_and_pages() -> None:
    loaded = load(FILES / "docling/pdf/sources/normal_4pages.pdf")
    assert loaded.title == "코로나-19 관련 보험약관상 재해보험금 지급문제 및 개선과제"
    assert "상해나 재해로 인한 보험금의 경우 보장금액 등이 높게 책정되어 있다 보니" in loaded.text
    assert "“코로나바이러스감염증-19(COVID-19, 이하 “코로나-19”)”의 국내 확진자는" in loaded.text
    assert {"1 들어가며", "3 문제점", "4 개선과제", "5 맺으며"} <= {
        heading.text for heading in loaded.headings
    }
    assert len(loaded.page_starts) == 4
    assert "  " not in loaded.text


def test_a_korean_table_in_a_pdf_keeps_its_words() -> None:
    folder = FILES / "autorag/legacy/tests/resources/parse_data/korean_table/only_table"
    text = load(folder / "kbo_only_table.pdf").text
    assert "자동 투구 판정 시스템(ABS)을 도입하고, 주심의 볼·스트라이크 판정을 대체" in text


def words(text: str) -> list[str]:
    without_links = re.sub(r"\]\([^)]*\)|<!--.*?-->", " ", text)
    return re.findall(r"[^\W_]+", without_links)


@pytest.mark.parametrize("kind", ["html", "docx"])
def test_nearly_every_word_of_the_reference_conversions_is_found(kind: str) -> None:
    known = missing = 0
    for reference in sorted((FILES / f"docling/{kind}/groundtruth").glob("*.md")):
        expected = set(words(reference.read_text("utf-8")))
        text = load(FILES / f"docling/{kind}/sources" / reference.name.removesuffix(".md")).text
        known += len(expected)
        missing += len(expected - set(words(text)))
    assert missing <= 0.05 * known
