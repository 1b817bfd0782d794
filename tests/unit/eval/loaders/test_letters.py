"""What two programs must agree on, and what is left to each."""

import pytest

from eval.loaders.letters import letters


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("# 제 1 조  (목적)\n\n**연차** 휴가", "제1조(목적)연차휴가"),
        ("| a | b |\n| --- | :-: |\n| 1 | 2 |", "ab12"),
        ("Title\n=====\n> quoted", "Titlequoted"),
        ("```python\nx = 1\n```", "x=1"),
        ("1. one\n   2) two\n- 3. three", "onetwothree"),
        ('[a](https://a.example/b?c=1) ![b](c.png "d")', "ab"),
        ("a\u200bb\u00a0c\u1112\u1161\u11ab", "abc한"),
        ("5 &lt; 6 &amp; 7", "56&7"),
        ("$$a = b$$ for $5", "a=bfor$5"),
    ],
)
def test_marks_rules_spaces_and_invisible_characters_are_left_out(text: str, left: str) -> None:
    assert letters(text) == left


def test_words_that_only_look_like_marks_stay() -> None:
    assert letters("in 2023. 1.5 (see [1]) a|b 1234. x") == "in2023.1.5(see1)ab1234.x"


def test_a_merged_cell_counts_once_and_equal_cells_that_are_apart_twice() -> None:
    assert letters("| a | a | a | b | a |") == "aba"
    assert letters("| a |  |  | b | a |") == "aba"
    assert letters("| a \\| a | a |") == "aaa"


def test_equal_words_outside_a_table_count_as_often_as_they_stand_there() -> None:
    assert letters("a | a | a") == "aaa"
