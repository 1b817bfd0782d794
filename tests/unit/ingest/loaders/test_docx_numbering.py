import docx
import pytest
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.document import LoadedDocument
from ingest.loaders.docx import DocxLoader
from ingest.loaders.docx_number_formats import number_text
from tests.sample_files import saved

ARTICLES = """
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:pStyle w:val="Heading1"/><w:suff w:val="nothing"/>
  <w:lvlText w:val="제%1장 "/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:lvlRestart w:val="0"/><w:pStyle w:val="Heading2"/>
  <w:suff w:val="nothing"/><w:lvlText w:val="제%2조"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="ganada"/><w:lvlText w:val="%3."/></w:lvl>
"""
OUTLINE = """
<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl>
<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="bullet"/><w:lvlText w:val="o"/></w:lvl>
<w:lvl w:ilvl="3"><w:start w:val="1"/><w:numFmt w:val="none"/><w:lvlText w:val=""/></w:lvl>
"""


def lists(levels: str, *nums: str) -> str:
    """Return definitions of lists from 1 on that all count together."""
    written = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="0"/>{override}</w:num>'
        for number, override in enumerate(nums or ("",), 1)
    )
    return f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>{written}'


def item(text: str, level: int, number: int = 1, marks: str = "") -> str:
    return (
        f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        f"{marks}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"
    )


def styled(text: str, style: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>'


def load(
    definitions: str, *paragraphs: str, numbered_styles: tuple[str, ...] = ()
) -> LoadedDocument:
    document = docx.Document()
    part = document.part.numbering_part
    part._element = parse_xml(f"<w:numbering {nsdecls('w')}>{definitions}</w:numbering>")
    assert isinstance(part, Part)
    for style in document.styles.element.style_lst:
        if style.styleId in numbered_styles:
            style.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 1
    for paragraph in reversed(paragraphs):
        document.element.body.insert(0, parse_xml(paragraph.replace(">", f" {nsdecls('w')}>", 1)))
    return DocxLoader().load(saved(document), "규정.docx")


def test_numbers_of_headings_come_from_their_styles_and_stand_in_text_and_path() -> None:
    loaded = load(
        lists(ARTICLES),
        styled("총칙", "Heading1"),
        styled("(목적)", "Heading2"),
        styled("(정의)", "Heading2"),
        styled("휴가", "Heading1"),
        styled("(연차)", "Heading2"),
        numbered_styles=("Heading1", "Heading2"),
    )
    shown = ["제1장총칙", "제1조(목적)", "제2조(정의)", "제2장휴가", "제3조(연차)"]
    assert [heading.text for heading in loaded.headings] == shown
    assert loaded.text == "\n\n".join(shown)
    assert loaded.text[loaded.headings[-1].start :].startswith("제3조")


def test_levels_are_numbered_within_those_above_them() -> None:
    items = [item("범위", 0), item("대상", 1), item("기간", 1), item("용어", 0), item("정의", 1)]
    assert load(lists(OUTLINE), *items).text == (
        "I. 범위\n  1.1 대상\n  1.2 기간\nII. 용어\n  2.1 정의"
    )


def test_bullets_stay_bullets_and_what_has_no_number_is_plain() -> None:
    text = load(lists(OUTLINE), item("점", 2), item("없음", 3)).text
    assert text == "    - 점\n\n없음"


def test_lists_of_one_definition_go_on_unless_they_say_where_they_start() -> None:
    start = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    items = [item("가", 0), item("나", 0, 2), item("다", 0, 3), item("라", 0, 3), item("마", 0)]
    shown = load(lists(OUTLINE, "", "", start), *items).text.splitlines()
    assert shown == ["I. 가", "II. 나", "V. 다", "VI. 라", "VII. 마"]


def test_a_list_may_write_a_level_in_its_own_way() -> None:
    level = '<w:lvl w:ilvl="0"><w:start w:val="3"/><w:lvlText w:val="(%1)"/></w:lvl>'
    override = f'<w:lvlOverride w:ilvl="0">{level}</w:lvlOverride>'
    assert load(lists(OUTLINE, override), item("가", 0)).text == "(3) 가"


def test_a_level_whose_upper_one_has_not_begun_shows_its_start() -> None:
    shown = load(lists(OUTLINE), item("대상", 1), item("범위", 0)).text.splitlines()
    assert shown == ["  1.1 대상", "I. 범위"]


def test_a_list_of_a_list_style_is_followed_to_where_it_is_defined() -> None:
    definitions = (
        '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="ListNumber"/></w:abstractNum>'
        f'{lists(OUTLINE)}<w:num w:numId="9"><w:abstractNumId w:val="1"/></w:num>'
    )
    loaded = load(definitions, item("가", 0), item("나", 0, 9), numbered_styles=("ListNumber",))
    assert loaded.text == "I. 가\nII. 나"


def test_what_was_deleted_or_hidden_is_not_counted_and_an_empty_item_is() -> None:
    hidden, deleted = ("<w:rPr><w:vanish/></w:rPr>", "<w:rPr><w:del/></w:rPr>")
    items = [item("", 0, marks=hidden), item("", 0, marks=deleted), item("", 0), item("글", 0)]
    assert load(lists(OUTLINE), *items).text == "II. 글"


def test_a_paragraph_can_be_taken_out_of_the_list_of_its_style() -> None:
    out = styled("서문", "Heading1").replace(
        "</w:pPr>", '<w:numPr><w:numId w:val="0"/></w:numPr></w:pPr>'
    )
    loaded = load(lists(ARTICLES), out, styled("총칙", "Heading1"), numbered_styles=("Heading1",))
    assert [heading.text for heading in loaded.headings] == ["서문", "제1장총칙"]


def test_numbers_that_fill_a_column_of_a_table_are_read() -> None:
    rows = [
        f"<w:tr><w:tc>{item('', 0)}</w:tc><w:tc>{styled(name, 'Normal')}</w:tc></w:tr>"
        for name in ("연필", "공책")
    ]
    text = load(lists(OUTLINE), f"<w:tbl>{''.join(rows)}</w:tbl>").text
    assert text == "| I. | 연필 |\n| --- | --- |\n| II. | 공책 |"


def test_an_undefined_list_is_a_list_without_numbers() -> None:
    assert load(lists(OUTLINE), item("가", 1, 77)).text == "  - 가"


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("decimal", (1, 21), "1 21"),
        ("decimalZero", (7, 12), "07 12"),
        ("upperRoman", (4, 1999, 4000), "IV MCMXCIX 4000"),
        ("lowerLetter", (1, 26, 27, 28, 10**9), "a z aa bb 1000000000"),
        ("ganada", (1, 3, 14), "가 다 하"),
        ("chosung", (1, 2), "ㄱ ㄴ"),
        ("koreanDigital", (3, 10), "삼 일영"),
        ("koreanCounting", (1, 10, 11, 25, 101, 1300), "일 십 십일 이십오 백일 천삼백"),
        ("koreanLegal", (1, 12, 20, 99), "하나 열둘 스물 아흔아홉"),
        ("ideographTraditional", (1, 2), "甲 乙"),
        ("taiwaneseCounting", (3, 10, 24), "三 十 二十四"),
        ("decimalEnclosedCircle", (1, 20, 21, 50, 51), "① ⑳ ㉑ ㊿ 51"),
        ("decimalEnclosedParen", (2,), "(2)"),
        ("ordinal", (1, 2, 3, 11, 22), "1st 2nd 3rd 11th 22nd"),
        ("upperLetter", (0,), "0"),
        ("hebrew1", (5,), "5"),
    ],
)
def test_a_number_is_written_as_its_format_says(
    name: str, values: tuple[int, ...], shown: str
) -> None:
    assert " ".join(number_text(value, name) for value in values) == shown
