import pytest

from index.errors import MissingExtraError
from ingest.document import Heading
from ingest.errors import EmptyFileError, EncryptedFileError, MalformedFileError
from ingest.loaders.base import Loader, RawDocument


class FixedLoader(Loader):
    """Returns what it was given, or raises it."""

    name = "fixed"
    revision = 3
    media_type = "text/x-fixed"

    def __init__(self, result: RawDocument | Exception) -> None:
        self._result = result

    def _load(self, content: bytes, name: str) -> RawDocument:  # noqa: ARG002 - the contract
        if isinstance(self._result, Exception):
            raise self._result
        return self._result


def test_headings_and_pages_are_moved_onto_the_normalised_text() -> None:
    raw = RawDocument(
        text="\ufeff\x0c제\u200b1조\u00a0목적\r\n본문\x0c제2조\r\n끝",
        headings=(Heading(2, 1, "제\u200b1조\u00a0목적"), Heading(14, 1, "제2조")),
        page_starts=(0, 13),
    )
    loaded = FixedLoader(raw).load(b"x", "규정.fix")
    assert loaded.text == "\n제1조 목적\n본문\n제2조\n끝"
    assert loaded.headings == (Heading(1, 1, "제1조 목적"), Heading(11, 1, "제2조"))
    assert loaded.page_starts == (0, 10)


def test_the_first_page_starts_at_zero_even_when_it_begins_with_blank_lines() -> None:
    loaded = FixedLoader(RawDocument(text="\n\n본문", page_starts=(0,))).load(b"x", "a.fix")
    assert loaded.page_starts == (0,)


def test_a_file_without_title_is_called_by_its_name() -> None:
    name = "\u1112\u1172\u1100\u1161 규정.v2.fix"
    assert FixedLoader(RawDocument(text="글")).load(b"x", name).title == "휴가 규정.v2"


def test_a_heading_without_visible_characters_is_left_out() -> None:
    raw = RawDocument(text="본문", headings=(Heading(0, 1, "\u200b "),))
    assert FixedLoader(raw).load(b"x", "a.fix").headings == ()


def test_metadata_is_one_line_each_and_never_empty() -> None:
    raw = RawDocument(text="글", metadata={"author": " 김\u200b하늘\n", "subject": "\x00"})
    assert FixedLoader(raw).load(b"x", "a.fix").metadata == {"author": "김하늘"}


@pytest.mark.parametrize(("content", "text"), [(b"", "never read"), (b"x", " \n\u200b\x0c")])
def test_a_file_without_text_is_empty(content: bytes, text: str) -> None:
    with pytest.raises(EmptyFileError, match="빈 파일"):
        FixedLoader(RawDocument(text=text)).load(content, "빈 파일.fix")


def test_a_foreign_error_becomes_a_malformed_file_with_its_cause() -> None:
    cause = KeyError("word/document.xml")
    with pytest.raises(MalformedFileError, match=r"a\.fix cannot be read.*save it again") as caught:
        FixedLoader(cause).load(b"x", "a.fix")
    assert caught.value.__cause__ is cause


@pytest.mark.parametrize(
    "error", [EncryptedFileError("locked"), MissingExtraError("x"), MemoryError()]
)
def test_errors_of_our_own_and_lack_of_memory_pass_through(error: Exception) -> None:
    with pytest.raises(type(error)):
        FixedLoader(error).load(b"x", "a.fix")


def test_the_version_names_loader_and_revision() -> None:
    assert FixedLoader(RawDocument(text="")).version.startswith("fixed-3.")
