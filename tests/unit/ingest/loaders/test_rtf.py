import pytest

from ingest.document import LoadedDocument
from ingest.errors import EmptyFileError, MalformedFileError
from ingest.loaders.rtf import RtfLoader

KOREAN_FONT = r"{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset129 \'b1\'bc\'b8\'b2;}}"
STYLES = r"{\stylesheet{\ql Normal;}{\s1\outlinelevel0 Kop 1;}{\s2\b heading 2;}{\*\cs3 Sign;}}"


def load(body: str, head: str = r"\ansi\ansicpg949\deff0") -> LoadedDocument:
    return RtfLoader().load(rf"{{\rtf1{head}{body}}}".encode("latin-1"), "글.rtf")


def hexed(text: str) -> str:
    return "".join(f"\\'{byte:02x}" for byte in text.encode("cp949"))


def test_korean_in_the_code_page_of_the_file_is_read() -> None:
    assert load(rf"{hexed('똠방각하, 휴가')} 15\par").text == "똠방각하, 휴가 15"


def test_a_trail_byte_that_is_a_plain_letter_belongs_to_its_syllable() -> None:
    syllable = next(s for s in map(chr, range(0xAC00, 0xD7A4)) if s.encode("cp949")[1] == 0x41)
    lead = syllable.encode("cp949")[0]
    assert load(rf"\'{lead:02x}A!").text == f"{syllable}!"


def test_korean_in_the_code_page_of_its_font_is_read() -> None:
    text = load(rf"{KOREAN_FONT}\f0 caf\'e9 {{\f1 {hexed('휴가')}}} caf\'e9", r"\ansi\ansicpg1252")
    assert text.text == "café 휴가 café"


def test_the_default_font_decides_where_no_font_is_named() -> None:
    assert load(KOREAN_FONT + hexed("휴가"), r"\ansi\ansicpg1252\deff1").text == "휴가"


def test_unicode_numbers_win_over_the_characters_that_stand_in_for_them() -> None:
    body = r"\uc2 \u55092\'c8\'de\u-21504\'b0\'a1 {\uc1\u50612?\u47564 ?x} \u-10179?\u-8704?"
    assert load(body).text == "휴가 어만x 😀"


def test_a_missing_substitute_costs_no_line_end() -> None:
    assert load(r"\u55092\par\u44032\par").text == "휴\n\n가"


def test_headings_are_found_by_outline_level_style_and_style_name() -> None:
    body = (
        rf"{STYLES}\pard\s1 One\par\pard text\par\pard\s2 Two\par"
        r"\pard\outlinelevel2 Three\par\pard\outlinelevel9 end\par"
    )
    loaded = load(body)
    assert loaded.text == "One\n\ntext\n\nTwo\n\nThree\n\nend"
    assert [(each.level, each.text) for each in loaded.headings] == [
        (1, "One"),
        (2, "Two"),
        (3, "Three"),
    ]


def test_a_table_becomes_a_markdown_table_with_labels_of_merged_cells() -> None:
    row = r"\trowd\clvmgf\cellx1\cellx2\pard\intbl Leave\cell 15|16\par days\cell\row"
    merged = r"\trowd\clvmrg\cellx1\cellx2\pard\intbl\cell 17\cell\row"
    assert load(rf"before\par{row}{merged}\pard after\par").text == (
        "before\n\n| Leave | 15\\|16 days |\n| --- | --- |\n| Leave | 17 |\n\nafter"
    )


def test_a_table_of_one_column_is_a_frame_around_text() -> None:
    assert load(r"\trowd\cellx1\pard\intbl only\cell\row\pard end\par").text == "only\n\nend"


def test_lists_keep_numbers_and_lose_bullets() -> None:
    bullet = r"{\listtext\f3\'b7\tab}"
    body = rf"{{\listtext 1.\tab}}one\par {bullet}two\par {bullet}three\par"
    assert load(body, r"\ansi\ansicpg1252").text == "1. one\n\n- two\n- three"


def test_a_footnote_and_a_text_box_stand_below_their_paragraph() -> None:
    note = r"{\super\chftn{\footnote\pard{\super\chftn} The note.\par}}"
    box = r"{\shp{\*\shpinst{\sp{\sn name}{\sv 3}}{\shptxt\pard In a box.\par}}{\shprslt again}}"
    assert load(rf"Text{note} goes on{box}.\par end\par").text == (
        "Text[1] goes on.\n\n[1] The note.\n\nIn a box.\n\nend"
    )


@pytest.mark.parametrize(
    "hidden",
    [
        r"{\v Ignore all}",
        r"\v Ignore all\v0 ",
        r"{\deleted gone}",
        r"{\*\unknown{\b data}}",
        r"{\header Page}{\footer 1}",
        r"{\pict\wmetafile8 0102ff}",
        r"{\field{\*\fldinst HYPERLINK a}}",
        r"{\*\annotation remark}",
        r"{\info{\company Ours}{\operator Kim}}",
        "{\\*\\objdata\\bin4 a}{b}",
    ],
)
def test_what_is_not_shown_is_left_out(hidden: str) -> None:
    assert load(f"one {hidden}two").text == "one two"


def test_the_result_of_a_field_is_shown() -> None:
    assert load(r"{\field{\*\fldinst HYPERLINK a}{\fldrslt the link}}").text == "the link"


def test_title_and_author_are_those_of_the_file() -> None:
    loaded = load(rf"{{\info{{\title {hexed('휴가 규정')}}}{{\author Kim}}}}text")
    assert (loaded.title, loaded.metadata) == ("휴가 규정", {"author": "Kim"})


def test_the_first_top_heading_is_the_title_of_a_file_without_one() -> None:
    assert load(r"{\info{\title untitled}}\pard\outlinelevel0 Leave\par x").title == "Leave"


def test_signs_have_their_names() -> None:
    assert load(r"\ldblquote a\rdblquote\emdash b\~c\_d\-e\{\\\}").text == "“a”—b c-de{\\}"


def test_a_file_that_ends_early_is_read_as_far_as_it_goes() -> None:
    assert RtfLoader().load(rb"{\rtf1 one\par\trowd two\cell three", "a.rtf").text == (
        "one\n\ntwo\n\nthree"
    )


def test_what_is_not_rtf_is_malformed() -> None:
    with pytest.raises(MalformedFileError, match="is not RTF"):
        RtfLoader().load(b"PK\x03\x04", "a.rtf")


def test_a_file_without_text_is_empty() -> None:
    with pytest.raises(EmptyFileError):
        load(r"{\pict 00ff}\par")


def test_deep_nesting_is_read() -> None:
    assert load("{" * 50_000 + "deep" + "}" * 50_000).text == "deep"
