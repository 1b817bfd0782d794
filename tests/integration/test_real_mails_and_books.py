"""Real mails, books and RTF files: their text against what other readers make of them."""

import re
from pathlib import Path

import pytest

from ingest.document import LoadedDocument
from ingest.loaders.registry import loader_for

FILES = Path(__file__).parents[3] / "shared" / "data" / "loaders"

pytestmark = pytest.mark.skipif(not FILES.is_dir(), reason=f"the real files are not at {FILES}")


def load(name: str) -> LoadedDocument:
    path = FILES / name
    return loader_for(path.name).load(path.read_bytes(), path.name)


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


@pytest.mark.parametrize("suffix", [".epub", ".rtf"])
def test_a_book_has_all_words_of_its_text_edition_and_no_other(suffix: str) -> None:
    name = f"format-corpus/ebooks/calibre 0.9.0/lorem-ipsum{suffix}"
    text = (FILES / name).with_suffix(".txt").read_text(encoding="utf-8")
    assert words(load(name).text) == words(text)


def test_a_real_rtf_file_has_its_heading_and_its_table() -> None:
    loaded = load("unstructured/fake-doc.rtf")
    assert [(each.level, each.text) for each in loaded.headings] == [(1, "My First Heading")]
    assert "| Row 2, Cell 1 | Row 2, Cell 2 |" in loaded.text


def test_a_real_book_has_its_chapters_as_headings() -> None:
    loaded = load("markitdown/packages/markitdown/tests/test_files/test.epub")
    assert [each.text for each in loaded.headings] == [
        "Chapter 1: Test Content",
        "Chapter 2: More Content",
    ]


@pytest.mark.parametrize(
    ("name", "attachment"),
    [
        ("docling/email/sources/eml_with_attachment.eml", "test.txt"),
        ("docling/email/sources/msg_with_attachment.msg", "test.txt"),
        ("unstructured/eml/email-equals-attachment-filename.eml", "odd=file=name.txt"),
        ("unstructured/eml/email-inline-content-disposition.eml", "t.txt"),
    ],
)
def test_a_text_in_a_real_mail_is_a_section_under_its_name(name: str, attachment: str) -> None:
    loaded = load(name)
    assert [(each.level, each.text) for each in loaded.headings][1:] == [(2, attachment)]
    assert loaded.text[loaded.headings[1].start :].removeprefix(attachment).strip()


def test_a_mail_of_outlook_and_one_of_a_server_say_the_same() -> None:
    mails = [load(f"docling/email/sources/{kind}") for kind in ("eml_with_attachment.eml",)]
    mails.append(load("docling/email/sources/msg_with_attachment.msg"))
    assert len({mail.title for mail in mails}) == 1
    assert len({mail.metadata["author"] for mail in mails}) == 1
    assert len({mail.metadata["recipients"] for mail in mails}) == 1


def test_a_hebrew_mail_in_a_windows_code_page_is_read() -> None:
    loaded = load("unstructured/eml/email-no-utf8-2008-07-16.062410.eml")
    assert loaded.title.startswith("RE: ")
    hebrew = sum(1 for sign in loaded.text if "\u05d0" <= sign <= "\u05ea")
    assert hebrew > 1_000
    assert "\ufffd" not in loaded.text
