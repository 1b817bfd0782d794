from collections.abc import Mapping

import pytest

from ingest.document import Heading, LoadedDocument
from ingest.errors import EmptyFileError, ImageOnlyError, MalformedFileError
from ingest.loaders.image import ImageLoader
from ingest.loaders.pdf_rendering import PagePicture
from ingest.ocr.base import Recogniser
from ingest.ocr.parsing import ParseWithOcr


class Shown(Recogniser):
    """Recognises what the fake pictures say."""

    @property
    def version(self) -> str:
        return "ocr-0.kor"

    def recognise(self, picture: bytes, name: str) -> list[str]:
        if picture.endswith(b"broken"):
            raise MalformedFileError(f"{name} is broken")
        return picture.rpartition(b"255\n")[2].decode().split("\f")


def render(_: str, content: bytes, page: int) -> PagePicture:
    pages = content.decode().split("|")
    return PagePicture(len(pages), 1, 1, pages[page - 1].encode())


def only_pictures(name: str, _: bytes) -> LoadedDocument:
    raise ImageOnlyError(f"{name} holds pictures")


def parsed(content: str, document: LoadedDocument | None = None) -> LoadedDocument:
    parse = only_pictures if document is None else lambda *_: document
    return ParseWithOcr(parse, render, Shown())("스캔.pdf", content.encode())


def document(
    text: str, page_starts: tuple[int, ...], metadata: Mapping[str, str]
) -> LoadedDocument:
    headings = (Heading(0, 1, "가"), Heading(text.index("다"), 1, "다"))
    return LoadedDocument(text, "제목", "application/pdf", headings, page_starts, metadata)


def test_a_pdf_of_pictures_is_read_page_by_page() -> None:
    found = parsed("첫 쪽.||둘째 쪽.\n끝.")
    assert found.text == "첫 쪽.\n둘째 쪽.\n끝."
    assert found.page_starts == (0, 4, 5)
    assert (found.title, found.media_type) == ("스캔", "application/pdf")
    assert found.metadata == {"ocr": "1, 3", "pages_without_text": "2"}


def test_pages_without_text_take_their_places_between_those_that_have_it() -> None:
    whole = document("가 나\n다 라", (0, 3, 4), {"author": "나", "pages_without_text": "2"})
    found = parsed("|사진 속 글|", whole)
    assert found.text == "가 나\n사진 속 글\n다 라"
    assert found.page_starts == (0, 4, 11)
    starts = [found.text[heading.start] for heading in found.headings]
    assert starts == ["가", "다"]
    assert found.metadata == {"author": "나", "ocr": "2"}


def test_a_document_whose_pages_all_hold_text_or_nothing_is_left_as_it_is() -> None:
    whole = document("가\n다", (0, 2, 3), {"pages_without_text": "3"})
    assert parsed("||", whole) is whole


def test_a_page_that_cannot_be_recognised_does_not_lose_the_others() -> None:
    found = parsed("첫 쪽|broken|셋째 쪽")
    assert found.text == "첫 쪽\n셋째 쪽"
    assert found.metadata["pages_without_text"] == "2"


def test_pictures_in_which_nothing_is_recognised_are_empty() -> None:
    with pytest.raises(
        EmptyFileError, match=r"No text was recognised in the pictures of 스캔\.pdf"
    ):
        parsed(" | ")


def test_a_picture_is_recognised_as_it_is_and_may_have_pages() -> None:
    parse = ParseWithOcr(lambda name, content: ImageLoader().load(content, name), render, Shown())
    found = parse("영수증.TIFF", "한 장\f두 장".encode())
    assert (found.text, found.page_starts) == ("한 장\n두 장", (0, 4))
    assert found.media_type == "image/tiff"


def test_without_recognition_a_picture_says_which_setting_reads_it() -> None:
    with pytest.raises(ImageOnlyError, match="MUREUM_INGEST_OCR=true"):
        ImageLoader().load(b"PNG", "영수증.png")
