import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, MalformedFileError, UnsupportedFormatError
from ingest.loaders.xml import XmlLoader


def load(content: str | bytes) -> LoadedDocument:
    data = content.encode() if isinstance(content, str) else content
    return XmlLoader().load(data, "자료.xml")


def test_repeated_elements_with_fields_are_records() -> None:
    loaded = load(
        "<직원들><직원 부서='인사'><이름>김하늘</이름><주소><시>서울</시></주소></직원>"
        "<직원><이름>이바다</이름><주소><시>부산</시></주소></직원></직원들>"
    )
    assert loaded.text == (
        "이름: 김하늘\n\n부서: 인사\n주소.시: 서울\n\n이름: 이바다\n\n주소.시: 부산"
    )
    assert [each.text for each in loaded.headings] == ["이름: 김하늘", "이름: 이바다"]


def test_running_text_becomes_paragraphs_under_their_titles() -> None:
    loaded = load(
        "<book><title>휴가 규정</title><p>연차는 <b>15일</b>이다.</p><!-- 메모 --><?php x?>"
        "<section><title>신청</title><p>양식을\n  쓴다.</p></section></book>"
    )
    assert loaded.text == "휴가 규정\n\n연차는 15일이다.\n\n신청\n\n양식을 쓴다."
    assert [(each.level, each.text) for each in loaded.headings] == [(1, "휴가 규정"), (2, "신청")]
    assert loaded.title == "휴가 규정"


def test_elements_that_hold_only_attributes_are_fields() -> None:
    text = load("<a><entry key='연차' value='15'/><entry key='병가' value='30'/></a>").text
    assert text == "entry.key: 연차\nentry.value: 15\nentry.key: 병가\nentry.value: 30"


def test_names_of_namespaces_are_not_shown() -> None:
    page = '<x:a xmlns:x="urn:x" x:id="1"><x:b>하나</x:b><x:c>둘</x:c></x:a>'
    assert load(page).text == "b: 하나\nc: 둘"


@pytest.mark.parametrize("encoding", ["euc-kr", "utf-16", "utf-8"])
def test_declared_encodings_are_read(encoding: str) -> None:
    page = f'<?xml version="1.0" encoding="{encoding}"?><가><나>똠방각하</나><다>이야기</다></가>'
    content = page.encode("cp949" if encoding == "euc-kr" else encoding)
    assert load(content).text == "나: 똠방각하\n다: 이야기"


def test_no_file_is_read_through_an_entity() -> None:
    page = (
        '<!DOCTYPE a [<!ENTITY s SYSTEM "file:///etc/hostname">]><a><b>앞 &s; 뒤</b><c>끝</c></a>'
    )
    text = load(page).text
    assert "앞" in text
    assert "끝" in text
    assert len(text) < 30


def test_entities_that_multiply_are_not_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    page = f'<!DOCTYPE a [<!ENTITY e0 "lol">{entities}]><a><b>글 &e9;</b><c>끝</c></a>'
    with pytest.raises(MalformedFileError, match="amplification"):
        load(page)


def test_depth_without_end_is_malformed() -> None:
    with pytest.raises(MalformedFileError):
        load("<a>" * 5_000 + "x" + "</a>" * 5_000)


@pytest.mark.parametrize("content", ["<a><b></a>", "words", "<a>1</a><b/>"])
def test_broken_xml_is_malformed(content: str) -> None:
    with pytest.raises(MalformedFileError):
        load(content)


def test_xml_without_text_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        load("<a><b/></a>")


def test_large_exports_of_machines_are_not_read() -> None:
    with pytest.raises(UnsupportedFormatError, match=r"자료\.xml has"):
        load("<a>" + "x " * 5_000_001 + "</a>")
