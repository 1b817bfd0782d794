import pytest

from ingest.document import LoadedDocument
from ingest.errors import EncryptedFileError, MalformedFileError
from ingest.loaders.odt import OdtLoader
from tests.sample_odf import cells_xml, odf_file, sheet_xml

HIDING = (
    '<style:style style:name="H" style:family="{family}">'
    '<style:text-properties text:display="none"/></style:style>'
)


def load(body: str, **parts: str) -> LoadedDocument:
    return OdtLoader().load(odf_file("text", body, **parts), "규정.odt")


def heading(text: str, level: int) -> str:
    return f'<text:h text:outline-level="{level}">{text}</text:h>'


def test_headings_lists_and_paragraphs_come_in_order() -> None:
    loaded = load(
        heading("연차", 1) + "<text:p>연차는 15일이다.</text:p>"
        "<text:list><text:list-item><text:p>신청서를 쓴다</text:p>"
        "<text:p>손으로</text:p><text:list><text:list-item><text:p>팀장에게 낸다</text:p>"
        "</text:list-item></text:list></text:list-item></text:list>" + heading("예외", 2)
    )
    assert loaded.text == (
        "연차\n\n연차는 15일이다.\n\n- 신청서를 쓴다\n  손으로\n  - 팀장에게 낸다\n\n예외"
    )
    assert [(found.level, found.text) for found in loaded.headings] == [(1, "연차"), (2, "예외")]
    assert loaded.title == "연차"


def test_the_title_is_a_paragraph_in_its_style_then_the_property() -> None:
    style = (
        '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    )
    body = '<text:p text:style-name="P1">휴가 규정</text:p>'
    assert load(body, styles=style, title="다른 제목").title == "휴가 규정"
    assert load("<text:p>글</text:p>", title="인사 규정집").title == "인사 규정집"


def test_white_space_is_what_the_file_says_it_is() -> None:
    body = (
        '<text:p>하나\n   둘<text:s text:c="2"/>셋<text:tab/>넷<text:line-break/>'
        "<text:span>다섯</text:span></text:p>"
    )
    assert load(body).text == "하나 둘  셋\t넷\n다섯"


def test_a_table_keeps_its_place_and_its_merged_cells_make_sense() -> None:
    table = sheet_xml(
        "t",
        cells_xml("구분", "일수"),
        '<table:table-cell table:number-rows-spanned="2"><text:p>연차</text:p></table:table-cell>'
        + cells_xml("15"),
        "<table:covered-table-cell/>" + cells_xml("16"),
    )
    assert load(f"<text:p>앞</text:p>{table}<text:p>뒤</text:p>").text == (
        "앞\n\n| 구분 | 일수 |\n| --- | --- |\n| 연차 | 15 |\n| 연차 | 16 |\n\n뒤"
    )


def test_a_box_of_one_cell_is_not_a_table() -> None:
    assert load(sheet_xml("t", cells_xml("상자 안의 글"))).text == "상자 안의 글"


def test_footnotes_follow_their_paragraph() -> None:
    note = (
        "<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>각주의 글</text:p></text:note-body></text:note>"
    )
    assert load(f"<text:p>본문{note}이다.</text:p>").text == "본문[1]이다.\n\n[1] 각주의 글"


def test_boxes_that_hang_on_a_paragraph_follow_it() -> None:
    box = "<draw:frame><draw:text-box><text:p>상자</text:p></draw:text-box></draw:frame>"
    assert load(f"<text:p>앞{box}뒤</text:p>").text == "앞뒤\n\n상자"


@pytest.mark.parametrize(
    ("hidden", "styles"),
    [
        ("<text:tracked-changes><text:p>지운 글</text:p></text:tracked-changes>", ""),
        ("<text:p><office:annotation><text:p>지운 글</text:p></office:annotation></text:p>", ""),
        ('<text:section text:display="none"><text:p>지운 글</text:p></text:section>', ""),
        ('<text:p text:style-name="H">지운 글</text:p>', HIDING.format(family="paragraph")),
        (
            '<text:p><text:span text:style-name="H">지운 글</text:span></text:p>',
            HIDING.format(family="text"),
        ),
        (
            '<text:p><text:hidden-paragraph text:is-hidden="true"/>지운 글</text:p>',
            "",
        ),
        ('<text:p><text:hidden-text text:is-hidden="true">지운 글</text:hidden-text></text:p>', ""),
    ],
)
def test_deleted_and_hidden_text_is_left_out(hidden: str, styles: str) -> None:
    assert load(f"{hidden}<text:p>남은 글</text:p>", styles=styles).text == "남은 글"


def test_text_in_a_style_that_hides_nothing_stays() -> None:
    styles = HIDING.format(family="text").replace("none", "true")
    assert (
        load('<text:p><text:span text:style-name="H">글</text:span></text:p>', styles=styles).text
        == "글"
    )


def test_a_file_with_a_password_is_encrypted() -> None:
    locked = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with pytest.raises(EncryptedFileError, match="password"):
        load("<text:p>글</text:p>", manifest=locked)


def test_a_spreadsheet_under_the_name_of_a_text_is_malformed() -> None:
    content = odf_file("spreadsheet", sheet_xml("시트", cells_xml("글")))
    with pytest.raises(MalformedFileError, match="save it again"):
        OdtLoader().load(content, "규정.odt")


def test_entities_are_neither_expanded_nor_fetched() -> None:
    bomb = '<!DOCTYPE d [<!ENTITY a "boom"><!ENTITY b "&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>'
    loaded = load("<text:p>앞 &b;&c;</text:p>", prologue=bomb)
    assert "boom" not in loaded.text
    assert "root:" not in loaded.text
    assert loaded.text.startswith("앞")
