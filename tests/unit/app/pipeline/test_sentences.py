from app.pipeline.sentences import split
from tests.unit.app.pipeline.passages import section


def texts(text: str, heading: tuple[str, ...] = ()) -> list[str]:
    return [item.text for item in split([section(text, heading=heading)])]


def test_sentences_stand_where_their_offsets_say() -> None:
    text = "연차는 15일입니다. 병가는 60일입니다.\n\nBackups run nightly. They are kept."
    sections = [section("앞 절입니다.", start=0), section(text, start=500)]
    sentences = split(sections)
    assert [item.section for item in sentences] == [0, 1, 1, 1, 1]
    for item in sentences[1:]:
        assert text[item.start - 500 : item.end - 500] == item.text == item.text.strip()


def test_headings_rules_and_the_heads_of_tables_cannot_answer() -> None:
    text = "# 휴가 규정\n\n---\n\n| 종류 | 일수 |\n|---|---|\n| 연차 | 15일 |\n\n연차는 15일입니다."
    assert texts(text) == ["| 연차 | 15일 |", "연차는 15일입니다."]


def test_a_heading_without_marks_is_left_out_of_the_sentence_below_it() -> None:
    text = "휴가 규정\n연차는 15일입니다."
    assert texts(text, heading=("인사", "휴가 규정")) == ["연차는 15일입니다."]


def test_a_list_marker_is_left_out() -> None:
    assert texts("- 연차는 15일입니다.\n- 병가는 60일입니다.\n\n1. Stop the server.") == [
        "연차는 15일입니다.",
        "병가는 60일입니다.",
        "Stop the server.",
    ]


def test_a_list_of_lines_without_sentence_ends_is_split_at_its_lines() -> None:
    lines = [f"항목 {number} 담당 부서와 전화번호 02-000-{number:04}" for number in range(30)]
    assert texts("\n".join(lines)) == lines
