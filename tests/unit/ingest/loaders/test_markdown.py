from ingest.document import LoadedDocument
from ingest.loaders.markdown import MarkdownLoader

SOURCE = """---
title: "휴가 규정"
author: 김하늘
tags: [인사, 휴가]
version: 2
nested:
  key: value
---
<!-- 검토용 메모: 지울 것 -->
# 연차 `휴가`

본문이다. <!-- 숨긴 말 -->끝.

둘째 **장**
-----------

| 구분 | 일수 |
| --- | --- |
| 연차 | 15 |

```sh
# not a heading
<!-- code stays -->
```

> # quoted, not a heading

### Details {#details}
"""


def load(text: str, name: str = "파일.md") -> LoadedDocument:
    return MarkdownLoader().load(text.encode(), name)


def test_headings_have_levels_plain_text_and_exact_places() -> None:
    loaded = load(SOURCE)
    assert [(heading.level, heading.text) for heading in loaded.headings] == [
        (1, "연차 휴가"),
        (2, "둘째 장"),
        (3, "Details"),
    ]
    starts = [loaded.text[heading.start :].splitlines()[0] for heading in loaded.headings]
    assert starts == ["# 연차 `휴가`", "둘째 **장**", "### Details {#details}"]


def test_front_matter_becomes_title_and_metadata() -> None:
    loaded = load(SOURCE)
    assert loaded.title == "휴가 규정"
    assert loaded.metadata == {"author": "김하늘", "version": "2"}
    assert "김하늘" not in loaded.text


def test_comments_are_left_out_but_code_and_tables_stay() -> None:
    text = load(SOURCE).text
    assert "검토용 메모" not in text
    assert "본문이다. 끝." in text
    assert "<!-- code stays -->" in text
    assert "| 연차 | 15 |" in text


def test_a_comment_shown_as_inline_code_stays() -> None:
    assert load("Write `<!-- note -->` here.").text == "Write `<!-- note -->` here."


def test_a_ruled_line_at_the_top_is_not_front_matter() -> None:
    text = "---\n연차는 15일이다.\n---\n끝\n"
    assert load(text).text == text


def test_without_front_matter_the_first_top_heading_is_the_title() -> None:
    assert load("## 머리\n\n# 제목 하나\n").title == "제목 하나"


def test_without_top_heading_the_file_name_is_the_title() -> None:
    assert load("## 머리\n\n글\n").title == "파일"


def test_windows_line_ends_do_not_move_headings() -> None:
    loaded = load("첫 줄\r\n\r\n## 둘째\r\n글\r\n")
    assert loaded.text[loaded.headings[0].start :] == "## 둘째\n글\n"


def test_comments_that_never_end_are_text_and_take_no_time() -> None:
    text = "<!-- 끝\n" * 20_000
    assert load(text).text == text
