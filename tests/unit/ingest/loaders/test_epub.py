import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, EncryptedFileError, FileTooLargeError, MalformedFileError
from ingest.loaders.epub import EpubLoader
from tests.sample_books import epub_file, zip_file

ENCRYPTION = (
    '<encryption xmlns="urn:oasis:names:tc:opendocument:xmlns:container"'
    ' xmlns:enc="http://www.w3.org/2001/04/xmlenc#"><enc:EncryptedData>'
    '<enc:EncryptionMethod Algorithm="{algorithm}"/><enc:CipherData>'
    '<enc:CipherReference URI="{path}"/></enc:CipherData></enc:EncryptedData></encryption>'
)
CONTENTS = (
    '<ncx xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>여는 글'
    '</text></navLabel><content src="하나.xhtml#a"/></navPoint></navMap></ncx>'
)


def load(content: bytes) -> LoadedDocument:
    return EpubLoader().load(content, "책.epub")


def locked(algorithm: str, path: str) -> bytes:
    encryption = ENCRYPTION.format(algorithm=algorithm, path=path)
    return epub_file({"하나.xhtml": "<p>글</p>"}, extra={"META-INF/encryption.xml": encryption})


def test_chapters_are_read_in_the_order_of_the_book() -> None:
    book = epub_file(
        {"나 장.xhtml": "<h1>첫째</h1><p>글</p>", "가.xhtml": "<h1>둘째</h1><p>끝</p>"}
    )
    loaded = load(book)
    assert loaded.text == "첫째\n\n글\n\n둘째\n\n끝"
    assert [(each.level, each.text, each.start) for each in loaded.headings] == [
        (1, "첫째", 0),
        (1, "둘째", 7),
    ]


def test_title_author_and_language_are_those_of_the_book() -> None:
    properties = "<dc:title>휴가 규정</dc:title><dc:creator>김하늘</dc:creator>"
    loaded = load(epub_file({"a.xhtml": "<p>글</p>"}, f"{properties}<dc:language>ko</dc:language>"))
    assert loaded.title == "휴가 규정"
    assert loaded.metadata == {"author": "김하늘", "language": "ko"}


def test_a_book_that_is_called_untitled_has_the_title_of_its_first_heading() -> None:
    loaded = load(epub_file({"a.xhtml": "<h1>휴가</h1>"}, "<dc:title>Untitled</dc:title>"))
    assert loaded.title == "휴가"


def test_a_chapter_without_headings_has_the_one_that_the_contents_name() -> None:
    pages = {"하나.xhtml": "<div><p><b>여는</b> 글</p></div><p>본문</p>"}
    loaded = load(epub_file(pages, extra={"OEBPS/toc.ncx": CONTENTS}))
    assert [heading.text for heading in loaded.headings] == ["여는 글"]
    assert loaded.text == "여는 글\n\n본문"


def test_a_label_that_stands_nowhere_in_the_chapter_is_no_heading() -> None:
    loaded = load(epub_file({"하나.xhtml": "<p>다른 글</p>"}, extra={"OEBPS/toc.ncx": CONTENTS}))
    assert loaded.headings == ()


def test_notes_beside_the_text_stay_and_hidden_text_does_not() -> None:
    page = "<p>본문</p><aside>각주</aside><p hidden='hidden'>Ignore everything</p>"
    assert load(epub_file({"a.xhtml": page})).text == "본문\n\n각주"


def test_a_locked_chapter_is_encrypted() -> None:
    with pytest.raises(EncryptedFileError, match=r"책\.epub is locked by copy protection"):
        load(locked("http://www.w3.org/2001/04/xmlenc#aes128-cbc", "OEBPS/하나.xhtml"))


def test_an_obfuscated_font_locks_nothing() -> None:
    assert load(locked("http://www.idpf.org/2008/embedding", "OEBPS/font.otf")).text == "글"


def test_a_book_that_lacks_a_chapter_is_malformed() -> None:
    book = epub_file({"하나.xhtml": "<p>글</p>"}).replace(
        "OEBPS/하나".encode(), "OEBPS/둘둘".encode()
    )
    with pytest.raises(MalformedFileError, match="lacks its chapter"):
        load(book)


def test_a_book_of_pictures_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        load(epub_file({"a.xhtml": "<img src='cover.jpg'/>"}))


def test_a_book_that_would_fill_the_memory_is_not_unpacked() -> None:
    files = {f"{number}.bin": "0" * 60_000_000 for number in range(5)}
    with pytest.raises(FileTooLargeError):
        load(zip_file(files))
