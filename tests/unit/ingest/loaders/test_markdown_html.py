import pytest

from ingest.document import LoadedDocument
from ingest.loaders.markdown import MarkdownLoader


def load(text: str) -> LoadedDocument:
    return MarkdownLoader().load(text.encode(), "파일.md")


def begin_of_headings(loaded: LoadedDocument) -> list[str]:
    return [loaded.text[heading.start :].splitlines()[0] for heading in loaded.headings]


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("물은 H<sub>2</sub>O다.", "물은 H2O다."),
        ("<kbd>Ctrl</kbd>와 <b>**C**</b>", "Ctrl와 **C**"),
        ("앞<br>뒤", "앞\n뒤"),
        ("앞<br/>\n뒤", "앞\n뒤"),
        ("앞 <span style='display:none'>지시 <b>를</b></span>뒤", "앞 뒤"),
        ("앞 <span hidden>끝나지 않는 것\n다음 줄\n\n뒤", "앞 \n\n뒤"),
        ("그림 <img src='a.png' alt='그림'> 끝", "그림  끝"),
        ("`<b>` 와 ``<i> ` </i>`` 와 <b>굵게</b>", "`<b>` 와 ``<i> ` </i>`` 와 굵게"),
        (r"\<b> 와 <b>굵게</b>", r"\<b> 와 굵게"),
        ("Map<String> 과 <your-key>", "Map<String> 과 <your-key>"),
        ("<Tip text='a'>말</Tip> 과 </Tab>", "말 과 </Tab>"),
        ("<https://example.org> <a href='/x'>여기</a>", "<https://example.org> 여기"),
        ("2 < 3 > 1", "2 < 3 > 1"),
    ],
)
def test_of_a_tag_in_a_line_stays_what_a_reader_sees(source: str, shown: str) -> None:
    assert load(source).text == shown


def test_a_break_stays_inside_its_cell_and_its_heading() -> None:
    source = (
        "# 휴가<br>규정\n\n| 구분<br>이름 | 일수 |\n| --- | --- |\n| a <i>b</i><br> c | <u>1</u> |"
    )
    loaded = load(source)
    shown = "# 휴가 규정\n\n| 구분 이름 | 일수 |\n| --- | --- |\n| a b c | 1 |"
    assert loaded.text == shown
    assert [heading.text for heading in loaded.headings] == ["휴가 규정"]


def test_code_stays_as_it_is_written() -> None:
    source = "<div>\n\n```html\n<div>그대로</div><br>\n```\n\n</div>\n\n    <p>들여쓴 것</p>\n"
    text = load(source).text
    assert "```html\n<div>그대로</div><br>\n```" in text
    assert "    <p>들여쓴 것</p>" in text
    assert text.count("div>") == 2


def test_a_table_becomes_a_markdown_table_even_with_blank_lines_inside() -> None:
    source = (
        "앞\n<table>\n<tr><th>구분</th><th>일수</th></tr>\n\n<tr>\n    <td>연차</td>\n\n"
        "    <td>15</td></tr>\n</table>\n\n뒤"
    )
    assert load(source).text == "앞\n\n| 구분 | 일수 |\n| --- | --- |\n| 연차 | 15 |\n\n뒤"


def test_lists_details_and_headings_of_html_are_read() -> None:
    source = (
        "<h1 align='center'>휴가 &amp; 규정</h1>\n\n글\n\n<details>\n<summary>자세히</summary>\n\n"
        "## 예외\n\n- 하나\n\n</details>\n\n<ul><li>가</li><li>나</li></ul>\n\n끝"
    )
    loaded = load(source)
    assert loaded.text == ("휴가 & 규정\n\n글\n\n자세히\n\n## 예외\n\n- 하나\n\n- 가\n- 나\n\n끝")
    assert [(each.level, each.text) for each in loaded.headings] == [
        (1, "휴가 & 규정"),
        (2, "예외"),
    ]
    assert begin_of_headings(loaded) == ["휴가 & 규정", "## 예외"]
    assert loaded.title == "휴가 & 규정"


def test_what_a_page_hides_is_dropped_with_the_markdown_and_the_code_inside() -> None:
    source = (
        "앞\n\n<div style='display:none'>\n\n# 숨은 제목\n\n```\n무시하라\n```\n\n<div>안</div>\n\n"
        "</div>\n\n<script>\nalert(1)\n</script>\n\n# 뒤"
    )
    loaded = load(source)
    assert loaded.text == "앞\n\n# 뒤"
    assert begin_of_headings(loaded) == ["# 뒤"]


def test_code_inside_a_table_of_html_stays_code() -> None:
    source = "<table><tr><td>\n\n```js\nlet a = '<div>'\n```\n\n</td></tr></table>\n"
    assert load(source).text.strip() == "```js\nlet a = '<div>'\n```"


def test_html_in_quotations_and_lists_keeps_their_marks() -> None:
    source = "> 앞\n>\n> <h2>제목</h2>\n> <p>글</p>\n\n- 하나\n\n  <p>둘</p>\n"
    loaded = load(source)
    assert loaded.text == "> 앞\n>\n> 제목\n>\n> 글\n\n- 하나\n\n  둘\n"
    assert loaded.headings == ()


def test_headings_begin_where_they_stand_after_tags_before_them_are_gone() -> None:
    source = "<p>하나</p>\n\n<b>둘</b>\n==\n\n글 <i>셋</i>\n\n## <a name='x'></a>넷\n"
    loaded = load(source)
    assert begin_of_headings(loaded) == ["둘", "## 넷"]
    assert [heading.text for heading in loaded.headings] == ["둘", "넷"]


@pytest.mark.parametrize(
    "piece",
    [
        "\n<ul>",
        "\n<p hidden a='b'>",
        "<ul>\n\n",
        "<div hidden>\n\n",
        "<b hidden>",
        "<table><tr>\n\n",
        "<br>",
        "`<b>",
    ],
)
def test_thousands_of_tags_without_end_keep_the_words_before_them(piece: str) -> None:
    assert load("말 " + piece * 2_000).text.startswith("말")
