import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.sentences import sentence_spans


def sentences(text: str) -> list[str]:
    return [text[start:end].strip() for start, end in sentence_spans(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["회의는 3시에 시작합니다.", "자료는 어디에 있나요?", "곧 보내 드릴게요!"],
        ["검토함.", "승인됨.", "예산은 3.5% 늘었음."],
        ["그는 “곧 갑니다.”라고 말했다.", "아무도 믿지 않았다."],
        ['"가자."', "그가 말했다."],
        ["행사는 2024. 1. 15. 부산에서 열렸다.", "비용은 1,234.5원이다."],
        ["제1조. 이 법의 목적은 다음과 같다.", "제2조의 정의를 따른다."],
        ["수도는 서울이다.[1][2]", "인구는 940만 명이다."],
        ["Dr. Kim lives in the U.S. and pays $3.50.", "Does he, e.g., Like it?", "Yes!"],
        ["See Fig. 3 and No. 5.", "He said no.", "Then he left."],
        ["He paused… and went on.", "It rained."],
        ["吾輩は猫である。", "名前はまだ無い。", "「はい。」と言った。"],
        ["今天天气很好！", "我们走吧。"],
    ],
)
def test_sentences_end_where_a_reader_ends_them(expected: list[str]) -> None:
    assert sentences(" ".join(expected)) == expected


def test_a_korean_sentence_ends_without_a_space_after_it() -> None:
    assert sentences("비가 왔다.그래서 쉬었다.") == ["비가 왔다.", "그래서 쉬었다."]


def test_chinese_full_stops_need_no_space() -> None:
    assert sentences("天晴了。我们走。") == ["天晴了。", "我们走。"]


def test_a_blank_line_ends_a_sentence_and_a_hard_wrap_does_not() -> None:
    text = "정부는 내년 예산을\n올해보다 늘리기로 했다. 국회는\n이를 심사한다\n\n다음 안건"
    assert sentences(text) == [
        "정부는 내년 예산을\n올해보다 늘리기로 했다.",
        "국회는\n이를 심사한다",
        "다음 안건",
    ]


def test_headings_items_and_table_rows_stand_alone() -> None:
    text = (
        "# 설치\n먼저 내려받는다\n- 파일을 푼다\n  그리고 연다\n2. 실행한다\n"
        "| 이름 | 값 |\n|---|---|\n| 1. 가 | 2. 나 |\n끝"
    )
    assert sentences(text) == [
        "# 설치",
        "먼저 내려받는다",
        "- 파일을 푼다\n  그리고 연다",
        "2. 실행한다",
        "| 이름 | 값 |",
        "|---|---|",
        "| 1. 가 | 2. 나 |",
        "끝",
    ]


def test_white_space_at_the_head_belongs_to_the_first_sentence() -> None:
    assert sentence_spans("\n\n  앞장. 뒷장") == [(0, 8), (8, 10)]


def test_an_empty_text_has_no_sentences_and_a_blank_one_has_one() -> None:
    assert sentence_spans("") == []
    assert sentence_spans(" \n\n ") == [(0, 4)]


PIECES = st.sampled_from(
    [
        ". ",
        "다.",
        "。",
        "\n",
        "\n\n",
        "| a |",
        "# h",
        "- ",
        "1. ",
        '"',
        "…",
        "[1]",
        " ",
        "가",
        "x",
        "U.S.",
    ]
)


@given(st.lists(PIECES | st.text(max_size=5)).map("".join))
def test_sentences_tile_any_text(text: str) -> None:
    spans = sentence_spans(text)
    assert "".join(text[start:end] for start, end in spans) == text
    assert all(start < end for start, end in spans)
    assert len(spans) <= 1 or all(text[start:end].strip() for start, end in spans)


@pytest.mark.parametrize(
    "unit", [".", "\n", "|", "# ", ". ", '"', "- a\n", " \n", "x", "[1]", ".[1"]
)
def test_time_grows_with_the_length_alone(unit: str) -> None:
    started = time.perf_counter()
    sentence_spans(unit * (300_000 // len(unit)))
    assert time.perf_counter() - started < 2
