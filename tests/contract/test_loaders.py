"""What every loader promises, whatever the format: one sample for each suffix of the table."""

import json
import unicodedata

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, LoaderError
from ingest.loaders.base import Loader
from ingest.loaders.registry import LOADERS, loader_for
from tests.sample_books import epub_file
from tests.sample_files import docx_file, pdf_file
from tests.sample_hwp import hwp_file, hwpx_file, hwpx_paragraph, paragraph
from tests.sample_mails import eml_file
from tests.sample_msg import Item, msg_file
from tests.sample_odf import cells_xml, frame_xml, odf_file, page_xml, sheet_xml
from tests.sample_rtf import rtf_file
from tests.sample_sheets import OldSheet, xls_file, xlsx_file
from tests.sample_slides import pptx_file

TEXT = "연차는 15일이다. 남은 날은 다음 해로 넘길 수 없고 팀장의 승인을 받는다."
DECOMPOSED = unicodedata.normalize("NFD", "휴가")
MARKDOWN = (
    f"\ufeff# {DECOMPOSED} 규정\r\n\r\n{TEXT}\u200b\r\n\r\n신청\r\n---\r\n\r\n끝\u00a0글.\r\n"
)
HTML = f"<h1>{DECOMPOSED} <i>규정</i></h1><p>{TEXT}&#8203;</p><h2>신청</h2><p>끝&nbsp;글.</p>"
SHEET = [["신청"], ["내용", "비고"], [f"{TEXT}\u200b", "끝\u00a0글."], ["예외", "없음"]]
PARAGRAPHS = ((1, f"{DECOMPOSED} 규정"), (0, f"{TEXT}\u200b"), (2, "신청"), (0, "끝\u00a0글."))
MAIL = f"<p>{TEXT}&#8203;</p><h1>신청</h1><p>끝&nbsp;글.</p>"
RECORDS = [{"name": f"{DECOMPOSED} 규정", "text": f"{TEXT}\u200b"}, {"신청": "끝\u00a0글."}]
XML = (
    f"<book><title>{DECOMPOSED} 규정</title><p>{TEXT}\u200b</p>"
    "<section><title>신청</title><p>끝\u00a0글.</p></section></book>"
)

SAMPLES: dict[str, bytes] = {
    "text": f"{DECOMPOSED} 규정\r\n\r\n{TEXT}\u200b\x0c신청\r끝\u00a0글.".encode(),
    "markdown": MARKDOWN.encode(),
    "html": HTML.encode(),
    "docx": docx_file(
        ("Heading 1", f"{DECOMPOSED} 규정"),
        ("Normal", f"{TEXT}\u200b"),
        ("Heading 2", "신청"),
        ("Normal", "끝\u00a0글."),
    ),
    "hwp": hwp_file(b"".join(paragraph(text, shape=level) for level, text in PARAGRAPHS)),
    "hwpx": hwpx_file("".join(hwpx_paragraph(text, shape=level) for level, text in PARAGRAPHS)),
    "epub": epub_file({"a.xhtml": HTML}),
    "rtf": rtf_file(
        (1, f"{DECOMPOSED} 규정"), (0, f"{TEXT}\u200b"), (2, "신청"), (0, "끝\u00a0글.")
    ),
    "eml": eml_file(f"{DECOMPOSED} 규정", MAIL),
    "msg": msg_file(Item({0x0037: f"{DECOMPOSED} 규정"}, {0x1013: MAIL.encode()})),
    "ipynb": json.dumps({"cells": [{"cell_type": "markdown", "source": MARKDOWN}]}).encode(),
    "json": json.dumps(RECORDS).encode(),
    "xml": XML.encode(),
    "code": f'# {DECOMPOSED} 규정\r\nTEXT = "{TEXT}\u200b"\r# 신청\n# 끝\u00a0글.'.encode(),
    "pdf": pdf_file([(20, "휴가 규정"), (10, TEXT)], [], [(14, "신청"), (10, "끝\u00a0글.")]),
    "xlsx": xlsx_file({f"{DECOMPOSED} 규정": SHEET}, title=f"{DECOMPOSED} 규정"),
    "xls": xls_file(OldSheet(f"{DECOMPOSED} 규정", SHEET)),
    "csv": f"{DECOMPOSED} 규정,신청\r\n{TEXT}\u200b,끝\u00a0글.\r\n".encode("utf-16"),
    "odt": odf_file(
        "text",
        f'<text:h text:outline-level="1">{DECOMPOSED} 규정</text:h><text:p>{TEXT}&#8203;</text:p>'
        '<text:h text:outline-level="2">신청</text:h><text:p>끝&#160;글.</text:p>',
    ),
    "ods": odf_file(
        "spreadsheet",
        sheet_xml(f"{DECOMPOSED} 규정", *(cells_xml(*row) for row in SHEET)),
        title=f"{DECOMPOSED} 규정",
    ),
    "odp": odf_file(
        "presentation",
        page_xml(frame_xml(f"{DECOMPOSED} 규정", kind="title"), frame_xml(f"{TEXT}&#8203;"))
        + page_xml(frame_xml("신청\n끝&#160;글.")),
    ),
    "pptx": pptx_file((f"{DECOMPOSED} 규정", [f"{TEXT}\u200b"]), ("", ["신청: 끝\u00a0글."])),
}
WITH_HEADINGS = [
    "markdown",
    "html",
    "docx",
    "hwp",
    "hwpx",
    "epub",
    "pdf",
    "rtf",
    "eml",
    "xlsx",
    "odt",
    "ods",
    "msg",
    "ipynb",
    "xml",
]
WITH_TITLES = [*WITH_HEADINGS, "pptx", "odp"]
NAMES = {loader_for(f"a{suffix}").name: f"문서{suffix}" for suffix in reversed(LOADERS)}


@pytest.fixture(params=sorted(NAMES))
def loader(request: pytest.FixtureRequest) -> Loader:
    return loader_for(NAMES[request.param])


def sample(loader: Loader) -> LoadedDocument:
    return loader.load(SAMPLES[loader.name], NAMES[loader.name])


def test_every_loader_of_the_table_has_a_sample() -> None:
    assert set(NAMES) == set(SAMPLES)


def test_no_two_loaders_share_a_name() -> None:
    classes = {type(loader_for(f"a{suffix}")) for suffix in LOADERS}
    assert len(classes) == len(NAMES)


def test_the_text_is_normalised_and_whole(loader: Loader) -> None:
    text = sample(loader).text
    assert unicodedata.is_normalized("NFC", text)
    assert not set("\r\x00\x0c\u200b\u00a0\ufeff") & set(text)
    for part in ("휴가", "규정", TEXT, "신청", "끝 글."):
        assert part in text


def test_offsets_are_sorted_and_inside_the_text(loader: Loader) -> None:
    loaded = sample(loader)
    for offsets in ([heading.start for heading in loaded.headings], list(loaded.page_starts)):
        assert offsets == sorted(offsets)
        assert all(0 <= offset <= len(loaded.text) for offset in offsets)
    assert not loaded.page_starts or loaded.page_starts[0] == 0


@pytest.mark.parametrize("name", WITH_HEADINGS)
def test_headings_stand_where_they_are_said_to_stand(name: str) -> None:
    loaded = sample(loader_for(NAMES[name]))
    assert [heading.text for heading in loaded.headings] == ["휴가 규정", "신청"]
    assert [heading.level for heading in loaded.headings] == [1, 2]
    for heading in loaded.headings:
        assert loaded.text[heading.start :].lstrip("# ").startswith(heading.text)


def test_the_title_says_more_than_the_file_name_where_there_is_a_heading(loader: Loader) -> None:
    expected = "휴가 규정" if loader.name in WITH_TITLES else "문서"
    assert sample(loader).title == expected


def test_version_and_media_type_are_set(loader: Loader) -> None:
    assert loader.version.startswith(f"{loader.name}-")
    assert sample(loader).media_type == loader.media_type
    assert "/" in loader.media_type


def test_reading_twice_gives_the_same(loader: Loader) -> None:
    assert sample(loader) == sample(loader)


def test_an_empty_file_is_empty(loader: Loader) -> None:
    with pytest.raises(EmptyFileError):
        loader.load(b"", NAMES[loader.name])


def check_only_loader_errors(loader: Loader, content: bytes) -> None:
    outcome = loaded_or_error(loader, content)
    if isinstance(outcome, LoaderError):
        assert NAMES[loader.name] in str(outcome)
    else:
        assert outcome.text.strip()


def loaded_or_error(loader: Loader, content: bytes) -> LoadedDocument | LoaderError:
    try:
        return loader.load(content, NAMES[loader.name])
    except LoaderError as error:
        return error


QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@QUICK
@given(content=st.binary(max_size=400))
def test_random_bytes_give_a_text_or_a_loader_error(loader: Loader, content: bytes) -> None:
    check_only_loader_errors(loader, content)


@QUICK
@given(position=st.floats(0, 1), noise=st.binary(min_size=1, max_size=40))
def test_a_damaged_file_gives_a_text_or_a_loader_error(
    loader: Loader, position: float, noise: bytes
) -> None:
    content = SAMPLES[loader.name]
    place = int(position * len(content))
    check_only_loader_errors(loader, content[:place] + noise + content[place + len(noise) :])


@QUICK
@given(share=st.floats(0, 1))
def test_a_cut_file_gives_a_text_or_a_loader_error(loader: Loader, share: float) -> None:
    content = SAMPLES[loader.name]
    check_only_loader_errors(loader, content[: int(share * len(content))])
